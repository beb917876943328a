/**
 * State that merges (protocol.md 8): replicas and clients join what they have, in any order and any number of times, and
 * end up with the same. {@link dev.danta.relaxed.RelaxedState#join} is commutative, associative, idempotent and monotone;
 * property tests hold every type to that.
 *
 * <p>Words: a <em>stamp</em> is the timestamp that the originator of a change gave it, once; a <em>gain</em> is a change
 * of a counter, kept as a cumulative total per client; an <em>allotment</em> is what one client may spend of a bounded
 * counter without asking anybody, and a <em>fence</em> ends that.
 */
@NullMarked
package dev.danta.relaxed;

import org.jspecify.annotations.NullMarked;
