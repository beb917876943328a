/** Public types with and without users elsewhere. */
@NullMarked
package dev.danta.archfixture.lonely;

import org.jspecify.annotations.NullMarked;
