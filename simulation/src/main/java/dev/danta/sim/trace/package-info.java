/** What happened in a run: {@link dev.danta.sim.trace.Trace} keeps its digest and, if asked, writes it down. */
@NullMarked
package dev.danta.sim.trace;

import org.jspecify.annotations.NullMarked;
