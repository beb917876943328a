package dev.danta.ir.runtime;

/** Draws random numbers; for jitter only, never for anything that safety rests on. */
public interface Randomness {
    /** A uniform number from 0 to {@code bound} inclusive; {@code bound} is not negative. */
    long upTo(long bound);
}
