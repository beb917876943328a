package dev.danta.ir.message;

/** A question that leaves nothing behind on a replica (the paper's unlogged request). Opaque to IR. */
public interface Query {}
