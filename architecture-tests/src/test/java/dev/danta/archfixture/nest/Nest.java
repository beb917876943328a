package dev.danta.archfixture.nest;

import dev.danta.archfixture.nest.chick.Chick;

/** Depends on its subpackage. */
public interface Nest {
    Chick chick();
}
