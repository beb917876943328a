/** One transaction over its participants, from the first Prepare to the outcome (protocol.md 4.3 and 4.4). */
@NullMarked
package dev.danta.txn.coordinator;

import org.jspecify.annotations.NullMarked;
