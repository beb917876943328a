/** Relaxed values and their merge laws: states that converge in whatever order updates arrive. */
@NullMarked
package dev.danta.relaxed;

import org.jspecify.annotations.NullMarked;
