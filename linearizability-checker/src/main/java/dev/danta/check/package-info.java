/**
 * Judges recorded histories: was there one order of the operations, respecting real time, in which a sequential object
 * would have given the same answers?
 *
 * <p>Map, from the outside in:
 *
 * <ul>
 *   <li>{@link dev.danta.check.HistoryCheck} is the entry: a {@link dev.danta.check.Model}, a {@link
 *       dev.danta.check.History} and {@link dev.danta.check.CheckOptions} in, a {@link dev.danta.check.Result} out.
 *   <li>{@link dev.danta.check.Operation} is one call of one process; {@link dev.danta.check.History} is a well-formed
 *       set of them, or else a {@link dev.danta.check.MalformedHistoryException}.
 *   <li>{@link dev.danta.check.BankCheck} judges one invariant over many keys without a search; {@link
 *       dev.danta.check.txn} judges transactions over many keys by cycles.
 *   <li>Inside: {@code Partition} is what may be judged alone; {@code Engine} is the seam behind which the ways to judge
 *       stand, {@link dev.danta.check.EngineName} their names: {@code JitSearch} over {@code Course} (completions, and what is
 *       open at each), {@code WglSearch} over {@code Timeline} (the list it lifts operations out of), and {@code Zones}
 *       without a search. {@code StateTable}, {@code Transitions} and {@code ConfigurationCache} remember states, steps and
 *       where a search has been. {@code Workers} run them; {@code Limits}, {@code Watch} and {@code MemoryAccount} stop
 *       them in time and tell how far they got.
 *   <li>Models are in {@link dev.danta.check.model}, recording and files in {@link dev.danta.check.history}; {@link
 *       dev.danta.check.judge} has it all together, and {@link dev.danta.check.assertion} asserts it in tests.
 * </ul>
 *
 * <p>Words: an operation is <em>known</em> when its answer is known and <em>of unknown outcome</em> when nobody can say
 * whether it took effect; the latter may take effect at any time after its invocation, or never. A <em>partition</em>
 * is the part of a history that concerns one key of the model: a history is linearizable if and only if each of its
 * partitions is (Herlihy and Wing's locality; Horn and Kroening's P-compositionality). A <em>configuration</em> is a
 * set of linearized operations together with the state they lead to. Its <em>frontier</em> is the earliest completion
 * whose operation is not linearized yet, the one that is <em>due</em>: nothing invoked after it may go next. <em>Vacuous</em> is a history in which
 * no answer is known, which says nothing about the system that produced it.
 *
 * <p>Sources: M. Herlihy, J. Wing, Linearizability: a correctness condition for concurrent objects, TOPLAS 1990. J.
 * Wing, C. Gong, Testing and verifying concurrent objects, JPDC 1993. G. Lowe, Testing for linearizability, CCPE 2017.
 * A. Horn, D. Kroening, Faster linearizability checking via P-compositionality, FORTE 2015. A. Athalye's Porcupine
 * showed how well the three go together.
 */
@NullMarked
package dev.danta.check;

import org.jspecify.annotations.NullMarked;
