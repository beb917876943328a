/**
 * One server process: settings, wiring, threads and their adapters.
 *
 * <ul>
 *   <li>{@link dev.danta.node.NodeProcess}: from a settings file to an exit code; {@link dev.danta.node.Node}: the server
 *       itself, of which a process may have several; {@link dev.danta.node.NodeSettings}: what it must be told;
 *   <li>{@code ShardReplica}: a replica and its thread, which drains its {@code Inbox} into batches of one commit each;
 *   <li>{@code Reception}: on the transport's threads; answers questions from snapshots and fills the inboxes;
 *   <li>{@code HeldQuestions}: those of a shard's feed that wait until its log has grown;
 *   <li>{@code storage}: the replica's state in LMDB.
 * </ul>
 *
 * <p>Words: an <em>inbox</em> is what waits for a shard's thread; to <em>finish</em> is to handle what has come and leave in
 * good order; to <em>halt</em> is to leave as a crash would.
 */
@NullMarked
package dev.danta.node;

import org.jspecify.annotations.NullMarked;
