package dev.danta.ir.runtime;

/** Tells the time. */
public interface Clock {
    Moment now();
}
