package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** protocol.md 4.1: the first version of a key that a transaction sees is the one it records. */
final class ReadSetTest {
    private static final Key A = key("a");
    private static final Key B = key("b");
    private static final Key C = key("c");
    private static final Key D = key("d");
    private static final Version OLD = version(1, "old");
    private static final Version NEW = version(2, "new");
    private static final Version DELETED = new Version(at(3), null);
    private static final KeyRange ALL = new KeyRange(A, D);

    private final ReadSet set = new ReadSet(ReadRules.PROTOCOL);

    private static Key key(String name) {
        return new Key(Bytes.utf8(name));
    }

    private static Timestamp at(long time) {
        return new Timestamp(time, new ClientId(0, 1));
    }

    private static Version version(long time, String value) {
        return new Version(at(time), Bytes.utf8(value));
    }

    private static Verdict.Newest found(Key key, Version version) {
        return new Verdict.Newest(key, version);
    }

    @Test
    void theSameVersionTwiceIsReadOnce() {
        assertThat(set.see(A, OLD)).isTrue();
        assertThat(set.see(A, OLD)).isTrue();
        assertThat(set.reads()).containsExactly(Read.of(A, OLD));
        assertThat(set.ranges()).isEmpty();
    }

    @Test
    void anotherVersionVoidsTheAttempt() {
        set.see(A, OLD);
        assertThat(set.see(A, NEW)).isFalse();
        assertThat(set.seen(A)).isEqualTo(OLD);
    }

    @Test
    void anotherVersionInsideARangeVoidsTheAttempt() {
        set.see(B, OLD);
        assertThat(set.see(ALL, List.of(found(B, NEW)))).isFalse();
    }

    @Test
    void absentFromARangeIsAnotherVersionToo() {
        set.see(B, OLD);
        assertThat(set.see(ALL, List.of())).isFalse();
    }

    @Test
    void presentInARangeIsAnotherVersionThanNeverThere() {
        set.see(B, Version.NEVER_THERE);
        assertThat(set.see(ALL, List.of(found(B, NEW)))).isFalse();
        assertThat(new ReadSet(ReadRules.PROTOCOL).see(ALL, List.of(found(B, NEW))))
                .isTrue();
    }

    @Test
    void aKeyOfARangeThatWasReadIsKnownAlsoIfItWasNotThere() {
        assertThat(set.see(ALL, List.of(found(B, OLD), found(C, DELETED)))).isTrue();
        assertThat(set.seen(A)).isEqualTo(Version.NEVER_THERE);
        assertThat(set.seen(B)).isEqualTo(OLD);
        assertThat(set.seen(C)).isEqualTo(DELETED);
        assertThat(set.seen(D)).isNull();
        assertThat(set.see(A, Version.NEVER_THERE)).isTrue();
        assertThat(set.see(A, NEW)).isFalse();
        assertThat(set.reads()).isEmpty();
        assertThat(set.ranges()).containsExactly(new RangeRead(ALL, List.of(Read.of(B, OLD), Read.of(C, DELETED))));
    }

    @Test
    void whatWasReadByItselfStandsInTheRangesListToo() {
        set.see(B, OLD);
        assertThat(set.see(ALL, List.of(found(B, OLD)))).isTrue();
        assertThat(set.reads()).containsExactly(Read.of(B, OLD));
        assertThat(set.ranges()).containsExactly(new RangeRead(ALL, List.of(Read.of(B, OLD))));
    }

    @Test
    void aRangeIsReadOnceAndInParts() {
        KeyRange middle = new KeyRange(B, C);
        set.see(middle, List.of());
        assertThat(set.unread(ALL)).containsExactly(new KeyRange(A, B), new KeyRange(C, D));
        assertThat(set.unread(middle)).isEmpty();
        assertThat(set.unread(new KeyRange(A, C))).containsExactly(new KeyRange(A, B));
        assertThat(set.unread(new KeyRange(B, D))).containsExactly(new KeyRange(C, D));
        assertThatThrownBy(() -> set.see(ALL, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsInARangeIsFoundInOrder() {
        set.see(ALL, List.of(found(C, OLD), found(A, NEW)));
        assertThat(set.within(ALL)).containsExactly(A, C);
        assertThat(set.within(new KeyRange(B, D))).containsExactly(C);
        assertThat(set.size()).isEqualTo(3);
    }
}
