/** As it should be. */
@NullMarked
package dev.danta.archfixture.unmarked.marked;

import org.jspecify.annotations.NullMarked;
