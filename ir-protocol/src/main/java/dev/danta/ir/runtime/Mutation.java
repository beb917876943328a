package dev.danta.ir.runtime;

/** One change of a replica's durable state. The records that implement it stand beside the state that they change. */
public interface Mutation {}
