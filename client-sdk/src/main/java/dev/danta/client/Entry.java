package dev.danta.client;

/** A key that has a value, with it. */
public record Entry<V>(Key key, V value) {}
