package dev.danta.txn.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.LwwMap;
import dev.danta.txn.HashKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, folded and kept, step by step; that a view is the fold of all events is tested where it is read. */
final class ViewReadTest {
    private static final ClientId ONE = new ClientId(0, 1);
    private static final HashKey HASH_KEY = new HashKey(3, 4);
    private static final int ROOM = 1 << 20;

    private final TreeMap<EventPage, LwwMap> stream = new TreeMap<>(EventPage.IN_ORDER);
    private @Nullable Bytes kept;
    private int read;

    private record Ids(boolean merges) implements ViewRead.Folding<String> {
        @Override
        public int version() {
            return 1;
        }

        @Override
        public String start() {
            return "";
        }

        @Override
        public String after(String before, List<LwwMap> pages) {
            TreeMap<Bytes, Bytes> events = new TreeMap<>();
            pages.forEach(page -> events.putAll(page.values()));
            StringBuilder text = new StringBuilder(before);
            events.values().forEach(event -> text.append(event.toUtf8()).append(';'));
            return text.toString();
        }

        @Override
        public String joined(String earlier, String later) {
            return merges ? earlier + later : later;
        }

        @Override
        public Bytes encode(String state) {
            return Bytes.utf8(state);
        }

        @Override
        public String decode(Bytes state) {
            return state.toUtf8();
        }
    }

    private void append(long at, String event) {
        EventPage page = EventPage.of(at, 10);
        LwwMap before = stream.getOrDefault(page, LwwMap.EMPTY);
        Bytes id = new EventId(at, 0, ONE, before.fields().size()).encode();
        stream.put(page, before.join(before.putting(id, Bytes.utf8(event), new Timestamp(1, ONE))));
    }

    private String read(boolean merges) {
        ViewRead<String> reading = new ViewRead<>(new Ids(merges), List.copyOf(stream.keySet()), kept, HASH_KEY);
        Map<EventPage, Long> hashes = new TreeMap<>(EventPage.IN_ORDER);
        reading.toHash().forEach(page -> hashes.put(page, reading.hashKey().of(stream.get(page))));
        Map<EventPage, LwwMap> found = new TreeMap<>(EventPage.IN_ORDER);
        reading.toRead(hashes).forEach(page -> found.put(page, stream.getOrDefault(page, LwwMap.EMPTY)));
        read = found.size();
        String state = reading.state(found);
        Bytes next = reading.toKeep(ROOM);
        kept = next == null ? kept : next;
        return state;
    }

    private ViewSnapshots snapshots() {
        assertThat(kept).isNotNull();
        ViewSnapshots snapshots = kept == null ? null : ViewSnapshots.parse(kept);
        if (snapshots == null) {
            throw new AssertionError("nothing is kept");
        }
        return snapshots;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thereAreFewSnapshotsOfManyPages(boolean merges) {
        StringBuilder all = new StringBuilder();
        int most = 0;
        for (int i = 0; i < 1000; i++) {
            append(10L * i, "e" + i);
            all.append('e').append(i).append(';');
            assertThat(read(merges)).isEqualTo(all.toString());
            assertThat(read).isEqualTo(1);
            List<ViewSnapshots.Stretch> stretches = snapshots().stretches();
            assertThat(stretches.stream().mapToInt(ViewSnapshots.Stretch::pages).sum())
                    .isEqualTo(i + 1);
            most = Math.max(most, stretches.size());
        }
        assertThat(most).isBetween(8, 20);
    }

    @Test
    void whatIsFoundThatIsNotNewIsNotKeptAgain() {
        append(1, "one");
        read(true);
        Bytes before = kept;
        assertThat(read(true)).isEqualTo("one;");
        assertThat(read).isZero();
        assertThat(kept).isSameAs(before);
    }

    @Test
    void aPageOfWhichNobodyKnowsTheHashIsRead() {
        append(1, "one");
        append(11, "two");
        read(true);
        ViewRead<String> reading = new ViewRead<>(new Ids(true), List.copyOf(stream.keySet()), kept, HASH_KEY);
        EventPage first = stream.firstKey();
        assertThat(reading.toRead(Map.of(first, reading.hashKey().of(stream.get(first)))))
                .containsExactly(stream.lastKey());
        assertThat(reading.state(stream)).isEqualTo("one;two;");
    }

    /** An appender has put it into the index, and has not come to its events yet. */
    @Test
    void aPageOnWhichNothingIsYetIsFoldedOnce() {
        stream.put(EventPage.of(5, 10), LwwMap.EMPTY);
        ViewRead<String> first = new ViewRead<>(new Ids(true), List.copyOf(stream.keySet()), null, HASH_KEY);
        assertThat(first.toRead(Map.of())).hasSize(1);
        assertThat(first.state(Map.of())).isEmpty();
        ViewRead<String> second =
                new ViewRead<>(new Ids(true), List.copyOf(stream.keySet()), first.toKeep(ROOM), new HashKey(5, 6));
        assertThat(second.hashKey()).isEqualTo(HASH_KEY);
        assertThat(second.toRead(Map.of(stream.firstKey(), HASH_KEY.of(null)))).isEmpty();
    }

    @Test
    void whatIsNoSnapshotIsRefused() {
        append(1, "one");
        append(11, "two");
        read(true);
        byte[] good = snapshots().encode().toArray();
        for (int i = 0; i < good.length; i++) {
            Bytes shorter = Bytes.wrap(Arrays.copyOf(good, i));
            assertThatIllegalArgumentException().isThrownBy(() -> ViewSnapshots.parse(shorter));
        }
        Bytes longer = Bytes.wrap(Arrays.copyOf(good, good.length + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ViewSnapshots.parse(longer));
        good[0] = 2;
        assertThat(ViewSnapshots.parse(Bytes.wrap(good)))
                .as("of a later version of Danta")
                .isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.validMicros(Bytes.utf8("an id")));
        assertThatIllegalStateException()
                .isThrownBy(() -> ViewSnapshots.hash(HASH_KEY, new ArrayList<>(stream.keySet()), Map.of()));
    }
}
