/** Judges recorded histories: models, the search for a linearization, verdicts. */
@NullMarked
package dev.danta.check;

import org.jspecify.annotations.NullMarked;
