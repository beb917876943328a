package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.MapOf.FieldChange;
import dev.danta.client.SetOf.ElementChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application sees of the feeds of sets, maps and counters: three nodes, two shards. */
@Timeout(120)
final class ElementFeedsTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Key A = Key.of("a", 1);
    private static final Key B = Key.of("b", 2);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final Space shop = client.space("shop");
    private final Space theirs = other.space("shop");

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    private static <V> List<Change<V>> read(ChangeFeed<V> feed, int count) {
        List<Change<V>> changes = new ArrayList<>();
        while (changes.size() < count) {
            ChangeBatch<V> batch = feed.next(WAIT);
            assertThat(batch.changes()).isNotEmpty();
            changes.addAll(batch.changes());
        }
        assertThat(changes).noneMatch(Change::isOvertaken);
        return changes;
    }

    /** What holds in the end of each key, by what each change is about, as the Javadoc has it. */
    private static <V> Map<Key, Map<Object, V>> last(List<Change<V>> changes, Function<V, Object> about) {
        Map<Key, Map<Object, Change<V>>> newest = new HashMap<>();
        for (Change<V> change : changes) {
            newest.computeIfAbsent(change.key(), k -> new TreeMap<>())
                    .merge(
                            about.apply(change.value().orElseThrow()),
                            change,
                            (one, two) -> two.timestamp().compareTo(one.timestamp()) > 0 ? two : one);
        }
        Map<Key, Map<Object, V>> last = new HashMap<>();
        newest.forEach((key, all) -> {
            Map<Object, V> values = new TreeMap<>();
            all.forEach((what, change) -> values.put(what, change.value().orElseThrow()));
            last.put(key, values);
        });
        return last;
    }

    private static Set<Object> present(Map<Object, ElementChange<String>> elements) {
        Set<Object> present = new TreeSet<>();
        elements.forEach((element, change) -> {
            if (change.isAdded()) {
                present.add(element);
            }
        });
        return present;
    }

    @Test
    void aSetTellsWhichElementsWereAddedAndRemoved() {
        SetOf<String> tags = shop.setOf("tags", Codecs.STRING);
        SetOf<String> theirTags = theirs.setOf("tags", Codecs.STRING);
        tags.add(A, "before");
        try (ChangeFeed<ElementChange<String>> feed = tags.changes(From.now())) {
            tags.add(A, "new");
            theirTags.members(A, Read.QUORUM);
            theirTags.change(A, List.of("cheap", "both"), List.of("new", "both"));
            tags.remove(B, "never there");

            List<Change<ElementChange<String>>> told = read(feed, 5);
            assertThat(told).hasSize(5);
            assertThat(told)
                    .filteredOn(change -> change.key().equals(A))
                    .first()
                    .satisfies(change -> assertThat(change.value()).hasValue(new ElementChange<>("new", true)));
            assertThat(last(told, ElementChange::element))
                    .isEqualTo(Map.of(
                            A,
                            Map.of(
                                    "new",
                                    new ElementChange<>("new", false),
                                    "cheap",
                                    new ElementChange<>("cheap", true),
                                    "both",
                                    new ElementChange<>("both", false)),
                            B,
                            Map.of("never there", new ElementChange<>("never there", false))));
        }
    }

    @Test
    void ofASetOnManyPagesElementsAreToldUnderTheSetsKey() {
        SetOf<String> tags = shop.setOf("many", Codecs.STRING, 16);
        GrowSetOf<String> seen = shop.growSetOf("seen", Codecs.STRING, 16);
        List<String> elements = IntStream.range(0, 200).mapToObj(i -> "e" + i).toList();
        try (ChangeFeed<ElementChange<String>> feed = tags.changes(From.now());
                ChangeFeed<String> grown = seen.changes(From.now())) {
            tags.change(A, elements, List.of());
            tags.remove(A, "e7");
            seen.addAll(B, elements);

            Map<Key, Map<Object, ElementChange<String>>> told = last(read(feed, 201), ElementChange::element);
            assertThat(told).containsOnlyKeys(A);
            assertThat(present(told.get(A))).isEqualTo(new TreeSet<Object>(tags.members(A, Read.QUORUM)));
            assertThat(read(grown, 200)).allSatisfy(change -> {
                assertThat(change.key()).isEqualTo(B);
                assertThat(change.timestamp()).isEmpty();
                assertThat(elements).contains(change.value().orElseThrow());
            });
        }
    }

    @Test
    void aMapTellsWhichFieldsWerePutAndRemoved() {
        MapOf<String, Long> prices = shop.mapOf("prices", Codecs.STRING, Codecs.LONG);
        try (ChangeFeed<FieldChange<String, Long>> feed = prices.changes(From.now())) {
            prices.put(A, "rome", 5L);
            prices.put(A, "rome", 6L);
            prices.change(A, Map.of("oslo", 7L), List.of("rome"));

            List<Change<FieldChange<String, Long>>> told = read(feed, 4);
            assertThat(told.subList(0, 2))
                    .extracting(change -> change.value().orElseThrow())
                    .containsExactly(
                            new FieldChange<>("rome", Optional.of(5L)), new FieldChange<>("rome", Optional.of(6L)));
            assertThat(last(told, FieldChange::field).get(A))
                    .isEqualTo(Map.of(
                            "oslo",
                            new FieldChange<>("oslo", Optional.of(7L)),
                            "rome",
                            new FieldChange<>("rome", Optional.empty())));
        }
    }

    @Test
    void aCounterTellsWhatEachClientHasAddedByNow() {
        Counter visits = shop.counter("visits");
        Counter theirVisits = theirs.counter("visits");
        try (ChangeFeed<Counter.Share> feed = visits.changes(From.now())) {
            visits.add(A, 5);
            visits.add(A, -2);
            theirVisits.add(A, 10);

            Map<String, Counter.Share> newest = new HashMap<>();
            read(feed, 3).forEach(change -> {
                assertThat(change.key()).isEqualTo(A);
                Counter.Share share = change.value().orElseThrow();
                newest.merge(share.client(), share, (one, two) -> two.number() > one.number() ? two : one);
            });
            assertThat(newest).hasSize(2);
            assertThat(newest.values().stream().mapToLong(Counter.Share::sum).sum())
                    .isEqualTo(visits.get(A, Read.QUORUM))
                    .isEqualTo(13);
        }
    }

    @Test
    void thereIsNoSnapshotOfThemAndNoFeedApartFromACluster() {
        SetOf<String> tags = shop.setOf("tags", Codecs.STRING);
        Counter visits = shop.counter("visits");
        assertThatThrownBy(() -> tags.changes(From.snapshot()))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("tags");
        assertThatThrownBy(() -> visits.changes(From.snapshot())).isInstanceOf(ModeMismatchException.class);
        Offline apart = Offline.empty();
        assertThatIllegalStateException()
                .isThrownBy(() -> apart.setOf("shop", "tags", Codecs.STRING).changes(From.now()));
    }
}
