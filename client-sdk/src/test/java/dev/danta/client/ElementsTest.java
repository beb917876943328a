package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sets, maps and grow-only sets over real replicas in memory. */
@Timeout(120)
final class ElementsTest {
    private static final Key A = Key.of("a", 1);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final SetOf<String> tags = client.space("shop").setOf("tags", Codecs.STRING);
    private final SetOf<String> theirTags = other.space("shop").setOf("tags", Codecs.STRING);
    private final MapOf<String, Long> prices = client.space("shop").mapOf("prices", Codecs.STRING, Codecs.LONG);
    private final GrowSetOf<String> seen = client.space("shop").growSetOf("seen", Codecs.STRING);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    @Test
    void whatIsAddedAndNotRemovedIsInTheSet() {
        assertThat(tags.members(A, Read.QUORUM)).isEmpty();
        tags.add(A, "new");
        theirTags.add(A, "cheap");
        tags.add(A, "rare");
        theirTags.members(A, Read.QUORUM);
        theirTags.remove(A, "new");

        assertThat(tags.members(A, Read.QUORUM)).containsExactly("cheap", "rare");
        assertThat(tags.contains(A, "rare", Read.QUORUM)).isTrue();
        assertThat(tags.contains(A, "new", Read.QUORUM)).isFalse();
        assertThat(tags.members(Key.of("another"), Read.QUORUM)).isEmpty();

        tags.change(A, List.of("new", "dear"), List.of("cheap", "dear"));
        assertThat(theirTags.membersAsync(A, Read.QUORUM).join()).containsExactly("new", "rare");
    }

    @Test
    void whatIsPutAndNotRemovedIsInTheMap() {
        prices.put(A, "rome", 5L);
        prices.put(A, "oslo", 7L);
        prices.put(A, "rome", 6L);

        assertThat(prices.entries(A, Read.QUORUM)).containsExactly(Map.entry("oslo", 7L), Map.entry("rome", 6L));
        assertThat(prices.get(A, "rome", Read.QUORUM)).hasValue(6L);
        prices.change(A, Map.of("bern", 9L), List.of("rome"));
        assertThat(prices.get(A, "rome", Read.QUORUM)).isEmpty();
        assertThat(prices.entriesAsync(A, Read.QUORUM).join()).containsOnlyKeys("bern", "oslo");
    }

    @Test
    void whatIsAddedToAGrowOnlySetStays() {
        seen.add(A, "one");
        seen.addAll(A, List.of("two", "one"));

        assertThat(seen.members(A, Read.QUORUM)).containsExactly("one", "two");
    }

    @Test
    void aChangeOfNothingNeedsNobody() {
        for (int node = 1; node <= 3; node++) {
            cluster.stop(node);
        }
        tags.change(A, List.of(), List.of());
        prices.change(A, Map.of(), List.of());
        seen.addAll(A, List.of());
    }

    @Test
    void aSetIsNoMapForAnyClient() {
        tags.add(A, "new");
        assertThatThrownBy(() -> client.space("shop").mapOf("tags", Codecs.STRING, Codecs.STRING))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("declared as a set before, not as a map");
        try (DantaClient third = cluster.client()) {
            GrowSetOf<String> same = third.space("shop").growSetOf("tags", Codecs.STRING);
            assertThatThrownBy(() -> same.add(A, "new"))
                    .isInstanceOf(ModeMismatchException.class)
                    .hasMessageContaining("shop/tags is a set in this cluster, not a grow-only set");
        }
    }

    /** Whichever replica is asked: a session reads such values from quorums. */
    @Test
    void aSessionSeesWhatItHasSeenAndChanged() {
        ReplicaId behind = new ReplicaId(1);
        cluster.loseToNode((node, envelope) -> node.equals(behind) && envelope.message() instanceof IrMessage.Execute);
        theirTags.add(A, "theirs");
        try (Session session = client.session()) {
            SetOf<String> mine = tags.in(session);
            mine.add(A, "mine");
            for (int i = 0; i < 10; i++) {
                assertThat(mine.members(A)).containsExactly("mine", "theirs");
            }
            try (Session elsewhere = other.session(session.token())) {
                for (int i = 0; i < 10; i++) {
                    assertThat(theirTags.in(elsewhere).members(A)).containsExactly("mine", "theirs");
                }
            }
        }
    }

    @Test
    void whatWasReadLatelyNeedsNobody() {
        tags.add(A, "new");
        try (DantaClient caching = cluster.clientBuilder().cache(1 << 20).build()) {
            SetOf<String> cached =
                    caching.space("shop").setOf("tags", Codecs.STRING).cached(Duration.ofMinutes(5));
            assertThat(cached.members(A)).containsExactly("new");
            for (int node = 1; node <= 3; node++) {
                cluster.stop(node);
            }
            assertThat(cached.contains(A, "new")).isTrue();
        }
    }

