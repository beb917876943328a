/**
 * Everything one client has under way, as one machine ({@link dev.danta.txn.client.TxnClient}), so that the simulator runs
 * the very rules that the SDK runs: transactions, reads, relaxed operations, the spreading of what must reach every
 * replica, and when to try again.
 */
@NullMarked
package dev.danta.txn.client;

import org.jspecify.annotations.NullMarked;
