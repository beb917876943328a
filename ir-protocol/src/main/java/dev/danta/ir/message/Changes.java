package dev.danta.ir.message;

/** What an operation changed, as a replica's log keeps it for those who follow the log (protocol.md 7). Opaque to IR. */
public interface Changes {}
