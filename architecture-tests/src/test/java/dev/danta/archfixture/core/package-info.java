/** Breaches of the laws of the core, one method each, and what the core may use. */
@NullMarked
package dev.danta.archfixture.core;

import org.jspecify.annotations.NullMarked;
