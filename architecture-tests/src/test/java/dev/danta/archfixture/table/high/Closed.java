package dev.danta.archfixture.table.high;

/** Not for those below. */
public interface Closed {}
