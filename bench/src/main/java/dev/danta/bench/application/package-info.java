/**
 * The reference applications under load, on a cluster of real nodes.
 *
 * <ul>
 *   <li>{@link dev.danta.bench.application.ApplicationClient} is a client of a cluster with all that an application keeps; its
 *       users ({@code ApplicationUser}) are the {@link dev.danta.scenario.Port} of {@code scenario}.
 *   <li>{@link dev.danta.bench.application.ApplicationRun} has users do one step after the other, in closed loops or at a pace,
 *       and has the application's laws looked at; {@link dev.danta.bench.application.ApplicationFigures} are what it found.
 *   <li>{@link dev.danta.bench.application.Journal} takes down what users ask and are told.
 * </ul>
 */
@NullMarked
package dev.danta.bench.application;

import org.jspecify.annotations.NullMarked;
