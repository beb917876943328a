package dev.danta.archfixture.lonely;

/** Never named elsewhere, but given and taken there. */
public interface Passed {}
