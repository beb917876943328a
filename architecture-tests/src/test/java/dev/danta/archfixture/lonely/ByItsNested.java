package dev.danta.archfixture.lonely;

/** Only what is nested in it is named elsewhere. */
public interface ByItsNested {
    /** Named elsewhere. */
    interface Nested extends ByItsNested {}
}
