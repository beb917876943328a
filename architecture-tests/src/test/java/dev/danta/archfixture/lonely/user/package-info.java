/** Uses the package above it. */
@NullMarked
package dev.danta.archfixture.lonely.user;

import org.jspecify.annotations.NullMarked;
