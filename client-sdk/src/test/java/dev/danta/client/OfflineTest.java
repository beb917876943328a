package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.message.IrMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relaxed collections apart from a cluster, and what becomes of them when they meet one. */
@Timeout(120)
final class OfflineTest {
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final Offline here = Offline.empty();

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private static SetOf<String> tags(Offline offline) {
        return offline.setOf("shop", "tags", Codecs.STRING);
    }

    private SetOf<String> tags() {
        return client.space("shop").setOf("tags", Codecs.STRING);
    }

    private Counter views() {
        return client.space("shop").counter("views");
    }

    @Test
    void everyTypeIsReadAndChangedWithoutACluster() {
        tags(here).add(A, "one");
        tags(here).change(A, List.of("two", "three"), List.of("one"));
        assertThat(tags(here).members(A)).containsExactly("three", "two");
        assertThat(tags(here).members(B, Read.LOCAL)).isEmpty();

        Counter views = here.counter("shop", "views");
        views.add(A, 5);
        views.addAsync(A, -2).join();
        assertThat(views.get(A)).isEqualTo(3);

        Table<String> names = here.table("shop", "names", Codecs.STRING);
        names.put(A, "first");
        names.put(A, "second");
        assertThat(names.get(A)).hasValue("second");
        names.delete(A);
        assertThat(names.get(A)).isEmpty();

        MapOf<String, Long> prices = here.mapOf("shop", "prices", Codecs.STRING, Codecs.LONG);
        prices.put(A, "rome", 5L);
        assertThat(prices.get(A, "rome")).hasValue(5L);

        GrowSetOf<String> seen = here.growSetOf("shop", "seen", Codecs.STRING);
        seen.addAll(A, List.of("x", "y"));
        assertThat(seen.members(A)).containsExactly("x", "y");
        assertThat(here.unmerged()).isEqualTo(5);
    }

    @Test
    void aSetOnManyPagesGoesApartAndComesBack() {
        SetOf<String> there = client.space("shop").setOf("many", Codecs.STRING, 50);
        there.change(A, List.of("a", "b", "c"), List.of());
        here.setOf("shop", "many", Codecs.STRING, 50).members(A);
        here.merge(client);
        Offline later = Offline.load(here.save());
        SetOf<String> mine = later.setOf("shop", "many", Codecs.STRING, 50);
        mine.add(A, "d");
        mine.remove(A, "b");
        assertThat(mine.members(A)).containsExactly("a", "c", "d");
        assertThatThrownBy(() -> later.setOf("shop", "many", Codecs.STRING, 51))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("is a set (pages=50) here");

        Offline.load(later.save()).merge(client);

        assertThat(there.members(A, Read.QUORUM)).containsExactly("a", "c", "d");
    }

    @Test
    void aMergeBringsEachSideWhatTheOtherHas() {
        tags().add(A, "there");
        views().add(A, 10);
        tags(here).add(A, "here");
        here.counter("shop", "views").add(A, 5);
        here.table("shop", "names", Codecs.STRING).put(B, "name");
        tags(here).members(B);
        tags().add(B, "wanted");

        here.merge(client);

        assertThat(here.unmerged()).isZero();
        assertThat(tags(here).members(A)).containsExactly("here", "there");
        assertThat(tags(here).members(B)).as("it was asked for here").containsExactly("wanted");
        assertThat(here.counter("shop", "views").get(A)).isEqualTo(15);
        assertThat(tags().members(A, Read.QUORUM)).containsExactly("here", "there");
        assertThat(views().get(A, Read.QUORUM)).isEqualTo(15);
        Table<String> names = client.space("shop").table("names", Codecs.STRING, Mode.RELAXED);
        assertThat(names.get(B, Read.QUORUM)).hasValue("name");

        here.merge(client);
        assertThat(views().get(A, Read.QUORUM)).isEqualTo(15);
    }

