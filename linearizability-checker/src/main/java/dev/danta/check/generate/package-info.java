/**
 * Random histories of every subject, valid or with one fault: what checkers are measured with and tested on.
 *
 * <ul>
 *   <li>{@link dev.danta.check.generate.HistoryGenerator} plays clients of an object, from a seed; {@link
 *       dev.danta.check.generate.GeneratorSettings} say how many and how long, {@link dev.danta.check.generate.Fault} what
 *       goes wrong.
 *   <li>Inside: a {@code Sampler} invents questions to one model and answers them as the object would; {@code Samplers} has
 *       one for each subject; {@code Play} lets the clients take turns.
 * </ul>
 */
@NullMarked
package dev.danta.check.generate;

import org.jspecify.annotations.NullMarked;
