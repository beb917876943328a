package dev.danta.archfixture.unmarked.marked;

/** As it should be. */
public interface Marked {}
