package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.EventStream.Dated;
import dev.danta.client.EventStream.Event;
import dev.danta.ir.message.IrMessage;
import dev.danta.txn.ReadQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of event streams: a view is the fold of all events, whatever of it was kept before. */
@Timeout(120)
final class ViewTest {
    private static final Key A = Key.of("a");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant PAST = Instant.EPOCH.minusSeconds(1_000_000);
    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    /** Shows every mistake in what was folded, how often, and in which order. */
    private static final Fold<String, String> TEXT = Fold.from("", (text, event) -> text + event.event() + ";");

    private static final Fold<String, String> MERGED_TEXT = TEXT.merging(String::concat);

    private final Offline here = Offline.empty();
    private final EventStream<String> log = here.eventStream("shop", "log", Codecs.STRING, HOUR);

    private static Dated<String> at(long seconds, String event) {
        return new Dated<>(event, START.plusSeconds(seconds));
    }

    private static String folded(EventStream<String> stream) {
        return stream.read(A, PAST, FAR).stream()
                .map(event -> event.event() + ";")
                .collect(Collectors.joining());
    }

    private static int pagesRead(View<?> view) {
        return Results.await(view.reader().read(A, null)).pagesRead();
    }

    /** An event of each hour. */
    private void appendHours(int from, int to) {
        for (int hour = from; hour < to; hour++) {
            log.append(A, List.of(at(3600L * hour + 7, "h" + hour)));
        }
    }

