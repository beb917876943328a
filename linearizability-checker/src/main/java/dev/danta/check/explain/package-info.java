/**
 * Says why a history is not linearizable, so that a person sees it.
 *
 * <ul>
 *   <li>{@link dev.danta.check.explain.Explainer} makes an {@link dev.danta.check.explain.Explanation} of a failure: a
 *       sentence, the operations around it, and the states that were possible.
 * </ul>
 *
 * <p>Words. The <em>window</em> of a failure begins at the last <em>quiet point</em> before the failing operation: a moment
 * at which no operation was open whose answer is known, so that what came before it matters only by the state it led to.
 */
@NullMarked
package dev.danta.check.explain;

import org.jspecify.annotations.NullMarked;
