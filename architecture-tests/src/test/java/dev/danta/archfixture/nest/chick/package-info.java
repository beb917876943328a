/** Depends on the package around it. */
@NullMarked
package dev.danta.archfixture.nest.chick;

import org.jspecify.annotations.NullMarked;
