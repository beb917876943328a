/**
 * Transactions over inconsistent replication (protocol.md 4): what {@link dev.danta.ir} leaves opaque gets its meaning
 * here.
 *
 * <ul>
 *   <li>{@code txn}: the payloads of IR's messages ({@link dev.danta.txn.PrepareBody}, {@link dev.danta.txn.TxnRefusal},
 *       {@link dev.danta.txn.RelaxedUpdate}, {@link dev.danta.txn.ReadQuery}, {@link dev.danta.txn.ReadAnswer});
 *   <li>{@code participant}: a replica's side: validation, holds, applying;
 *   <li>{@code coordinator}: one transaction over several shards, from Prepare to its outcome;
 *   <li>{@code client}: everything one client has under way, as one machine; retry rules;
 *   <li>{@code stream}: event streams on pages, and what is kept of views of them;
 *   <li>{@code key}: how spaces, collections and tuples become keys, and keys shards.
 * </ul>
 */
@NullMarked
package dev.danta.txn;

import org.jspecify.annotations.NullMarked;