    /** T8: on and off, a hundred edits apart in each round, and after merging everything is the same everywhere. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void onAndOffAgainEndsInEquality(long seed) {
        Random random = new Random(seed);
        Offline another = Offline.empty();
        long added = 0;
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 100; i++) {
                Offline one = random.nextBoolean() ? here : another;
                Key key = random.nextBoolean() ? A : B;
                String element = "e" + random.nextInt(20);
                switch (random.nextInt(4)) {
                    case 0 -> tags(one).add(key, element);
                    case 1 -> tags(one).remove(key, element);
                    case 2 ->
                        one.mapOf("shop", "prices", Codecs.STRING, Codecs.LONG).put(key, element, (long) i);
                    default -> {
                        one.counter("shop", "views").add(key, i);
                        added += i;
                    }
                }
                if (i % 25 == 0) {
                    tags().add(key, element);
                }
            }
            List.of(here, another, here).forEach(one -> one.merge(client));
            for (Key key : List.of(A, B)) {
                assertThat(tags(here).members(key))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(tags(another).members(key))
                        .isEqualTo(tags().members(key, Read.QUORUM));
                assertThat(here.mapOf("shop", "prices", Codecs.STRING, Codecs.LONG)
                                .entries(key))
                        .isEqualTo(another.mapOf("shop", "prices", Codecs.STRING, Codecs.LONG)
                                .entries(key))
                        .isEqualTo(client.space("shop")
                                .mapOf("prices", Codecs.STRING, Codecs.LONG)
                                .entries(key, Read.QUORUM));
            }
            assertThat(views().get(A, Read.QUORUM) + views().get(B, Read.QUORUM))
                    .isEqualTo(added);
        }
    }

    @Test
    void whatIsChangedWhileItIsMergedIsThereAndIsBroughtTheNextTime() {
        tags().add(A, "there");
        tags(here).add(A, "before");
        AtomicBoolean changed = new AtomicBoolean();
        cluster.loseToNode((node, envelope) -> {
            if (envelope.message() instanceof IrMessage.Execute && changed.compareAndSet(false, true)) {
                tags(here).add(A, "meanwhile");
            }
            return false;
        });
        here.merge(client);
        assertThat(changed).isTrue();
        assertThat(tags(here).members(A)).containsExactly("before", "meanwhile", "there");
        assertThat(tags().members(A, Read.QUORUM)).containsExactly("before", "there");
        assertThat(here.unmerged()).isEqualTo(1);

        here.merge(client);
        assertThat(tags().members(A, Read.QUORUM)).containsExactly("before", "meanwhile", "there");
        assertThat(here.unmerged()).isZero();
    }

    @Test
    void whatWasNotAcknowledgedIsBroughtTheNextTime() {
        here.counter("shop", "views").add(A, 5);
        here.merge(client);
        here.counter("shop", "views").add(A, 2);
        try (DantaClient hasty =
                cluster.clientBuilder().deadline(Duration.ofMillis(200)).build()) {
            cluster.stop(1);
            cluster.stop(2);
            assertThatThrownBy(() -> here.merge(hasty)).isInstanceOf(DantaException.class);
            assertThat(here.unmerged()).isEqualTo(1);
            cluster.start(1);
            cluster.start(2);
        }
        here.merge(client);
        assertThat(here.unmerged()).isZero();
        assertThat(views().get(A, Read.QUORUM)).isEqualTo(7);
    }

    @Test
    void whatWasSavedGoesOnAndWhatEachCopyAddsCounts() {
        tags(here).add(A, "saved");
        here.counter("shop", "views").add(A, 5);
        byte[] saved = here.save();
        Offline one = Offline.load(saved);
        Offline other = Offline.load(saved);
        assertThat(one.unmerged()).isEqualTo(2);
        assertThat(tags(one).members(A)).containsExactly("saved");
        one.counter("shop", "views").add(A, 1);
        other.counter("shop", "views").add(A, 2);
        here.counter("shop", "views").add(A, 4);

        List.of(one, other, here).forEach(each -> each.merge(client));

        assertThat(views().get(A, Read.QUORUM)).isEqualTo(5 + 1 + 2 + 4);
        assertThat(one.save()).isNotEqualTo(saved);
    }

    @Test
    void whatWasNotSavedIsRefused() {
        tags(here).add(A, "saved");
        byte[] saved = here.save();
        for (int i = 0; i < saved.length; i++) {
            byte[] changed = saved.clone();
            changed[i] ^= 0x10;
            assertThatIllegalArgumentException().isThrownBy(() -> Offline.load(changed));
            byte[] shorter = Arrays.copyOf(saved, i);
            assertThatIllegalArgumentException().isThrownBy(() -> Offline.load(shorter));
        }
    }

    /** What was changed before is not brought back, nor does what is changed now get lost. */
    @Test
    void aClockThatStepsBackUndoesNothing() {
        Instant[] now = {Instant.parse("2026-01-01T00:00:10Z")};
        InstantSource source = () -> now[0];
        Clock clock = source.withZone(ZoneOffset.UTC);
        Offline first = Offline.empty(clock);
        tags(first).add(A, "e");
        first.merge(client);
        now[0] = now[0].minusSeconds(5);
        Offline second = Offline.empty(clock);
        tags(second).members(A);
        second.merge(client);
        tags(second).remove(A, "e");
        assertThat(tags(second).members(A)).isEmpty();
        now[0] = now[0].minusSeconds(1);
        tags(second).add(A, "e");
        tags(second).remove(A, "e");
        second.merge(client);
        assertThat(tags().members(A, Read.QUORUM)).isEmpty();
    }

    @Test
    void whatHasNoMeaningApartFromAClusterIsRefused() {
        tags(here).add(A, "one");
        assertThatIllegalArgumentException().isThrownBy(() -> tags(here).members(A, Read.QUORUM));
        try (Session session = client.session()) {
            assertThatIllegalArgumentException().isThrownBy(() -> tags(here).in(session));
        }
        assertThatThrownBy(() -> here.counter("shop", "tags"))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessage("shop/tags is a set here, not a counter");
        views().add(A, 1);
        GrowSetOf<String> views = here.growSetOf("shop", "views", Codecs.STRING);
        views.add(A, "one");
        assertThatThrownBy(() -> here.merge(client)).isInstanceOf(ModeMismatchException.class);
        here.counter("shop", "sum").add(A, Long.MAX_VALUE);
        assertThatThrownBy(() -> here.counter("shop", "sum").add(A, 1)).isInstanceOf(RefusedException.class);
        String half = "v".repeat(1 << 19);
        GrowSetOf<String> seen = here.growSetOf("shop", "seen", Codecs.STRING);
        seen.addAll(A, List.of("1" + half, "2" + half, "3" + half, "4" + half, "5" + half));
        assertThatThrownBy(() -> seen.add(A, half)).isInstanceOf(TooLargeException.class);
        assertThat(seen.members(A)).hasSize(5);
    }
}
