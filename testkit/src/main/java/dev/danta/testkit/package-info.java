/** A cluster inside a test: embedded nodes and a recorder of histories. */
@NullMarked
package dev.danta.testkit;

import org.jspecify.annotations.NullMarked;
