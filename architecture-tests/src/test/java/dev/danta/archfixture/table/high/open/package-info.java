/** Is imported from below, and may be. */
@NullMarked
package dev.danta.archfixture.table.high.open;

import org.jspecify.annotations.NullMarked;
