/** The whole cluster in one thread from one seed. */
@NullMarked
package dev.danta.sim;

import org.jspecify.annotations.NullMarked;
