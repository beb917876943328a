package dev.danta.ir.message;

/** The answer to a {@link Query}. Opaque to IR. */
public interface Answer {}
