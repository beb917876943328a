package dev.danta.ir.runtime;

/** Names a timer; records with value equality implement it. */
public interface Timer {}
