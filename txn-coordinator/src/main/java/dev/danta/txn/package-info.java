/** Strict transactions over inconsistent replication: the coordinator, the participants and the rules between them. */
@NullMarked
package dev.danta.txn;

import org.jspecify.annotations.NullMarked;
