/**
 * Bounded counters (protocol.md 8): what is on record of one, and where. A counter's record is a version at its key, changed
 * by strict transactions only; its gains are the relaxed value at the same key; what was spent of an allotment is a relaxed
 * value at a key of its own, beside it.
 *
 * <p>Words: the <em>room</em> of a counter is how much may still be spent before it meets its bound: of one with a floor, its
 * value less the floor; of one with a ceiling, the ceiling less its value. A <em>gain</em> makes room, a <em>spend</em> takes
 * it. What may be taken beyond the bound, by those who say that they mean to, is the <em>allowance</em>.
 */
@NullMarked
package dev.danta.txn.counter;

import org.jspecify.annotations.NullMarked;
