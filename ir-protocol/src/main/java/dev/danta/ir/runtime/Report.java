package dev.danta.ir.runtime;

/** Something a machine tells its own process, not a peer. */
public interface Report {}
