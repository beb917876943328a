package dev.danta.ir.runtime;

import java.util.List;

/** Sees every step of a driver: for traces, digests and invariants. Called on the driver's thread. */
public interface StepListener<I> {
    /** The machine has handled {@code input} and its persists are applied; nothing was sent yet. */
    void onStep(I input, Moment now, List<Effect> effects);
}
