/** Is imported from below. */
@NullMarked
package dev.danta.archfixture.table.high;

import org.jspecify.annotations.NullMarked;
