/** Half of a cycle. */
@NullMarked
package dev.danta.archfixture.cycle.hen;

import org.jspecify.annotations.NullMarked;
