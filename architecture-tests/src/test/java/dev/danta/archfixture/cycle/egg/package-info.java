/** Half of a cycle. */
@NullMarked
package dev.danta.archfixture.cycle.egg;

import org.jspecify.annotations.NullMarked;
