/**
 * The demo's report: one HTML file that needs nothing but itself, drawn by our own code.
 *
 * <ul>
 *   <li>{@link dev.danta.cli.report.DemoReport} is what it tells, {@link dev.danta.cli.report.SaleRound} one round of the
 *       sale, {@link dev.danta.cli.report.Outage} when a node was away.
 *   <li>{@code ReportPage} lays the page out; {@code SoldChart}, {@code WaitChart} draw; {@code Axis} places values and
 *       chooses ticks; {@code Svg} and {@code Text} write and escape.
 * </ul>
 *
 * <p>Times inside a round are nanoseconds since its first buyer was let in.
 */
@NullMarked
package dev.danta.cli.report;

import org.jspecify.annotations.NullMarked;
