package dev.danta.archfixture.lonely;

/** Used by its own package only. */
public interface Lonely {}
