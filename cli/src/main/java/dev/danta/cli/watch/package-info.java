/** What {@code danta watch} prints of a collection's changes, and how it keeps them in files. */
@NullMarked
package dev.danta.cli.watch;

import org.jspecify.annotations.NullMarked;
