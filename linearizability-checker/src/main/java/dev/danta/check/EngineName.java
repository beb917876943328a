package dev.danta.check;

import java.util.Locale;

/** The ways to find out whether a partition has a linearization. They differ in cost, never in the verdict. */
public enum EngineName {
    /** {@link #ZONES} or {@link #QUEUES} for every partition that they can judge, else {@link #JIT}. */
    AUTO,
    /** Depth first over the completions in their order, any model; what is provably useless is not tried. */
    JIT,
    /** Intervals of registers whose writes all differ: no search, for partitions that a model shows as such. */
    ZONES,
    /** Intervals of queues in order into which every value is put once: no search either. */
    QUEUES,
    /** Wing and Gong's search with Lowe's memoisation, as Porcupine arranges it, any model: the second opinion. */
    WGL;

    /** The name in commands and results. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