    @Test
    void aLocalReadMayMissWhatOneReplicaHasNotGot() {
        tags.add(A, "old");
        client.close(Duration.ofSeconds(60));
        cluster.loseToNode((node, envelope) -> envelope.message() instanceof IrMessage.Execute);
        CompletableFuture<Void> added = theirTags.addAsync(A, "new");
        assertThat(theirTags.members(A)).containsExactly("old");
        cluster.loseNothing();
        added.join();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    /** All of them would take more than the 3 MiB that one value may. */
    @Test
    void aSetThatIsSpreadOverPagesHasRoomForMany() {
        SetOf<String> many = client.space("shop").setOf("many", Codecs.STRING, 500);
        SetOf<String> same = other.space("shop").setOf("many", Codecs.STRING, 500);
        many.change(A, numbered(0, 60_000), List.of());
        same.change(A, List.of("more"), numbered(10, 60_000));
        many.change(A, List.of("e3", "e4"), List.of("e4", "e5"));

        assertThat(same.members(A, Read.QUORUM))
                .containsExactly("e0", "e1", "e2", "e3", "e6", "e7", "e8", "e9", "more");
        assertThat(many.contains(A, "e9", Read.QUORUM)).isTrue();
        assertThat(many.contains(A, "e10", Read.QUORUM)).isFalse();
        assertThat(many.members(Key.of("another"), Read.QUORUM)).isEmpty();

        GrowSetOf<String> grown = client.space("shop").growSetOf("grown", Codecs.STRING, 500);
        grown.addAll(A, numbered(0, 30_000));
        grown.add(A, "e0");
        assertThat(grown.membersAsync(A, Read.QUORUM).join()).hasSize(30_000);
    }

    /** A change touches the page of its element, and a question whether it is there reads it: nothing else. */
    @Test
    void whatIsDoneWithAnElementTouchesItsPageOnly() {
        SetOf<String> many = client.space("shop").setOf("many", Codecs.STRING, 100);
        many.add(A, "first");
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        cluster.loseToNode((node, envelope) -> {
            changes.addAndGet(envelope.message() instanceof IrMessage.Execute ? 1 : 0);
            reads.addAndGet(envelope.message() instanceof IrMessage.Ask ? 1 : 0);
            return false;
        });
        many.add(A, "second");
        assertThat(many.contains(A, "second", Read.LOCAL)).isTrue();
        assertThat(changes).hasValue(3);
        assertThat(reads).hasValueBetween(1, 3);
    }

    @Test
    void overHowManyPagesASetIsSpreadIsDeclared() {
        Space shop = client.space("shop");
        SetOf<String> many = shop.setOf("many", Codecs.STRING, 100);
        many.add(A, "one");
        assertThatThrownBy(() -> shop.setOf("many", Codecs.STRING, 200))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("declared as a set (pages=100) before, not as a set (pages=200)");
        SetOf<String> whole = other.space("shop").setOf("many", Codecs.STRING);
        assertThatThrownBy(() -> whole.add(A, "two"))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("shop/many is a set (pages=100) in this cluster, not a set:");
        assertThatThrownBy(() -> shop.setOf("others", Codecs.STRING, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shop.growSetOf("others", Codecs.STRING, 16_385))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** It would not have room for a mark for each page: it asks quorums, and remembers when it has written. */
    @Test
    void aSessionSeesWhatItHasSeenAndChangedOfASetOnManyPages() {
        ReplicaId behind = new ReplicaId(1);
        SetOf<String> mine = client.space("shop").setOf("many", Codecs.STRING, 2_000);
        SetOf<String> theirs = other.space("shop").setOf("many", Codecs.STRING, 2_000);
        cluster.loseToNode((node, envelope) -> node.equals(behind) && envelope.message() instanceof IrMessage.Execute);
        theirs.add(A, "theirs");
        try (Session session = client.session()) {
            mine.in(session).add(A, "mine");
            assertThat(mine.in(session).members(A)).containsExactly("mine", "theirs");
            assertThat(session.token()).hasSizeLessThan(200);
            for (int i = 0; i < 10; i++) {
                assertThat(mine.in(session).contains(A, "mine")).isTrue();
                assertThat(mine.in(session).contains(A, "theirs")).isTrue();
            }
        }
    }

    @Test
    void whatWouldBeTooLargeIsRefused() {
        String half = "v".repeat(1 << 19);
        for (int i = 0; i < 5; i++) {
            seen.add(A, half + i);
        }
        assertThatThrownBy(() -> seen.add(A, half + 5))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("and may not take more than 3145728");
        assertThat(seen.members(A, Read.QUORUM)).hasSize(5);
        assertThatThrownBy(() -> tags.change(
                        A, List.of("1" + half, "2" + half, "3" + half, "4" + half, "5" + half, "6" + half), List.of()))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("a change of set shop/tags takes 3146");
        assertThatThrownBy(() -> tags.add(A, "v".repeat(1 << 20) + "v")).isInstanceOf(TooLargeException.class);
    }
}
