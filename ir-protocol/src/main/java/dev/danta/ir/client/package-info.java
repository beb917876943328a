/**
 * The asking side of one operation on one shard: {@link dev.danta.ir.client.ConsensusCall} (fast path, slow path) and
 * {@link dev.danta.ir.client.QuorumCall} (an inconsistent operation or a question answered by enough replicas). They know
 * neither time nor transactions; whoever owns them says when a timeout has passed and maps what they want sent.
 */
@NullMarked
package dev.danta.ir.client;

import org.jspecify.annotations.NullMarked;
