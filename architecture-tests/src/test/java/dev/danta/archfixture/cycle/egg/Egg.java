package dev.danta.archfixture.cycle.egg;

import dev.danta.archfixture.cycle.hen.Hen;

/** Half of a cycle. */
public interface Egg {
    Hen from();
}
