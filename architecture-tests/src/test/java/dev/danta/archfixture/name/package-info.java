/** Names that say nothing. */
@NullMarked
package dev.danta.archfixture.name;

import org.jspecify.annotations.NullMarked;