    /** F33: whatever comes, whenever, and whoever reads in between. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aViewIsTheFoldOfAllEventsWheneverTheyCome(long seed) {
        Random random = new Random(seed);
        for (int world = 0; world < 40; world++) {
            Offline offline = Offline.empty();
            List<EventStream<String>> streams = new ArrayList<>();
            for (Duration page : List.of(HOUR, Duration.ofMinutes(random.nextInt(1, 200)), Duration.ofHours(7))) {
                streams.add(offline.eventStream("shop", "log", Codecs.STRING, page));
            }
            int lengths = random.nextInt(1, 4);
            List<View<String>> views = List.of(
                    streams.get(0).view("text", 1, TEXT, Codecs.STRING),
                    streams.get(random.nextInt(3)).view("merged", 1, MERGED_TEXT, Codecs.STRING),
                    streams.get(0)
                            .view(
                                    "mapped",
                                    1,
                                    Fold.of("", event -> event.event() + ";", String::concat),
                                    Codecs.STRING));
            long now = 0;
            int number = 0;
            for (int step = 0; step < 60; step++) {
                now += random.nextInt(4000);
                List<Dated<String>> some = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    long when = random.nextInt(3) == 0 ? random.nextLong(-40_000, now + 1) : now;
                    some.add(at(when, "e" + number++));
                }
                EventStream<String> stream = streams.get(random.nextInt(lengths));
                stream.append(A, some);
                for (View<String> view : views) {
                    if (random.nextInt(3) == 0) {
                        assertThat(view.read(A))
                                .as("seed %d, world %d, step %d", seed, world, step)
                                .isEqualTo(folded(stream));
                    }
                }
            }
        }
    }

    @Test
    void whatWasFoldedIsNotReadAgain() {
        View<String> view = log.view("text", 1, TEXT, Codecs.STRING);
        assertThat(view.read(A)).isEmpty();
        appendHours(0, 20);
        assertThat(pagesRead(view)).isEqualTo(20);
        assertThat(pagesRead(view)).isZero();
        assertThat(pagesRead(log.view("text", 1, TEXT, Codecs.STRING)))
                .as("by whomever it was kept")
                .isZero();
        log.append(A, List.of(at(3600L * 19 + 8, "more")));
        assertThat(pagesRead(view)).as("of the page that changed").isEqualTo(1);
        appendHours(20, 22);
        assertThat(pagesRead(view)).as("what is new").isEqualTo(2);
        assertThat(view.read(A)).isEqualTo(folded(log));
    }

    @Test
    void whatComesLateIsFoldedFromTheSnapshotBeforeIt() {
        View<String> view = log.view("text", 1, TEXT, Codecs.STRING);
        appendHours(0, 64);
        view.read(A);
        log.append(A, List.of(at(3600L * 62 + 1, "yesterday")));
        assertThat(pagesRead(view)).as("the two last pages").isEqualTo(2);
        log.append(A, List.of(at(3600L * 40 + 1, "last month")));
        assertThat(pagesRead(view)).as("not all of them").isBetween(24, 48);
        log.append(A, List.of(at(1, "ages ago")));
        assertThat(pagesRead(view)).isEqualTo(64);
        assertThat(view.read(A)).isEqualTo(folded(log)).startsWith("ages ago;h0;h1;");
    }

    @Test
    void aFoldThatMergesFoldsOnlyWhatIsAroundIt() {
        View<String> view = log.view("text", 1, MERGED_TEXT, Codecs.STRING);
        appendHours(0, 64);
        view.read(A);
        log.append(A, List.of(at(3600L * 52 + 1, "last week")));
        assertThat(pagesRead(view)).isBetween(1, 8);
        log.append(A, List.of(at(1, "ages ago")));
        assertThat(pagesRead(view)).isBetween(1, 32);
        log.append(A, List.of(at(2, "ages ago, too")));
        assertThat(pagesRead(view)).isBetween(1, 32);
        assertThat(view.read(A)).isEqualTo(folded(log)).startsWith("ages ago;ages ago, too;h0;h1;");
    }

    @Test
    void anotherVersionFoldsForItself() {
        appendHours(0, 3);
        View<String> first = log.view("text", 1, TEXT, Codecs.STRING);
        View<String> second =
                log.view("text", 2, Fold.from("", (text, event) -> event.event() + "<" + text), Codecs.STRING);
        assertThat(first.read(A)).isEqualTo("h0;h1;h2;");
        assertThat(second.read(A)).isEqualTo("h2<h1<h0<");
        assertThat(first.read(A)).isEqualTo("h0;h1;h2;");
        assertThat(pagesRead(second)).as("an earlier one takes nothing away").isZero();
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.name()).isEqualTo("text");
    }

    @Test
    void aStateThatCannotBeKeptIsFoldedAgain() {
        View<String> view = log.view("text", 1, TEXT, Codecs.STRING);
        for (int i = 0; i < 3; i++) {
            log.append(A, List.of(at(3600L * i, "e".repeat(400_000))));
        }
        assertThat(view.read(A)).isEqualTo(folded(log)).hasSize(1_200_003);
        assertThat(pagesRead(view)).isEqualTo(3);
    }

    /** So many of them that not all snapshots that there are to be have room in one value. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void largeStatesHaveFewerSnapshots(boolean merges) {
        View<String> view = log.view("text", 1, merges ? MERGED_TEXT : TEXT, Codecs.STRING);
        for (int i = 0; i < 9; i++) {
            log.append(A, List.of(at(3600L * i, "e".repeat(70_000))));
        }
        assertThat(view.read(A)).isEqualTo(folded(log));
        log.append(A, List.of(at(3600L * 8 + 1, "new")));
        assertThat(pagesRead(view)).isEqualTo(1);
        assertThat(view.read(A)).isEqualTo(folded(log));
    }

    @Test
    void whatTheFoldThrowsReachesTheCaller() {
        appendHours(0, 1);
        View<String> failing = log.view(
                "failing",
                1,
                Fold.from("", (text, event) -> {
                    throw new ArithmeticException(event.event());
                }),
                Codecs.STRING);
        assertThatThrownBy(() -> failing.read(A))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("h0");
        assertThatThrownBy(() -> failing.readAsync(A, Read.LOCAL).join()).hasCauseInstanceOf(ArithmeticException.class);
        View<Long> other = log.view("text", 1, Fold.from(0L, (count, event) -> count + 1), Codecs.LONG);
        log.view("text", 1, TEXT, Codecs.STRING).read(A);
        assertThatThrownBy(() -> other.read(A))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("another codec may have written it");
    }

    @Test
    @SuppressWarnings("NullAway")
    void whatIsNoViewIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> log.view("", 1, TEXT, Codecs.STRING));
        assertThatIllegalArgumentException().isThrownBy(() -> log.view("text", -1, TEXT, Codecs.STRING));
        assertThatIllegalArgumentException().isThrownBy(() -> log.view("text", 1, null, Codecs.STRING));
        assertThatIllegalArgumentException().isThrownBy(() -> log.view("text", 1, TEXT, null));
        assertThatIllegalArgumentException().isThrownBy(() -> TEXT.merging(null));
        assertThatIllegalArgumentException().isThrownBy(() -> Fold.of(null, Event<String>::event, String::concat));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.view("text", 1, TEXT, Codecs.STRING).read(null));
        appendHours(0, 1);
        View<String> nothing = log.view("nothing", 1, Fold.from("", (text, event) -> null), Codecs.STRING);
        assertThatIllegalStateException().isThrownBy(() -> nothing.read(A));
    }

    @Test
    void snapshotsOfClientsThatMeetAreUsed() {
        try (MemoryCluster cluster = new MemoryCluster(3, 2);
                DantaClient client = cluster.client();
                DantaClient other = cluster.client()) {
            EventStream<String> stream = client.space("shop").eventStream("log", Codecs.STRING, HOUR);
            View<String> view = stream.view("text", 1, TEXT, Codecs.STRING);
            AtomicInteger folded = new AtomicInteger();
            View<String> theirs = other.space("shop")
                    .eventStream("log", Codecs.STRING, HOUR)
                    .view(
                            "text",
                            1,
                            Fold.from("", (text, event) -> {
                                folded.incrementAndGet();
                                return text + event.event() + ";";
                            }),
                            Codecs.STRING);
            for (int i = 0; i < 10; i++) {
                stream.append(A, List.of(at(3600L * i, "e" + i)));
            }
            String all = "e0;e1;e2;e3;e4;e5;e6;e7;e8;e9;";
            assertThat(view.read(A, Read.QUORUM)).isEqualTo(all);
            client.close(Duration.ofSeconds(5));
            Set<dev.danta.occ.Key> read = new ConcurrentSkipListSet<>();
            cluster.loseToNode((node, envelope) -> {
                if (envelope.message() instanceof IrMessage.Ask ask && ask.query() instanceof ReadQuery.Relaxed asked) {
                    read.add(asked.key());
                }
                return false;
            });
            assertThat(theirs.read(A, Read.QUORUM)).isEqualTo(all);
            assertThat(read).as("the index and the snapshots").hasSize(2);
            assertThat(theirs.readAsync(A, Read.QUORUM).join()).isEqualTo(all);
            assertThat(folded).hasValue(0);
            try (Session session = other.session()) {
                EventStream<String> mine = other.space("shop")
                        .eventStream("log", Codecs.STRING, HOUR)
                        .in(session);
                mine.append(A, List.of(at(1, "late")));
                assertThat(mine.view("text", 1, TEXT, Codecs.STRING).read(A)).startsWith("e0;late;e1;");
            }
        }
    }
}
