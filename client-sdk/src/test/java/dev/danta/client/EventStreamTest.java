package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.EventStream.Dated;
import dev.danta.client.EventStream.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events over real replicas in memory. */
@Timeout(120)
final class EventStreamTest {
    private static final Key A = Key.of("a");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final EventStream<String> log = client.space("shop").eventStream("log", Codecs.STRING, HOUR);
    private final EventStream<String> theirLog = other.space("shop").eventStream("log", Codecs.STRING, HOUR);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    private static Dated<String> at(long seconds, String event) {
        return new Dated<>(event, START.plusSeconds(seconds));
    }

    private static List<String> texts(List<Event<String>> events) {
        return events.stream().map(Event::event).toList();
    }

    private List<String> all(EventStream<String> stream) {
        return texts(stream.read(A, Instant.EPOCH.minusSeconds(1_000_000), FAR, Read.QUORUM));
    }

    @Test
    void eventsAreReadInTheOrderInWhichTheyHappened() {
        log.append(A, List.of(at(7200, "third"), at(3599, "first"), at(3600, "second")));
        log.append(A, "now");
        theirLog.append(A, List.of(at(-90_000, "late news"), new Dated<>("ancient", Instant.EPOCH.minusSeconds(5))));

        assertThat(all(log)).containsExactly("ancient", "late news", "first", "second", "third", "now");
        assertThat(all(theirLog)).isEqualTo(all(log));
        assertThat(texts(log.read(A, Instant.EPOCH.minusSeconds(9), Instant.EPOCH, Read.QUORUM)))
                .containsExactly("ancient");
        assertThat(log.read(Key.of("another"), Instant.EPOCH, FAR, Read.QUORUM)).isEmpty();
    }

    @Test
    void aReadShowsWhatHappenedFromAMomentOnAndBeforeAnother() {
        for (int i = 0; i < 10; i++) {
            log.append(A, List.of(at(1000L * i, "e" + i)));
        }
        Instant from = START.plusSeconds(2000);
        assertThat(texts(log.read(A, from, START.plusSeconds(5000), Read.QUORUM)))
                .containsExactly("e2", "e3", "e4");
        assertThat(texts(log.read(A, from.plusNanos(1000), START.plusSeconds(5001), Read.QUORUM)))
                .containsExactly("e3", "e4", "e5");
        assertThat(log.read(A, from, from, Read.QUORUM)).isEmpty();
        assertThat(texts(log.readAsync(A, from, from.plusNanos(1000), Read.QUORUM)
                        .join()))
                .containsExactly("e2");
    }

    @Test
    void anEventSaysWhenItHappenedAndWhenItWasRecorded() {
        Instant before = Instant.now().minusSeconds(1);
        log.append(A, List.of(at(0, "old"), at(0, "as old")));
        List<Event<String>> found = log.read(A, START, START.plusSeconds(1), Read.QUORUM);
        assertThat(texts(found)).as("of one moment: as appended").containsExactly("old", "as old");
        assertThat(found).extracting(Event::valid).containsOnly(START);
        assertThat(found).extracting(Event::recorded).allMatch(recorded -> recorded.isAfter(before));
        assertThat(found).extracting(Event::id).isSorted().doesNotHaveDuplicates();
    }

    /** F31: who asks what has come since yesterday sees what is dated back to last year. */
    @Test
    void whatComesLateIsReadByEitherOfItsTimes() {
        log.append(A, List.of(at(7200, "first")));
        theirLog.append(A, List.of(at(3600, "second, late")));
        Instant before = log.read(A, START, FAR, Read.QUORUM).get(0).recorded();
        log.append(A, List.of(at(0, "third, later")));
        log.append(A, List.of(at(90_000, "fourth")));
        assertThat(all(log)).containsExactly("third, later", "second, late", "first", "fourth");
        assertThat(texts(log.readRecorded(A, Instant.MIN, Instant.MAX, Read.QUORUM)))
                .containsExactly("first", "second, late", "third, later", "fourth");
        Instant last =
                log.readRecorded(A, before, Instant.MAX, Read.QUORUM).get(1).recorded();
        assertThat(texts(log.readRecorded(A, before, last, Read.QUORUM))).containsExactly("second, late");
        assertThat(texts(log.readRecordedAsync(A, last, FAR, Read.QUORUM).join()))
                .containsExactly("third, later", "fourth");
        assertThat(texts(log.read(A, Instant.MIN, Instant.MAX, Read.QUORUM))).isEqualTo(all(log));
    }

    @Test
    void whatComesIsToldAsItComesWheneverItHappened() {
        log.append(A, List.of(at(0, "before")));
        Key b = Key.of("b", 7);
        Offline apart = Offline.empty();
        EventStream<String> theirs = apart.eventStream("shop", "log", Codecs.STRING, HOUR);
        theirs.append(b, List.of(at(-90_000, "ancient"), at(-90_001, "older")));
        List<String> told = new ArrayList<>();
        String cursor;
        try (ChangeFeed<Event<String>> feed = log.changes(From.now())) {
            log.append(A, List.of(at(7200, "second")));
            log.append(A, List.of(at(3600, "first")));
            apart.merge(client);
            ChangeBatch<Event<String>> batch = follow(feed, told, 4);
            cursor = batch.cursor();
            assertThat(told).containsExactlyInAnyOrder("second of a", "first of a", "older of b", "ancient of b");
            assertThat(told).containsSubsequence("second of a", "first of a");
            assertThat(told).containsSubsequence("older of b", "ancient of b");
        }
        told.clear();
        log.append(A, List.of(at(3601, "third")));
        try (ChangeFeed<Event<String>> feed = theirLog.changes(From.cursor(cursor))) {
            follow(feed, told, 1);
            assertThat(told).containsExactly("third of a");
        }
        assertThatThrownBy(() -> log.changes(From.snapshot())).isInstanceOf(ModeMismatchException.class);
        assertThatIllegalStateException().isThrownBy(() -> theirs.changes(From.now()));
    }

