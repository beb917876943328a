package dev.danta.archfixture.unmarked.bare;

/** Its package-info has no mark. */
public interface Bare {}
