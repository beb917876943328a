package dev.danta.archfixture.lonely;

/** Named elsewhere. */
public interface Named {
    Passed pass();

    void take(Passed passed);
}
