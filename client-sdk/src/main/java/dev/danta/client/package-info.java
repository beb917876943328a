/**
 * The public API of Danta.
 *
 * <ul>
 *   <li>{@link dev.danta.client.DantaClient}: a connection to a cluster, one for a whole application;
 *   <li>{@link dev.danta.client.Space}: a name space; runs strict transactions ({@link dev.danta.client.Tx}) and makes
 *       collections: {@link dev.danta.client.Table}, {@link dev.danta.client.Counter}, {@link dev.danta.client.BoundedCounter};
 *   <li>{@link dev.danta.client.Key} and {@link dev.danta.client.Codec}: what names a record, and how a value becomes
 *       bytes;
 *   <li>{@link dev.danta.client.DantaException}: what every error here has in common.
 * </ul>
 *
 * <p>Words: a <em>strict</em> transaction takes effect all or nothing, at one moment between its beginning and its end, as
 * if alone; a <em>relaxed</em> operation is acknowledged by a quorum and merged, without any order. An <em>attempt</em> is
 * one execution of a transaction's closure.
 *
 * <p>What to know of outcomes: a call is answered by its deadline. An error tells with
 * {@link dev.danta.client.DantaException#outcome()} whether something took effect; the only one that does not know is
 * {@link dev.danta.client.OutcomeUnknownException}. Cancelling a future does not cancel a commit that was sent.
 *
 * <p>No type of the protocol, of the wire or of a library stands in a public signature.
 */
@NullMarked
package dev.danta.client;

import org.jspecify.annotations.NullMarked;
