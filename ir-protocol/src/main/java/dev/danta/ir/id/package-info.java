/**
 * The words that every layer shares: who ({@link dev.danta.ir.id.ClientId}, {@link dev.danta.ir.id.ReplicaId}), where
 * ({@link dev.danta.ir.id.ShardId}), when ({@link dev.danta.ir.id.Timestamp}, {@link dev.danta.ir.id.Epoch}), which
 * ({@link dev.danta.ir.id.OpId}, {@link dev.danta.ir.id.Ballot}), and the immutable {@link dev.danta.ir.id.Bytes} that
 * keys and values are made of. Nothing here depends on anything but the JDK.
 */
@NullMarked
package dev.danta.ir.id;

import org.jspecify.annotations.NullMarked;
