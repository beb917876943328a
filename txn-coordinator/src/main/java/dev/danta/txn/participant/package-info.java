/** A replica's side of transactions and relaxed operations: the upcalls of IR, and reads that need no vote. */
@NullMarked
package dev.danta.txn.participant;

import org.jspecify.annotations.NullMarked;
