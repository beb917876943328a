/** The danta command: reads arguments, calls the modules below, and says how it went by its exit code. */
@NullMarked
package dev.danta.cli;

import org.jspecify.annotations.NullMarked;
