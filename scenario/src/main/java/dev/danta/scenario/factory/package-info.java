/**
 * An automated warehouse: orders of several items, all or none; bins that nobody picks below nothing; back-orders within a
 * budget; lines with slots; losses that are never hidden. Three ways to load it: a steady day, a flash sale, and one unit that
 * is handed round.
 */
@NullMarked
package dev.danta.scenario.factory;

import org.jspecify.annotations.NullMarked;
