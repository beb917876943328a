/**
 * Judges histories of transactions over many keys: is there one order of them that explains what each has read?
 *
 * <ul>
 *   <li>{@link dev.danta.check.txn.ListAppendCheck} is the entry: a history of {@link dev.danta.check.txn.AppendTxn} and
 *       {@link dev.danta.check.txn.ListsRead} and a {@link dev.danta.check.txn.Consistency} in, a {@link
 *       dev.danta.check.txn.TxnVerdict} out, with an {@link dev.danta.check.txn.Anomaly} for each thing that is wrong.
 *   <li>{@link dev.danta.check.txn.SessionsCheck} judges what each client may rely on by itself, without transactions.
 *   <li>Inside: {@code Appends} knows who appended what; {@code VersionOrders} recovers the order of each list's versions
 *       from what was read; {@code Dependencies} draws the edges; {@code DependencyGraph} keeps them; {@code Components}
 *       finds where cycles are and {@code CycleSearch} the shortest of each kind; {@code Wording} says it in words.
 * </ul>
 *
 * <p>Words. A <em>version</em> of a list is what it holds after an append. Between transactions there are edges:
 * <em>write-write</em> (ww: the one's append comes right before the other's), <em>write-read</em> (wr: the other read a
 * version that ends in the one's append), <em>read-write</em> (rw: the one read the version right before the other's
 * append, and so came first) and <em>real-time</em> (rt: the one was answered before the other was asked). All of them say
 * who comes first, so a cycle of them has no order. The kinds of cycles have the names that A. Adya gave them.
 *
 * <p>Sources: A. Adya, Weak consistency: a generalized theory and optimistic implementations for distributed transactions,
 * 1999. K. Kingsbury, P. Alvaro, Elle: inferring isolation anomalies from experimental observations, VLDB 2020. R. Tarjan,
 * Depth-first search and linear graph algorithms, 1972.
 */
@NullMarked
package dev.danta.check.txn;

import org.jspecify.annotations.NullMarked;
