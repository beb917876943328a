package dev.danta.txn.client;

import dev.danta.ir.runtime.Report;

/** Told once for each call: its number as it was given with the call, and its answer. */
public record Finished(long call, CallOutcome outcome) implements Report {}
