/** Optimistic concurrency control: timestamps meet read sets, write sets and holds here, and nowhere else. */
@NullMarked
package dev.danta.occ;

import org.jspecify.annotations.NullMarked;
