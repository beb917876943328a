package dev.danta.ir.message;

/** Some of the state that operations have left on a replica, to be joined into another's. Opaque to IR. */
public interface StatePart {}
