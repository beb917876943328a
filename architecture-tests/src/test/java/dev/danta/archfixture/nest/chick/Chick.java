package dev.danta.archfixture.nest.chick;

import dev.danta.archfixture.nest.Nest;

/** Depends on the package around it. */
public interface Chick {
    Nest nest();
}
