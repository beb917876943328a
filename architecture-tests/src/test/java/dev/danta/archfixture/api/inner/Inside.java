package dev.danta.archfixture.api.inner;

/** Not for applications. */
public interface Inside {}
