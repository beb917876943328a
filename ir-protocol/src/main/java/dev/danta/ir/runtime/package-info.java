/**
 * What makes machines run: {@link dev.danta.ir.runtime.Machine} (input and time in, effects out),
 * {@link dev.danta.ir.runtime.Driver} (runs the effects, the same class in a node, in a client and in the simulation),
 * and the ports that an adapter implements: {@link dev.danta.ir.runtime.Transport},
 * {@link dev.danta.ir.runtime.Storage}, {@link dev.danta.ir.runtime.Clock}, {@link dev.danta.ir.runtime.Scheduler},
 * {@link dev.danta.ir.runtime.Randomness}, {@link dev.danta.ir.runtime.Reports}.
 */
@NullMarked
package dev.danta.ir.runtime;

import org.jspecify.annotations.NullMarked;
