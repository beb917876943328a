package dev.danta.archfixture.table.high.open;

/** For everyone. */
public interface Open {}
