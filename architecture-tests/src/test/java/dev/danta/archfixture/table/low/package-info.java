/** Imports what is above it. */
@NullMarked
package dev.danta.archfixture.table.low;

import org.jspecify.annotations.NullMarked;