    private static ChangeBatch<Event<String>> follow(ChangeFeed<Event<String>> feed, List<String> told, int count) {
        while (true) {
            ChangeBatch<Event<String>> batch = feed.next(Duration.ofSeconds(20));
            batch.changes()
                    .forEach(change -> told.add(change.value().orElseThrow().event() + " of "
                            + change.key().get(0)));
            if (told.size() >= count) {
                return batch;
            }
        }
    }

    @Test
    void whatWillHappenIsRefused() {
        Dated<String> tomorrow = new Dated<>("tomorrow", Instant.now().plusSeconds(86_400));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.append(A, List.of(at(0, "old"), tomorrow)))
                .withMessageContaining("which is ahead of this machine's clock");
        assertThat(all(log)).isEmpty();
        log.append(A, List.of(new Dated<>("just", Instant.now().plusMillis(200))));
        List<Event<String>> found = log.read(A, START, FAR, Read.QUORUM);
        assertThat(texts(found)).containsExactly("just");
        assertThat(found.get(0).recorded()).isAfterOrEqualTo(found.get(0).valid());
    }

    @Test
    void pagesOfOtherLengthsAreReadToo() {
        EventStream<String> daily = other.space("shop").eventStream("log", Codecs.STRING, Duration.ofDays(1));
        log.append(A, List.of(at(0, "first"), at(7200, "third")));
        daily.append(A, List.of(at(3600, "second"), at(90_000, "fourth")));
        assertThat(all(log)).containsExactly("first", "second", "third", "fourth");
        assertThat(texts(daily.read(A, START.plusSeconds(3600), START.plusSeconds(7201), Read.QUORUM)))
                .containsExactly("second", "third");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.space("shop").eventStream("log", Codecs.STRING, Duration.ZERO));
    }

    /** Whatever streams are called, and whatever is in their keys: they have nothing in common. */
    @Test
    void streamsWhoseKeysBeginAlikeAreApart() {
        Key page = A.and(Key.of("page", START.getEpochSecond() * 1_000_000, HOUR.toNanos() / 1_000));
        List<Key> streams = List.of(A, A.and("b"), A.and(Key.of("index")), page);
        for (int i = 0; i < streams.size(); i++) {
            log.append(streams.get(i), List.of(at(0, "e" + i)));
        }
        for (int i = 0; i < streams.size(); i++) {
            assertThat(texts(log.read(streams.get(i), START, FAR, Read.QUORUM))).containsExactly("e" + i);
        }
    }

    @Test
    void aSessionSeesWhatItHasAppendedAndRead() {
        theirLog.append(A, List.of(at(0, "theirs")));
        try (Session session = client.session()) {
            EventStream<String> mine = log.in(session);
            mine.append(A, List.of(at(1, "mine")));
            assertThat(texts(mine.read(A, START, FAR))).containsExactly("theirs", "mine");
        }
    }

    @Test
    void aFullPageIsRefusedAndTheNextIsNot() {
        String half = "v".repeat(1 << 19);
        for (int i = 0; i < 5; i++) {
            log.append(A, List.of(at(i, half)));
        }
        assertThatThrownBy(() -> log.append(A, List.of(at(6, half)))).isInstanceOf(RefusedException.class);
        log.append(A, List.of(at(3600, half)));
        assertThat(log.read(A, START, FAR, Read.QUORUM)).hasSize(6);
    }

    /** T7: two that write apart, with old times, meet: each has all that it did not know, in its order. */
    @Test
    void whatWasWrittenApartIsInOrderWhenItMeets() {
        Random random = new Random(7);
        List<Offline> apart = List.of(Offline.empty(), Offline.empty());
        List<Dated<String>> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Offline one = apart.get(random.nextInt(2));
            Dated<String> event = at(random.nextInt(20_000) * 7L + i % 7, "e" + i);
            one.eventStream("shop", "log", Codecs.STRING, HOUR).append(A, List.of(event));
            written.add(event);
        }
        for (int round = 0; round < 2; round++) {
            for (Offline one : apart) {
                one.merge(client);
                one.eventStream("shop", "log", Codecs.STRING, HOUR).read(A, START, FAR);
            }
        }
        apart.forEach(one -> one.merge(client));
        written.sort(Comparator.comparing(Dated::valid));
        List<Instant> times = written.stream().map(Dated::valid).toList();
        assertThat(log.read(A, START, FAR, Read.QUORUM))
                .extracting(Event::valid)
                .isEqualTo(times);
        for (Offline one : apart) {
            assertThat(one.eventStream("shop", "log", Codecs.STRING, HOUR).read(A, START, FAR))
                    .extracting(Event::valid)
                    .isEqualTo(times);
        }
        assertThat(all(log)).hasSize(100);
    }
}
