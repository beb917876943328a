package dev.danta.txn.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Holds;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a replica answers to a strict reader (protocol.md 5.1). */
final class Section5_1ReplicaTest {
    private static final ClientId CLIENT = new ClientId(0, 3);
    private static final Timestamp WRITER = at(90);
    private static final Key X = new Key(Bytes.utf8("x"));
    private static final Key Y = new Key(Bytes.utf8("y"));
    private static final Bytes VALUE = Bytes.utf8("v");

    private final TreeMap<Key, Version> versions = new TreeMap<>();
    private final Holds holds = new Holds();
    private Timestamp deletedBelow = Timestamp.ZERO;

    private static Timestamp at(long micros) {
        return new Timestamp(micros, CLIENT);
    }

    private Answer keyRead(Key key, Timestamp g) {
        return view().answer(new ReadQuery.KeyRead(key, g), new Moment(0, 7));
    }

    private Answer validate(Timestamp g, Read... reads) {
        AccessSet all = new AccessSet(List.of(reads), List.of());
        return view().answer(new ReadQuery.Validate(all, g), new Moment(0, 7));
    }

    private ReadView view() {
        return new ReadView(
                new MapStore(versions),
                MapRelaxed.EMPTY,
                new MemoryRecords(1),
                holds,
                deletedBelow,
                ReadViewRules.PROTOCOL,
                SpendRules.PROTOCOL,
                1);
    }

    private void writes(Timestamp holder, Key key) {
        holds.hold(holder, new AccessSet(List.of(), List.of(new Write(key, VALUE))));
    }

    private void readsOnly(Timestamp holder, Key key) {
        holds.hold(holder, new AccessSet(List.of(absent(key)), List.of()));
    }

    private static Read absent(Key key) {
        return new Read(key, Timestamp.ZERO, false);
    }

    private static Read live(Key key, long micros) {
        return new Read(key, at(micros), false);
    }

    @Test
    void a_key_read_shows_the_newest_version_and_who_is_about_to_write() {
        Version newest = new Version(at(50), VALUE);
        versions.put(X, newest);
        assertThat(keyRead(X, Timestamp.ZERO)).isEqualTo(new ReadAnswer.KeyRead(newest, null, Timestamp.ZERO));
        writes(WRITER, X);
        assertThat(keyRead(X, Timestamp.ZERO)).isEqualTo(new ReadAnswer.KeyRead(newest, WRITER, Timestamp.ZERO));
    }

    @Test
    void readers_do_not_stand_in_each_others_way() {
        readsOnly(WRITER, X);
        assertThat(keyRead(X, Timestamp.ZERO))
                .isEqualTo(new ReadAnswer.KeyRead(Version.NEVER_THERE, null, Timestamp.ZERO));
        assertThat(validate(Timestamp.ZERO, absent(X))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void a_validation_wants_every_version_to_be_the_newest() {
        Version newest = new Version(at(50), VALUE);
        versions.put(X, newest);
        assertThat(validate(Timestamp.ZERO, live(X, 50), absent(Y))).isEqualTo(new ReadAnswer.Valid());
        assertThat(validate(Timestamp.ZERO, live(X, 40), absent(Y)))
                .isEqualTo(new ReadAnswer.Outdated(List.of(new Verdict.Newest(X, newest)), Timestamp.ZERO));
        assertThat(validate(Timestamp.ZERO, absent(X)))
                .isEqualTo(new ReadAnswer.Outdated(List.of(new Verdict.Newest(X, newest)), Timestamp.ZERO));
    }

    @Test
    void a_deletion_is_newer_than_what_it_deleted() {
        Version deletion = new Version(at(50), null);
        versions.put(X, deletion);
        assertThat(validate(Timestamp.ZERO, live(X, 40)))
                .isEqualTo(new ReadAnswer.Outdated(List.of(new Verdict.Newest(X, deletion)), Timestamp.ZERO));
        assertThat(validate(Timestamp.ZERO, new Read(X, at(50), true))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void a_replica_that_is_merely_behind_does_no_harm() {
        assertThat(validate(Timestamp.ZERO, live(X, 40))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void a_writer_of_anything_read_stands_in_the_way_of_a_validation() {
        writes(WRITER, Y);
        assertThat(validate(Timestamp.ZERO, absent(X), absent(Y))).isEqualTo(new ReadAnswer.Held(WRITER));
        assertThat(validate(Timestamp.ZERO, absent(X))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void who_has_forgotten_more_than_the_round_allows_does_not_answer() {
        deletedBelow = at(60);
        ReadAnswer.Forgotten forgotten = new ReadAnswer.Forgotten(at(60));
        assertThat(keyRead(X, at(59))).isEqualTo(forgotten);
        assertThat(validate(at(59), absent(X))).isEqualTo(forgotten);
        assertThat(keyRead(X, at(60))).isEqualTo(new ReadAnswer.KeyRead(Version.NEVER_THERE, null, at(60)));
        assertThat(validate(at(60), absent(X))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void what_may_have_been_dropped_counts_as_never_there_on_both_sides() {
        deletedBelow = at(60);
        assertThat(validate(at(60), new Read(X, at(50), true))).isEqualTo(new ReadAnswer.Valid());
        versions.put(X, new Version(at(55), null));
        assertThat(validate(at(60), absent(X))).isEqualTo(new ReadAnswer.Valid());
        assertThat(validate(at(60), new Read(X, at(50), true))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void a_live_version_below_what_is_forgotten_and_not_here_was_deleted() {
        deletedBelow = at(60);
        assertThat(validate(at(60), live(X, 50)))
                .isEqualTo(new ReadAnswer.Outdated(List.of(new Verdict.Newest(X, Version.NEVER_THERE)), at(60)));
        assertThat(validate(at(60), live(X, 61))).isEqualTo(new ReadAnswer.Valid());
    }

    @Test
    void a_validation_writes_nothing() {
        AccessSet writing = new AccessSet(List.of(), List.of(new Write(X, VALUE)));
        assertThatThrownBy(() -> new ReadQuery.Validate(writing, Timestamp.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
