package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client makes of what its nodes say of the cluster. */
@Timeout(60)
final class DescribedClusterTest {
    private static final Key A = Key.of("a");

    private final MemoryCluster cluster = new MemoryCluster(3, 1);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
    private final Set<ReplicaId> asked = new ConcurrentSkipListSet<>();

    @BeforeEach
    void begin() {
        shop.execute(tx -> tx.put(stock, A, 1L));
        List.of(1, 2, 3).forEach(cluster::settle);
        cluster.loseToNode(this::notes);
    }

    @AfterEach
    void end() {
        client.close(Duration.ofMillis(10));
        cluster.close();
    }

    private boolean notes(ReplicaId node, Envelope envelope) {
        if (envelope.message() instanceof IrMessage.Ask) {
            asked.add(node);
        }
        return false;
    }

    private Topology version(long version, Integer... draining) {
        Topology first = cluster.first();
        Set<Integer> leaving = new TreeSet<>(List.of(draining));
        List<Member> nodes = first.nodes().stream()
                .map(member -> new Member(
                        member.node(),
                        member.address(),
                        leaving.contains(member.node().number())))
                .toList();
        return new Topology(first.cluster(), first.identity(), version, first.shards(), nodes, first.memberships());
    }

    /** Whom single-replica reads of a transaction go to now. */
    private Set<Integer> readsGoTo() {
        asked.clear();
        try (Tx tx = shop.begin(Tx.options())) {
            assertThat(tx.get(stock, A)).contains(1L);
        }
        Set<Integer> numbers = new TreeSet<>();
        asked.forEach(node -> numbers.add(node.number()));
        return numbers;
    }

    @Test
    void readsGoToNodesThatAreThereToStay() {
        cluster.describe(1, version(2, 1, 2));
        assertThat(readsGoTo()).containsExactly(3);
        cluster.describe(2, version(3, 2, 3));
        assertThat(readsGoTo()).containsExactly(1);
        cluster.describe(2, version(4, 1, 3));
        assertThat(readsGoTo()).containsExactly(2);
    }

    @Test
    void anOlderDescriptionIsIgnoredAndItsNodeUsedAllTheSame() {
        cluster.describe(1, version(5, 1, 2));
        cluster.describe(3, version(4, 3));
        cluster.greetAnew(3, version(3, 3));
        assertThat(readsGoTo()).containsExactly(3);
    }

    @Test
    void whenEveryNodeIsAboutToBeStoppedReadsGoOn() {
        cluster.describe(1, version(2, 1, 2, 3));
        assertThat(readsGoTo()).hasSize(1);
    }

    @Test
    void aNodeThatDescribesAnotherClusterIsNotUsed() {
        Topology first = cluster.first();
        Topology namesake = new Topology(
                first.cluster(), first.identity() + 1, 9, first.shards(), first.nodes(), first.memberships());
        cluster.greetAnew(1, namesake);
        cluster.greetAnew(2, Topology.firstOf(first.cluster(), 5, first.nodes()));
        assertThat(readsGoTo()).containsExactly(3);
        UnavailableException failed = catchThrowableOfType(
                UnavailableException.class,
                () -> shop.execute(Tx.options().deadline(Duration.ofDays(1)), tx -> tx.put(stock, A, 2L)));
        assertThat(failed)
                .hasMessageContaining("node-1:7400: its node describes another cluster")
                .hasMessageContaining("node-2:7400: its node describes another cluster")
                .hasMessageContaining("memory with 5 shards, not memory with 1");
    }

    @Test
    void whatWasDescribedLastIsKnownWhenNobodyCanBeReached() {
        Topology first = cluster.first();
        List<Member> moved = first.nodes().stream()
                .map(member ->
                        new Member(member.node(), "moved-" + member.node().number() + ":7400"))
                .toList();
        cluster.describe(
                1, new Topology(first.cluster(), first.identity(), 2, first.shards(), moved, first.memberships()));
        List.of(1, 2, 3).forEach(cluster::stop);
        UnavailableException failed = catchThrowableOfType(
                UnavailableException.class,
                () -> shop.run(Tx.options().deadline(Duration.ofMillis(300)), tx -> tx.get(stock, A)));
        assertThat(failed.causes()).containsOnlyKeys("moved-1:7400", "moved-2:7400", "moved-3:7400");
        List.of(1, 2, 3).forEach(cluster::start);
        Optional<Long> found = shop.run(tx -> tx.get(stock, A));
        assertThat(found).contains(1L);
    }
}
