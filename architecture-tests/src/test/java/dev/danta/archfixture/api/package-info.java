/** A public API that shows too much. */
@NullMarked
package dev.danta.archfixture.api;

import org.jspecify.annotations.NullMarked;
