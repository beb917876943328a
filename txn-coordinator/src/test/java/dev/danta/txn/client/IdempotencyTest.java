package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.txn.client.IdempotencyRecord.Finding;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of requests, found again, and deleted in time. */
final class IdempotencyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Bytes ONE = Bytes.utf8("one");
    private static final Bytes TWO = Bytes.utf8("two");

    private static Version version(Bytes value) {
        return new Version(new Timestamp(1_000_000, new ClientId(1, 1)), value);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "x", "a longer result"})
    void whatWasKeptIsFoundByTheSameRequestOnly(String result) {
        Bytes kept = result == null ? null : Bytes.utf8(result);
        Version seen = version(new IdempotencyRecord(ONE, 5, kept).encode());

        assertThat(IdempotencyRecord.find(seen, ONE)).isEqualTo(new Finding.Done(kept));
        assertThat(IdempotencyRecord.find(seen, TWO)).isEqualTo(new Finding.Mismatch());
        assertThat(IdempotencyRecord.find(seen, Bytes.EMPTY)).isEqualTo(new Finding.Mismatch());
        assertThat(IdempotencyRecord.find(Version.NEVER_THERE, ONE)).isEqualTo(new Finding.Unknown());
    }

    /** Clusters keep such records: a later version must read them. */
    @Test
    void recordsLookLikeThis() {
        Bytes encoded = new IdempotencyRecord(ONE, 258, Bytes.utf8("r")).encode();

        assertThat(HexFormat.of().formatHex(encoded.toArray()))
                .isEqualTo("01" + "0000000000000102" + "036f6e65" + "0172");
        assertThat(HexFormat.of()
                        .formatHex(IdempotencyRecord.key("shop", "k").bytes().toArray()))
                .startsWith("02" + "73686f7000" + "0200" + "03");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "02000000000000010200",
                "01000000000000000000",
                "010000000000000102ff",
                "01000000000000010205aa"
            })
    void whatIsNoRecordIsNobodysResultAndStays(String hex) {
        Version seen = version(Bytes.wrap(HexFormat.of().parseHex(hex)));

        assertThat(IdempotencyRecord.find(seen, Bytes.EMPTY)).isEqualTo(new Finding.Mismatch());
        assertThat(IdempotencyRecord.isOver(seen, new Timestamp(Long.MAX_VALUE, new ClientId(1, 1))))
                .isFalse();
    }

    @Test
    void aRecordIsOverWhenItWasKeptAsLongAsItSays() {
        Version seen = version(new IdempotencyRecord(ONE, 500, null).encode());

        assertThat(IdempotencyRecord.isOver(seen, new Timestamp(1_000_499, new ClientId(9, 9))))
                .isFalse();
        assertThat(IdempotencyRecord.isOver(seen, new Timestamp(1_000_500, new ClientId(0, 0))))
                .isTrue();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> IdempotencyRecord.key("shop", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyRecord(Bytes.wrap(new byte[65]), 1, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyRecord(ONE, 0, null));
    }

    @Test
    void recordsOfASpaceLieInOneRangeAndBeginAnywhere() {
        KeyRange all = IdempotencyRecord.all("shop");
        for (int i = 0; i < 1000; i++) {
            Key key = IdempotencyRecord.key("shop", "key-" + i);
            assertThat(all.contains(key)).isTrue();
            assertThat(IdempotencyRecord.from("shop", 0).contains(key)).isTrue();
            assertThat(IdempotencyRecord.all("shops").contains(key)).isFalse();
        }
        long behind = 0;
        for (int i = 0; i < 1000; i++) {
            behind +=
                    IdempotencyRecord.from("shop", 1 << 15).contains(IdempotencyRecord.key("shop", "key-" + i)) ? 1 : 0;
        }
        assertThat(behind).isBetween(400L, 600L);
        assertThat(IdempotencyRecord.from("shop", 1 << 16)).isEqualTo(IdempotencyRecord.from("shop", 0));
    }

    private static Write record(String key, long keptMicros) {
        return new Write(IdempotencyRecord.key("shop", key), new IdempotencyRecord(ONE, keptMicros, null).encode());
    }

    private static CallOutcome call(TinyCluster cluster, TinyCluster.ClientProcess client, ClientCall what) {
        long call = client.call(what, 60 * SECOND);
        cluster.runUntil(same -> client.answerOrNull(call) != null);
        return client.answer(call);
    }

    @Test
    void onlyWhatIsOverIsDeletedAFewAtATime() {
        TinyCluster cluster = new TinyCluster(7, 3, 4);
        TinyCluster.ClientProcess writer = cluster.client(1);
        List<Key> over = new ArrayList<>();
        List<Key> kept = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Write write = record("key-" + i, i % 2 == 0 ? 1_000 : 3_600_000_000L);
            (i % 2 == 0 ? over : kept).add(write.key());
            assertThat(call(cluster, writer, new ClientCall.Commit(List.of(), List.of(write))))
                    .isInstanceOf(CallOutcome.Committed.class);
        }
        cluster.runFor(2 * SECOND);

        TinyCluster.ClientProcess cleaner = cluster.client(2);
        KeyRange next = IdempotencyRecord.all("shop");
        int deleted = 0;
        int rounds = 0;
        while (next != null) {
            CallOutcome.Cleaned cleaned =
                    (CallOutcome.Cleaned) call(cluster, cleaner, new ClientCall.CleanRequests(next, 3));
            assertThat(cleaned.deleted()).isLessThanOrEqualTo(3);
            deleted += cleaned.deleted();
            next = cleaned.rest();
            rounds++;
        }

        assertThat(deleted).isEqualTo(10);
        assertThat(rounds).isBetween(7, 8);
        assertThat(versions(cluster, cleaner, over)).allMatch(Version::isDeletion);
        assertThat(versions(cluster, cleaner, kept)).noneMatch(Version::isDeletion);
        cluster.runUntilQuiet();
        cluster.checkConverged();
    }

    private static List<Version> versions(TinyCluster cluster, TinyCluster.ClientProcess client, List<Key> keys) {
        return ((CallOutcome.StrictlyRead) call(cluster, client, new ClientCall.ReadStrict(keys))).versions();
    }

    /** Whoever cleans reads what it deletes: a record that has come anew meanwhile stays. */
    @Test
    void aRecordThatChangesMeanwhileStays() {
        TinyCluster cluster = new TinyCluster(11, 3, 1);
        TinyCluster.ClientProcess writer = cluster.client(1);
        Write old = record("key", 1_000);
        call(cluster, writer, new ClientCall.Commit(List.of(), List.of(old)));
        cluster.runFor(SECOND);
        Version before = versions(cluster, writer, List.of(old.key())).get(0);

        TinyCluster.ClientProcess cleaner = cluster.client(2);
        cluster.stop(TinyCluster.carrying(dev.danta.ir.message.IrMessage.Propose.class)
                .and(parcel -> parcel.envelope().from().equals(new dev.danta.ir.message.Address.Client(cleaner.id))));
        long cleaning = cleaner.call(new ClientCall.CleanRequests(IdempotencyRecord.all("shop"), 10), 60 * SECOND);
        cluster.runUntil(same ->
                same.bag().stream().anyMatch(TinyCluster.carrying(dev.danta.ir.message.IrMessage.Propose.class)));
        Write renewed = record("key", 3_600_000_000L);
        assertThat(call(cluster, writer, new ClientCall.Commit(List.of(Read.of(old.key(), before)), List.of(renewed))))
                .isInstanceOf(CallOutcome.Committed.class);
        cluster.stop(parcel -> false);
        cluster.runUntil(same -> cleaner.answerOrNull(cleaning) != null);

        assertThat(cleaner.answer(cleaning)).isEqualTo(new CallOutcome.Cleaned(0, null));
        assertThat(versions(cluster, writer, List.of(old.key())).get(0).value()).isEqualTo(renewed.value());
    }

    /** Late is no error: there is always a next time. */
    @Test
    void whoeverCannotCleanInTimeSaysWhatIsLeft() {
        TinyCluster cluster = new TinyCluster(3, 3, 2);
        TinyCluster.ClientProcess cleaner = cluster.client(1);
        cluster.stop(parcel -> true);

        KeyRange all = IdempotencyRecord.all("shop");
        assertThat(call(cluster, cleaner, new ClientCall.CleanRequests(all, 10)))
                .isEqualTo(new CallOutcome.Cleaned(0, all));
        assertThat(cleaner.machine.left()).isZero();
    }
}
