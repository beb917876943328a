package dev.danta.archfixture.unmarked;

/** Its package has no package-info at all. */
public interface Unmarked {}
