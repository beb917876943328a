/**
 * Judges histories of transactions over many keys: is there one order of them that explains what each has read?
 *
 * <ul>
 *   <li>{@link dev.danta.check.txn.ListAppendCheck} is the entry: a history of {@link dev.danta.check.txn.AppendTxn} and
 *       {@link dev.danta.check.txn.ListsRead} and a {@link dev.danta.check.txn.Consistency} in, a {@link
 *       dev.danta.check.txn.TxnVerdict} out, with an {@link dev.danta.check.txn.Anomaly} for each thing that is wrong.
 *   <li>{@link dev.danta.check.txn.RegisterCheck} is the same for {@link dev.danta.check.txn.RegisterTxn} and {@link
 *       dev.danta.check.txn.RegistersSeen}, and {@link dev.danta.check.txn.LongForkCheck} for registers that are written
 *       once.
 *   <li>{@link dev.danta.check.txn.SessionsCheck} judges what each client may rely on by itself, {@link
 *       dev.danta.check.txn.ConvergenceCheck} whether replicas agree in the end, {@link dev.danta.check.txn.FeedCheck}
 *       whether a feed shows every change; all without transactions.
 *   <li>Inside, of lists: {@code Appends} knows who appended what; {@code VersionOrders} recovers the order of each list's
 *       versions from what was read; {@code ReadFaults} finds what is wrong besides cycles; {@code AppendSessions} what
 *       breaks a guarantee to a session; {@code Dependencies} draws the edges; {@code AppendWords} has the words.
 *   <li>Of registers, in the same order: {@code Registers}, {@code RegisterOrders} (with {@code VersionCycle} where there is
 *       none), {@code RegisterReads}, {@code RegisterDependencies}, {@code RegisterWords}.
 *   <li>Of both: {@code DependencyGraph} keeps the edges; {@code Precedence} draws those of processes and real time and
 *       {@code Overwrites} those of rw; {@code Components} finds where cycles are and {@code CycleSearch} the shortest of
 *       each kind; {@code Faults} collects everything else; {@code TxnWords} says it in words; {@code SessionOrder} is what
 *       sessions have seen.
 * </ul>
 *
 * <p>Words. A <em>version</em> of a list is what it holds after an append. Between transactions there are edges:
 * <em>write-write</em> (ww: the one's append comes right before the other's), <em>write-read</em> (wr: the other read a
 * version that ends in the one's append), <em>read-write</em> (rw: the one read the version right before the other's
 * append, and so came first), <em>process</em> (p: the one was answered before the same process asked for the other) and
 * <em>real-time</em> (rt: the one was answered before the other was asked). All of them say
 * who comes first, so a cycle of them has no order. The kinds of cycles have the names that A. Adya gave them.
 *
 * <p>Sources: A. Adya, Weak consistency: a generalized theory and optimistic implementations for distributed transactions,
 * 1999. K. Kingsbury, P. Alvaro, Elle: inferring isolation anomalies from experimental observations, VLDB 2020. R. Tarjan,
 * Depth-first search and linear graph algorithms, 1972.
 */
@NullMarked
package dev.danta.check.txn;

import org.jspecify.annotations.NullMarked;
