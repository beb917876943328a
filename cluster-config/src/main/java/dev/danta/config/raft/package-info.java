/**
 * The configuration in a Raft group inside the nodes (Apache Ratis). {@link dev.danta.config.raft.RaftClusterConfig} is what
 * a node opens; everything else here is its parts.
 *
 * <p>Map: ConfigServer is the node's Raft server, whether it votes or not; ConfigStateMachine applies requests and takes
 * snapshots; ConfigClient asks the group, from a voter as from any other node; Voters says who should vote; KnownFile keeps
 * the last known configuration, so that a node knows something at once when it starts; ConfigKeeper looks after all of them.
 *
 * <p>Words: a <em>voter</em> is a node whose server counts for Raft's majorities; a server is <em>wedged</em> if it runs but
 * gets nowhere, as after a write to its log has failed: then it is closed and opened again on what it has on its disk.
 */
@NullMarked
package dev.danta.config.raft;

import org.jspecify.annotations.NullMarked;
