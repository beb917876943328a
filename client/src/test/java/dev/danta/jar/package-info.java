/** Tests of the jar that applications take. */
@NullMarked
package dev.danta.jar;

import org.jspecify.annotations.NullMarked;
