package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.quorum.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a client knows of its replicas' health. Only patience and order rest on it, never safety. */
final class Peers {
    private final ClientId self;
    /** Members of some shard, and whoever else this client is connected to: a member of tomorrow. */
    private final Map<ReplicaId, Peer> peers = new TreeMap<>();

    private final Set<ReplicaId> members = new TreeSet<>();
    private final Set<ReplicaId> draining = new TreeSet<>();

    private static final class Peer {
        private boolean connected;
        private boolean suspected;
        private long roundTripNanos;
        private String trouble = "not connected yet";
    }

    Peers(ClientId self, List<Membership> memberships) {
        this.self = self;
        memberships.forEach(this::onMembers);
    }

    /** Members that were not known before are not connected yet. */
    void onMembers(Membership membership) {
        members.addAll(membership.members());
        members.forEach(replica -> peers.computeIfAbsent(replica, r -> new Peer()));
    }

    /** Those whose nodes are about to be stopped, and nobody else. */
    void onDraining(List<ReplicaId> replicas) {
        draining.clear();
        draining.addAll(replicas);
    }

    void onConnected(ReplicaId replica) {
        Peer peer = peers.computeIfAbsent(replica, r -> new Peer());
        peer.connected = true;
        peer.suspected = false;
        peer.trouble = "no answer";
    }

    void onDisconnected(ReplicaId replica, String cause) {
        Peer peer = peers.computeIfAbsent(replica, r -> new Peer());
        peer.connected = false;
        peer.trouble = cause;
    }

    void onHeard(ReplicaId replica) {
        Peer peer = peers.get(replica);
        if (peer != null) {
            peer.suspected = false;
            peer.trouble = "no answer";
        }
    }

    void onTrouble(ReplicaId replica, String trouble) {
        Peer peer = peers.get(replica);
        if (peer != null) {
            peer.trouble = trouble;
        }
    }

    void suspect(ReplicaId replica) {
        Peer peer = peers.get(replica);
        if (peer != null) {
            peer.suspected = true;
        }
    }

    /** A vote came back after this long; smoothed as in TCP (an eighth of each new sample). */
    void onRoundTrip(ReplicaId replica, long nanos) {
        Peer peer = peers.get(replica);
        if (peer != null) {
            peer.roundTripNanos =
                    peer.roundTripNanos == 0 ? nanos : peer.roundTripNanos + (nanos - peer.roundTripNanos) / 8;
        }
    }

    boolean isUp(ReplicaId replica) {
        Peer peer = peers.get(replica);
        return peer != null && peer.connected && !peer.suspected;
    }

    boolean isConnected(ReplicaId replica) {
        Peer peer = peers.get(replica);
        return peer != null && peer.connected;
    }

    boolean hasQuorumConnected(Membership membership) {
        return membership.members().stream().filter(this::isConnected).count() >= membership.quorum();
    }

    /** Those that are not waited for. */
    Set<ReplicaId> down() {
        Set<ReplicaId> down = new TreeSet<>();
        members.stream().filter(replica -> !isUp(replica)).forEach(down::add);
        return down;
    }

    /** The slowest usual round trip of the replicas that are up; 0 while nothing is known. */
    long roundTripNanos(Membership membership) {
        long slowest = 0;
        for (ReplicaId replica : membership.members()) {
            Peer peer = peers.get(replica);
            if (peer != null && isUp(replica)) {
                slowest = Math.max(slowest, peer.roundTripNanos);
            }
        }
        return slowest;
    }

    /** The usual round trip of {@code replica}; 0 while nothing is known. */
    long roundTripNanos(ReplicaId replica) {
        Peer peer = peers.get(replica);
        return peer == null ? 0 : peer.roundTripNanos;
    }

    /** What is wrong with {@code replica}, in a few words. */
    String trouble(ReplicaId replica) {
        Peer peer = peers.get(replica);
        return peer == null ? "not known" : peer.trouble;
    }

    /**
     * The members in the order in which this client asks them: spread over clients, those that are about to be stopped
     * behind the others, those that are down last.
     */
    List<ReplicaId> order(Membership membership) {
        List<ReplicaId> members = membership.members();
        int first = (int) Long.remainderUnsigned(self.low(), members.size());
        List<ReplicaId> up = new ArrayList<>();
        List<ReplicaId> leaving = new ArrayList<>();
        List<ReplicaId> down = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            ReplicaId replica = members.get((first + i) % members.size());
            List<ReplicaId> kind = draining.contains(replica) ? leaving : up;
            (isUp(replica) ? kind : down).add(replica);
        }
        up.addAll(leaving);
        up.addAll(down);
        return up;
    }

    /** What is wrong with each of {@code replicas}, in a few words. */
    SortedMap<ReplicaId, String> causes(Iterable<ReplicaId> replicas) {
        SortedMap<ReplicaId, String> causes = new TreeMap<>();
        for (ReplicaId replica : replicas) {
            Peer peer = peers.get(replica);
            if (peer != null && members.contains(replica)) {
                causes.put(replica, peer.trouble);
            }
        }
        return causes;
    }
}
