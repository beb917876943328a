/** Depends on its own subpackage. */
@NullMarked
package dev.danta.archfixture.nest;

import org.jspecify.annotations.NullMarked;
