/**
 * The demo: one flash sale, run three times against the same cluster.
 *
 * <ul>
 *   <li>{@link dev.danta.cli.demo.FlashSale} is the whole of it; {@link dev.danta.cli.demo.DemoSettings} its knobs, {@link
 *       dev.danta.cli.demo.NodeSwitch} how it kills a node and starts it again, {@link dev.danta.cli.demo.DemoOutcome} what
 *       came of it.
 *   <li>{@code SaleRun} lets the buyers in, some at a time; a {@code Till} serves one of them: {@code RelaxedTill} reads the
 *       stock and writes it back, {@code ReservedTill} spends of a bounded counter, {@code StrictTill} does both in one transaction;
 *       these two keep the history. {@code Breakdown}
 *       is the node that fails in mid-sale.
 * </ul>
 *
 * <p>Words: a <em>till</em> is where a buyer is served; a <em>purchase</em> is what the buyer was told. A buyer is
 * <em>resolved</em> whose outcome was unknown at first and was settled by asking. Everything random is drawn from the seed:
 * who dawdles how long, which node dies, after how many sales, and when it comes back.
 */
@NullMarked
package dev.danta.cli.demo;

import org.jspecify.annotations.NullMarked;
