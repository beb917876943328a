package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client believes of its replicas, and what makes it change its mind. */
class PeersTest {
    private static final ReplicaId R1 = new ReplicaId(1);
    private static final ReplicaId R2 = new ReplicaId(2);
    private static final ReplicaId R3 = new ReplicaId(3);
    private static final Membership MEMBERS = new Membership(new ShardId(0), Epoch.FIRST, List.of(R1, R2, R3));

    private final Peers peers = new Peers(new ClientId(0, 3), List.of(MEMBERS));

    @Test
    void nobodyIsUpBeforeItIsConnected() {
        assertThat(peers.down()).containsExactly(R1, R2, R3);
        peers.onHeard(R1);
        assertThat(peers.isUp(R1)).isFalse();
        peers.onConnected(R1);
        assertThat(peers.down()).containsExactly(R2, R3);
    }

    @Test
    void aSuspectIsBelievedAgainOnceItIsHeardOrConnectsAnew() {
        peers.onConnected(R1);
        peers.suspect(R1);
        assertThat(peers.isUp(R1)).isFalse();
        peers.onHeard(R1);
        assertThat(peers.isUp(R1)).isTrue();
        peers.suspect(R1);
        peers.onConnected(R1);
        assertThat(peers.isUp(R1)).isTrue();
    }

    @Test
    void aQuorumOfConnectionsCountsAlsoSuspects() {
        peers.onConnected(R1);
        assertThat(peers.hasQuorumConnected(MEMBERS)).isFalse();
        peers.onConnected(R2);
        peers.suspect(R2);
        assertThat(peers.hasQuorumConnected(MEMBERS)).isTrue();
        peers.onDisconnected(R1, "gone");
        assertThat(peers.hasQuorumConnected(MEMBERS)).isFalse();
    }

    @Test
    void thoseThatAreDownAreAskedLast() {
        assertThat(peers.order(MEMBERS)).containsExactly(R1, R2, R3);
        peers.onConnected(R3);
        assertThat(peers.order(MEMBERS)).containsExactly(R3, R1, R2);
        peers.onConnected(R2);
        assertThat(peers.order(MEMBERS)).containsExactly(R2, R3, R1);
    }

    @Test
    void thoseThatAreAboutToBeStoppedAreAskedBehindTheOthersButBeforeThoseThatAreDown() {
        peers.onConnected(R1);
        peers.onConnected(R3);
        peers.onDraining(List.of(R1));
        assertThat(peers.order(MEMBERS)).containsExactly(R3, R1, R2);
        peers.onDraining(List.of(R2, R3));
        assertThat(peers.order(MEMBERS)).containsExactly(R1, R3, R2);
        peers.onDraining(List.of());
        assertThat(peers.order(MEMBERS)).containsExactly(R1, R3, R2);
    }

    @Test
    void clientsBeginWithDifferentReplicas() {
        Peers second = new Peers(new ClientId(0, -2), List.of(MEMBERS));
        assertThat(second.order(MEMBERS).get(0))
                .isNotEqualTo(peers.order(MEMBERS).get(0));
    }

    @Test
    void theRoundTripIsSmoothedAndOnlyOfThoseThatAreUp() {
        assertThat(peers.roundTripNanos(MEMBERS)).isZero();
        peers.onRoundTrip(R1, 800);
        assertThat(peers.roundTripNanos(MEMBERS)).isZero();
        peers.onConnected(R1);
        assertThat(peers.roundTripNanos(MEMBERS)).isEqualTo(800);
        peers.onRoundTrip(R1, 1_600);
        assertThat(peers.roundTripNanos(MEMBERS)).isEqualTo(900);
        peers.onConnected(R2);
        peers.onRoundTrip(R2, 5_000);
        assertThat(peers.roundTripNanos(MEMBERS)).isEqualTo(5_000);
        peers.suspect(R2);
        assertThat(peers.roundTripNanos(MEMBERS)).isEqualTo(900);
    }

    @Test
    void theLatestTroubleIsNamed() {
        assertThat(peers.causes(List.of(R1))).isEqualTo(Map.of(R1, "not connected yet"));
        peers.onDisconnected(R1, "connection refused");
        assertThat(peers.causes(List.of(R1))).isEqualTo(Map.of(R1, "connection refused"));
        peers.onConnected(R1);
        assertThat(peers.causes(List.of(R1))).isEqualTo(Map.of(R1, "no answer"));
        peers.onTrouble(R1, "overloaded");
        assertThat(peers.causes(List.of(R1, R2))).isEqualTo(Map.of(R1, "overloaded", R2, "not connected yet"));
        peers.onHeard(R1);
        assertThat(peers.causes(List.of(R1))).isEqualTo(Map.of(R1, "no answer"));
    }

    @Test
    void strangersAreNeitherUpNorNamed() {
        ReplicaId stranger = new ReplicaId(9);
        peers.onConnected(stranger);
        peers.onHeard(stranger);
        peers.suspect(stranger);
        peers.onTrouble(stranger, "strange");
        peers.onDisconnected(stranger, "gone");
        peers.onRoundTrip(stranger, 5);
        assertThat(peers.isUp(stranger)).isFalse();
        assertThat(peers.causes(List.of(stranger))).isEmpty();
        assertThat(peers.down()).doesNotContain(stranger);
    }

    @Test
    void aStrangerThatBecomesAMemberIsAsConnectedAsItWas() {
        ReplicaId early = new ReplicaId(8);
        ReplicaId late = new ReplicaId(9);
        peers.onConnected(early);
        peers.onMembers(new Membership(new ShardId(0), new Epoch(2), List.of(R1, early, late)));
        assertThat(peers.isUp(early)).isTrue();
        assertThat(peers.isUp(late)).isFalse();
        assertThat(peers.causes(List.of(late))).isEqualTo(Map.of(late, "not connected yet"));
    }
}
