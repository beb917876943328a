/** What callers in other languages get of a cluster. */
@NullMarked
package dev.danta.testkit.gateway;

import org.jspecify.annotations.NullMarked;
