/**
 * A replica's durable state in LMDB, behind the core's storage port: {@link dev.danta.node.storage.LmdbReplicaStore}. LMDB
 * is named nowhere else.
 *
 * <p>Words: a <em>batch</em> is what one commit makes durable, kept as one open write transaction of LMDB; a
 * <em>snapshot</em> is a read transaction of LMDB, which sees whole batches only; the <em>gate</em> is the lock that keeps
 * everybody out of an environment that is being closed or remapped, since touching one kills the process.
 */
@NullMarked
package dev.danta.node.storage;

import org.jspecify.annotations.NullMarked;
