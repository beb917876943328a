/**
 * Who is in the cluster, and what each shard's members are (protocol.md 9 and 10). {@link dev.danta.config.ClusterConfig} is
 * the port that all others use; {@code config.state} is what is agreed, and by which rules; {@code config.codec} turns it
 * into bytes; {@code config.raft} has it agreed by a Raft group inside the nodes.
 *
 * <p>Nothing here is on the path of an operation: while the configuration cannot be asked, only changes wait.
 *
 * <p>Words: the <em>configuration</em> is the agreed state; to <em>ask</em> is to have a request take effect, or be refused,
 * at one place in the order of all requests; a <em>generation</em> is what the group was until its majority was lost for
 * good and it was recovered.
 */
@NullMarked
package dev.danta.config;

import org.jspecify.annotations.NullMarked;
