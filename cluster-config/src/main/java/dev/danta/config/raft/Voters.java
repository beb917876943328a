package dev.danta.config.raft;

import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.ir.id.ReplicaId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Who should vote: one node of one or two, three of three or four, five of more. Those that vote already go on, else those
 * with the least numbers do. A change is one step: one voter more, or one less.
 */
final class Voters {
    private Voters() {}

    /** How many of so many nodes should vote. */
    static int count(int nodes) {
        if (nodes >= 5) {
            return 5;
        }
        return nodes >= 3 ? 3 : 1;
    }

    /**
     * Who should vote.
     *
     * @param now who does
     * @param isUp whether a node that does not vote yet could
     */
    private static Set<RaftPeerId> wanted(ClusterState state, Set<RaftPeerId> now, Predicate<RaftPeer> isUp) {
        SortedSet<ReplicaId> staying = state.staying();
        int count = count(staying.size());
        List<RaftPeer> able = new ArrayList<>();
        for (ReplicaId node : staying) {
            NodeEntry entry = state.nodes().get(node);
            if (entry != null && !state.isLost(node)) {
                able.add(Peers.peer(node, entry));
            }
        }
        List<RaftPeerId> wanted = new ArrayList<>();
        able.stream().map(RaftPeer::getId).filter(now::contains).forEach(wanted::add);
        for (RaftPeer peer : able) {
            if (wanted.size() < count && !now.contains(peer.getId()) && isUp.test(peer)) {
                wanted.add(peer.getId());
            }
        }
        // One that is lost stays until another one has come: it is dead, but fewer voters would not make it better.
        now.stream()
                .filter(peer -> staying.stream().anyMatch(node -> Peers.isOf(peer, node)) && !wanted.contains(peer))
                .forEach(wanted::add);
        return Set.copyOf(wanted.subList(0, Math.min(count, wanted.size())));
    }

    /**
     * The next step on the way to those who should vote.
     *
     * @param now who votes
     * @param leader who goes last
     * @return all voters after the step, with their addresses of today; none if there is nothing to do
     */
    static Optional<List<RaftPeer>> step(
            ClusterState state, List<RaftPeer> now, RaftPeerId leader, Predicate<RaftPeer> isUp) {
        Map<RaftPeerId, RaftPeer> peers = new LinkedHashMap<>();
        now.forEach(peer -> peers.put(peer.getId(), peer));
        Set<RaftPeerId> ids = new LinkedHashSet<>(peers.keySet());
        Set<RaftPeerId> wanted = wanted(state, ids, isUp);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Peers.all(state).forEach(peer -> peers.computeIfPresent(peer.getId(), (same, old) -> peer));
        Optional<RaftPeer> added = Peers.all(state).stream()
                .filter(peer -> wanted.contains(peer.getId()) && !ids.contains(peer.getId()))
                .findFirst();
        if (added.isPresent()) {
            peers.put(added.get().getId(), added.get());
            return Optional.of(List.copyOf(peers.values()));
        }
        Optional<RaftPeerId> removed = ids.stream()
                .filter(peer -> !wanted.contains(peer))
                .min((a, b) -> Boolean.compare(a.equals(leader), b.equals(leader)));
        removed.ifPresent(peers::remove);
        return removed.map(gone -> List.copyOf(peers.values()));
    }
}
