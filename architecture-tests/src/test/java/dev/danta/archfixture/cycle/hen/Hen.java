package dev.danta.archfixture.cycle.hen;

import dev.danta.archfixture.cycle.egg.Egg;

/** Half of a cycle. */
public interface Hen {
    Egg from();
}
