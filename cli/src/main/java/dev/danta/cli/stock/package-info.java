/**
 * One article, and everybody wants it: the same stock sold in several manners on the same cluster, side by side.
 *
 * <p>{@link dev.danta.cli.stock.StockBench} is the whole of it; {@link dev.danta.cli.stock.StockSettings} its knobs, {@link
 * dev.danta.cli.stock.Manner} how is sold, {@link dev.danta.cli.stock.StockRound} what came of one manner.
 *
 * <p>Words: a <em>buyer</em> is a closed loop, which takes unit after unit until it is told that there are none; an
 * <em>instance</em> is a client of the cluster, which buyers share.
 */
@NullMarked
package dev.danta.cli.stock;

import org.jspecify.annotations.NullMarked;
