/**
 * Workloads and their measurement.
 *
 * <ul>
 *   <li>{@link dev.danta.bench.Workload} says what is asked next, what must be there before, and what must hold after:
 *       {@link dev.danta.bench.TransferWorkload}, {@link dev.danta.bench.KeyValueWorkload}, {@link
 *       dev.danta.bench.SaleWorkload}.
 *   <li>{@link dev.danta.bench.Operation} is one thing asked, {@code Answer} how it went, {@code Target} who answers: a small asynchronous port, so that a workload runs against a cluster and
 *       against a model of one; {@link dev.danta.bench.ClusterTarget} is a client of a cluster.
 *   <li>{@link dev.danta.bench.LoadRun} is the load generator; {@link dev.danta.bench.LoadSettings} its knobs, {@link
 *       dev.danta.bench.LoadListener} who watches, {@link dev.danta.bench.Measurement} what it found.
 *   <li>{@link dev.danta.bench.Transcript} takes down what clients ask and are told, and has it judged; {@link
 *       dev.danta.bench.Course} is how a run went, by seconds and by phases.
 *   <li>{@link dev.danta.bench.CheckerBench} times the engines of the history checker, over {@code DrawnHistories}.
 *   <li>{@link dev.danta.bench.Machine} and {@link dev.danta.bench.DiskProbe} say where it was found, {@link
 *       dev.danta.bench.ResultFile} keeps both.
 * </ul>
 *
 * <p>Words: a <em>closed loop</em> is a client that asks again as soon as it has its answer, so that the number of
 * clients is the number of operations under way. A <em>declined</em> operation is one that the workload's own rule
 * refused (nothing left to sell): a success of the system. An <em>attempt</em> is one run of a transaction; the
 * attempts after the first are <em>retries</em>. Latency is that of the whole operation with its retries. A <em>tag</em>
 * is what an operation leaves with every value that it writes: whoever reads the value knows whose it is. A <em>phase</em>
 * is a part of a run in which something was going on, such as a node being replaced.
 */
@NullMarked
package dev.danta.bench;

import org.jspecify.annotations.NullMarked;
