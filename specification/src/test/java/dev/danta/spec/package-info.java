/**
 * The specifications in docs/spec, explored by TLC: {@link dev.danta.spec.Exploration} is one of them, {@link dev.danta.spec.Tlc}
 * runs it, {@link dev.danta.spec.Suite} lists all, the wrong variants among them.
 */
@NullMarked
package dev.danta.spec;

import org.jspecify.annotations.NullMarked;
