package dev.danta.archfixture.lonely;

/** Not public, and so free to be used by nobody. */
interface Neighbour {
    Lonely lonely();
}
