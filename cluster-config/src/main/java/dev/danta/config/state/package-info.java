/**
 * What the nodes agree on, as values: {@link dev.danta.config.state.ClusterState} takes one
 * {@link dev.danta.config.state.ClusterRequest} after the other and gives a {@link dev.danta.config.state.ClusterAnswer} to
 * each. {@link dev.danta.config.state.Placement} says which replicas are wanted, {@link dev.danta.config.state.Steward}
 * which changes should run next. No input or output, no clock, no chance: every node comes to the same.
 *
 * <p>Words: a replica is <em>wanted</em> if it should be a member of its shard, whatever it is now; a disk is <em>lost</em>
 * if an operator has said so, and never comes back; a node that is <em>leaving</em> gives its replicas away and is then
 * forgotten; a change is <em>finished</em> when all members serve and have what was only on those that left.
 */
@NullMarked
package dev.danta.config.state;

import org.jspecify.annotations.NullMarked;
