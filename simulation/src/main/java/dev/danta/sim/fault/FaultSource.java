package dev.danta.sim.fault;

import java.util.List;

/** Draws faults of some family, from a stream of its own, so that no other fault of a seed depends on them. */
interface FaultSource {
    /** All faults before {@code untilNanos}, in any order. */
    List<TimedFault> draw(long untilNanos);
}
