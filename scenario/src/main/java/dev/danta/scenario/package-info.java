/**
 * The reference applications of Danta: what their users do, step by step, and what must hold whatever happens. Each stands here
 * once, and is run three ways: by the simulator, by {@code danta bench}, and by an example that one can read.
 *
 * <p>Words: a <em>port</em> is Danta as the steps of one user see it, whoever runs them; a <em>step</em> is one thing that a
 * user does; a <em>place</em> is a key in a collection; an <em>audit</em> reads what is there when all is quiet.
 */
@NullMarked
package dev.danta.scenario;

import org.jspecify.annotations.NullMarked;
