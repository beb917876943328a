/**
 * How event streams are kept in relaxed values, and what a view of one makes of them: everything of it that is the same whoever
 * asks replicas, and how.
 */
@NullMarked
package dev.danta.txn.stream;

import org.jspecify.annotations.NullMarked;
