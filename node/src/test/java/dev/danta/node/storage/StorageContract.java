package dev.danta.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Vote;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.replica.StateComparison;
import dev.danta.ir.runtime.Storage;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwRegister;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.participant.DropRelaxed;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.RelaxedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every adapter behind the storage port must do. */
abstract class StorageContract<S extends Storage & RecordStore & VersionedStore & RelaxedStore> {
    private static final ClientId CLIENT = new ClientId(0x8000_0000_0000_0001L, 7);
    private S store;

    /** Opens the one store of this test, for the first time or again. */
    abstract S open();

    /** Leaves the store in good order. */
    abstract void close(S opened);

    /** Leaves the store as a crash would: what was not committed is lost. */
    abstract void crash(S opened);

    @BeforeEach
    void openFirst() {
        store = open();
    }

    @AfterEach
    void closeLast() {
        close(store);
    }

    private void reopen() {
        close(store);
        store = open();
    }

    private void crashAndReopen() {
        crash(store);
        store = open();
    }

    @Test
    void anEmptyStoreHoldsNothing() {
        assertThat(store.record(at(1))).isNull();
        assertThat(store.undecided()).isEmpty();
        assertThat(store.newest(key("a"))).isEqualTo(Version.NEVER_THERE);
        assertThat(store.relaxed(key("a"))).isNull();
    }

    @Test
    void aBatchIsReadBeforeItIsCommitted() {
        store.apply(new PutRecord(voted(at(1))));
        store.apply(new PutVersion(key("a"), version(at(2), "two")));
        store.apply(new PutRelaxed(key("r"), register(3, "three")));

        assertThat(store.record(at(1))).isEqualTo(voted(at(1)));
        assertThat(store.undecided()).containsExactly(voted(at(1)));
        assertThat(store.newest(key("a"))).isEqualTo(version(at(2), "two"));
        assertThat(store.relaxed(key("r"))).isEqualTo(register(3, "three"));
    }

    @Test
    void aCommittedBatchSurvivesACrash() {
        store.apply(new PutRecord(voted(at(1))));
        store.apply(new PutVersion(key("a"), version(at(2), "two")));
        store.apply(new PutRelaxed(key("r"), register(3, "three")));
        store.commit();
        crashAndReopen();

        assertThat(store.record(at(1))).isEqualTo(voted(at(1)));
        assertThat(store.undecided()).containsExactly(voted(at(1)));
        assertThat(store.newest(key("a"))).isEqualTo(version(at(2), "two"));
        assertThat(store.relaxed(key("r"))).isEqualTo(register(3, "three"));
    }

    @Test
    void ofABatchThatWasNotCommittedACrashLeavesNothing() {
        store.apply(new PutVersion(key("a"), version(at(1), "one")));
        store.commit();
        store.apply(new PutRecord(voted(at(1))));
        store.apply(new PutVersion(key("a"), version(at(2), "two")));
        store.apply(new PutRelaxed(key("r"), register(3, "three")));
        crashAndReopen();

        assertThat(store.record(at(1))).isNull();
        assertThat(store.undecided()).isEmpty();
        assertThat(store.newest(key("a"))).isEqualTo(version(at(1), "one"));
        assertThat(store.relaxed(key("r"))).isNull();
    }

    @Test
    void commitsFollowOneAnother() {
        for (int i = 1; i <= 20; i++) {
            store.apply(new PutVersion(key("a"), version(at(i), "v" + i)));
            store.commit();
            assertThat(store.newest(key("a"))).isEqualTo(version(at(i), "v" + i));
        }
    }

    @Test
    void theNewestAtOrBelowAHorizonIsFoundAmongAllVersions() {
        store.apply(new PutVersion(key("a"), version(at(1), "one")));
        store.apply(new PutVersion(key("a"), version(at(5), "five")));
        store.apply(new PutVersion(key("aa"), version(at(2), "other")));
        store.commit();

        assertThat(store.newest(key("a"), at(5))).isEqualTo(version(at(5), "five"));
        assertThat(store.newest(key("a"), at(4))).isEqualTo(version(at(1), "one"));
        assertThat(store.newest(key("a"), Timestamp.ZERO)).isEqualTo(Version.NEVER_THERE);
        assertThat(store.newest(key("b"), at(5))).isEqualTo(Version.NEVER_THERE);
    }

    /** Ranges of more keys than one answer has, as replicas compare them: in this store, and in one that was opened again. */
    @Test
    void whatIsComparedPageByPageIsAllThatIsThere() {
        for (int i = 0; i < 3_000; i++) {
            store.apply(new PutVersion(key("k" + i), version(at(1 + i % 7), "v" + i)));
            if (i % 10 == 0) {
                store.apply(new PutRelaxed(key("r" + i), register(3, "three")));
            }
        }
        store.commit();
        List<List<RangeHash>> pages = pages();
        reopen();

        assertThat(pages()).isEqualTo(pages);
        assertThat(pages.stream().mapToInt(List::size).sum()).isBetween(3_300 / 32, 3_300 / 32 + 2 * pages.size());
        store.apply(new PutVersion(key("k2999"), version(at(9), "newer")));
        assertThat(pages()).isNotEqualTo(pages);
    }

    private List<List<RangeHash>> pages() {
        Participant participant = new Participant(store, store, store, new Participant.Settings(0));
        StateView view = new StateView(new OpId(CLIENT, 1), null, Timestamp.ZERO);
        List<List<RangeHash>> pages = new ArrayList<>();
        Bytes after = Bytes.EMPTY;
        do {
            List<RangeHash> page = participant.summarize(view, after, Bytes.EMPTY, 32, 32);
            pages.add(page);
            StateComparison compared = participant.compare(view, after, page, true);
            assertThat(compared).isNotNull();
            if (compared != null) {
                assertThat(compared.different()).isEmpty();
            }
            after = page.get(page.size() - 1).upTo();
        } while (after.size() > 0);
        return pages;
    }

    @Test
    void aCommitOfNothingDoesNothing() {
        store.commit();
        store.commit();
        assertThat(store.undecided()).isEmpty();
    }

    @Test
    void aRecordIsReplaced() {
        OpRecord before = voted(at(1));
        OpRecord after = before.withAccepted(new Acceptance(new Ballot(1, 2, CLIENT), new Result.Ok(at(9))));
        store.apply(new PutRecord(before));
        store.commit();
        store.apply(new PutRecord(after));
        store.commit();
        reopen();

        assertThat(store.record(at(1))).isEqualTo(after);
    }

    @Test
    void aDecidedRecordIsKeptButNoLongerListed() {
        OpRecord decided = voted(at(2)).withDecision(new Decision.Commit(at(5)));
        for (long time : new long[] {3, 1, 2}) {
            store.apply(new PutRecord(voted(at(time))));
        }
        store.commit();
        store.apply(new PutRecord(decided));
        assertThat(store.undecided()).containsExactly(voted(at(1)), voted(at(3)));
        store.commit();
        reopen();

        assertThat(store.undecided()).containsExactly(voted(at(1)), voted(at(3)));
        assertThat(store.record(at(2))).isEqualTo(decided);
    }

    @Test
    void aRecordThatBeginsDecidedIsNeverListed() {
        OpRecord decided = OpRecord.blank(at(4)).withDecision(new Decision.Abort());
        store.apply(new PutRecord(decided));
        store.commit();

        assertThat(store.undecided()).isEmpty();
        assertThat(store.record(at(4))).isEqualTo(decided);
    }

    @Test
    void undecidedRecordsComeByAscendingId() {
        List<OpRecord> expected = new ArrayList<>();
        long[] clients = {Long.MAX_VALUE, -1, 1, Long.MIN_VALUE};
        for (long high : clients) {
            for (long time : new long[] {255, 1, 1L << 40, 256, Long.MAX_VALUE}) {
                OpRecord known = voted(new Timestamp(time, new ClientId(high, high)));
                expected.add(known);
                store.apply(new PutRecord(known));
            }
        }
        store.commit();
        expected.sort((a, b) -> a.id().compareTo(b.id()));

        assertThat(store.undecided()).isEqualTo(expected);
    }

    @Test
    void aRefusalIsKept() {
        OpRecord refused = OpRecord.blank(at(1)).withVote(new Vote.No(new TxnRefusal.Conflict(at(77))));
        store.apply(new PutRecord(refused));
        store.commit();
        reopen();

        assertThat(store.record(at(1))).isEqualTo(refused);
    }

    @Test
    void theNewestVersionIsTheOneWithTheGreatestTimestampWhateverTheOrderOfArrival() {
        Timestamp highClient = new Timestamp(30, new ClientId(-1, 0));
        for (Timestamp timestamp : List.of(at(10), highClient, at(30), at(20), at(1L << 40), at(255), at(256))) {
            store.apply(new PutVersion(key("a"), version(timestamp, timestamp.toString())));
        }
        store.apply(new PutVersion(key("b"), version(at(30), "low")));
        store.apply(new PutVersion(key("b"), version(highClient, "high")));

        assertThat(store.newest(key("a")).timestamp()).isEqualTo(at(1L << 40));
        assertThat(store.newest(key("b"))).isEqualTo(version(highClient, "high"));
        store.commit();
        assertThat(store.newest(key("a")).timestamp()).isEqualTo(at(1L << 40));
    }

    @Test
    void aDeletionIsAVersionAndAnEmptyValueIsNone() {
        store.apply(new PutVersion(key("gone"), version(at(1), "one")));
        store.apply(new PutVersion(key("gone"), new Version(at(2), null)));
        store.apply(new PutVersion(key("empty"), new Version(at(2), Bytes.EMPTY)));
        store.commit();
        reopen();

        assertThat(store.newest(key("gone"))).isEqualTo(new Version(at(2), null));
        assertThat(store.newest(key("empty"))).isEqualTo(new Version(at(2), Bytes.EMPTY));
    }

    @Test
    void aVersionThatIsThereStaysAsItIs() {
        store.apply(new PutVersion(key("a"), version(at(1), "first")));
        store.commit();
        store.apply(new PutVersion(key("a"), version(at(1), "second")));
        store.commit();

        assertThat(store.newest(key("a"))).isEqualTo(version(at(1), "first"));
    }

    @Test
    void aRelaxedValueIsReplaced() {
        store.apply(new PutRelaxed(key("r"), register(1, "one")));
        store.apply(new PutRelaxed(key("c"), Counter.of(CLIENT, new Counter.Total(1, -5))));
        store.commit();
        store.apply(new PutRelaxed(key("r"), register(2, "two")));
        store.commit();
        reopen();

        assertThat(store.relaxed(key("r"))).isEqualTo(register(2, "two"));
        assertThat(store.relaxed(key("c"))).isEqualTo(Counter.of(CLIENT, new Counter.Total(1, -5)));
    }

    @Test
    void aRelaxedValueThatIsDroppedIsGone() {
        store.apply(new PutRelaxed(key("r"), register(1, "one")));
        store.apply(new PutRelaxed(key("s"), register(1, "other")));
        store.commit();
        store.apply(new DropRelaxed(key("r")));
        store.apply(new DropRelaxed(key("never")));
        store.commit();
        reopen();

        assertThat(store.relaxed(key("r"))).isNull();
        assertThat(store.relaxedKeys(Bytes.EMPTY, 10)).containsExactly(key("s"));
    }

    @Test
    void aLargeValueIsKept() {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        store.apply(new PutVersion(key("large"), new Version(at(1), Bytes.wrap(content))));
        store.commit();
        reopen();

        assertThat(store.newest(key("large")).value()).isEqualTo(Bytes.copyOf(content));
    }

    @Test
    void theLongestKeysAreKeptApart() {
        Key zeros = new Key(Bytes.wrap(new byte[Key.SIZE_MAX]));
        Key fewerZeros = new Key(Bytes.wrap(new byte[Key.SIZE_MAX - 1]));
        store.apply(new PutVersion(zeros, version(at(1), "all")));
        store.apply(new PutVersion(fewerZeros, version(at(2), "fewer")));
        store.apply(new PutRelaxed(zeros, register(1, "all")));

        assertThat(store.newest(zeros)).isEqualTo(version(at(1), "all"));
        assertThat(store.newest(fewerZeros)).isEqualTo(version(at(2), "fewer"));
        assertThat(store.relaxed(zeros)).isEqualTo(register(1, "all"));
        assertThat(store.relaxed(fewerZeros)).isNull();
    }

    /** Keys made of few different bytes, so that many are the beginnings of others and look like timestamps. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void keysThatBeginAlikeDoNotMix(long seed) {
        Random random = new Random(seed);
        TreeMap<Key, Version> newest = new TreeMap<>();
        List<Key> asked = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Key key = randomKey(random);
            asked.add(key);
            if (random.nextInt(3) > 0) {
                Version version = version(at(1 + random.nextInt(1000)), "v" + i);
                Version before = newest.getOrDefault(key, Version.NEVER_THERE);
                if (version.timestamp().isAbove(before.timestamp())) {
                    newest.put(key, version);
                }
                store.apply(new PutVersion(key, version));
            }
            if (random.nextInt(100) == 0) {
                store.commit();
            }
        }
        store.commit();
        for (Key key : asked) {
            assertThat(store.newest(key).timestamp())
                    .isEqualTo(newest.getOrDefault(key, Version.NEVER_THERE).timestamp());
        }
    }

    /** Reads of ranges, while the batch is open and after. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aScanShowsTheNewestVersionOfEachKeyOfTheRangeInOrder(long seed) {
        Random random = new Random(seed);
        TreeMap<Key, Version> newest = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            Key key = randomKey(random);
            for (int version = random.nextInt(4); version >= 0; version--) {
                Timestamp timestamp = at(1 + random.nextInt(1000));
                boolean isNew = !newest.containsKey(key)
                        || timestamp.isAbove(newest.get(key).timestamp());
                Version put = new Version(timestamp, random.nextInt(4) == 0 ? null : Bytes.utf8("v" + i));
                store.apply(new PutVersion(key, put));
                if (isNew) {
                    newest.put(key, put);
                }
            }
            if (random.nextInt(50) == 0) {
                store.commit();
            }
            if (random.nextInt(10) == 0) {
                Key one = randomKey(random);
                Key other = randomKey(random);
                if (!one.equals(other)) {
                    KeyRange range = one.compareTo(other) < 0 ? new KeyRange(one, other) : new KeyRange(other, one);
                    assertThat(scan(range, Integer.MAX_VALUE)).isEqualTo(newest.subMap(range.from(), range.to()));
                    assertThat(scanBack(range, Integer.MAX_VALUE)).isEqualTo(newest.subMap(range.from(), range.to()));
                }
            }
        }
        store.commit();
        KeyRange all = new KeyRange(new Key(Bytes.wrap(new byte[1])), new Key(Bytes.wrap(new byte[] {-1, -1, -1, -1})));
        assertThat(scan(all, Integer.MAX_VALUE)).isEqualTo(newest.subMap(all.from(), all.to()));
        List<Key> first =
                newest.subMap(all.from(), all.to()).keySet().stream().limit(3).toList();
        assertThat(scan(all, 3).keySet()).containsExactlyElementsOf(first);
        assertThat(scanBack(all, Integer.MAX_VALUE)).isEqualTo(newest.subMap(all.from(), all.to()));
        assertThat(scanBack(all, 3))
                .hasSize(3)
                .isEqualTo(newest.tailMap(scanBack(all, 3).firstKey()).headMap(all.to()));
    }

    private SortedMap<Key, Version> scan(KeyRange range, int limit) {
        TreeMap<Key, Version> found = new TreeMap<>();
        store.scan(range, (key, version) -> {
            assertThat(found.isEmpty() || found.lastKey().compareTo(key) < 0).isTrue();
            found.put(key, version);
            return found.size() < limit;
        });
        return found;
    }

    private SortedMap<Key, Version> scanBack(KeyRange range, int limit) {
        TreeMap<Key, Version> found = new TreeMap<>();
        store.scanBack(range, (key, version) -> {
            assertThat(found.isEmpty() || found.firstKey().compareTo(key) > 0).isTrue();
            found.put(key, version);
            return found.size() < limit;
        });
        return found;
    }

    private static Key randomKey(Random random) {
        byte[] alphabet = {0, 1, -1, 16, 17};
        int length = random.nextInt(10) == 0 ? 1 + random.nextInt(Key.SIZE_MAX) : 1 + random.nextInt(40);
        byte[] bytes = new byte[length];
        byte most = alphabet[random.nextInt(alphabet.length)];
        for (int i = 0; i < length; i++) {
            bytes[i] = random.nextInt(8) == 0 ? alphabet[random.nextInt(alphabet.length)] : most;
        }
        return new Key(Bytes.wrap(bytes));
    }

    static Timestamp at(long timeMicros) {
        return new Timestamp(timeMicros, CLIENT);
    }

    static Key key(String text) {
        return new Key(Bytes.utf8(text));
    }

    static Version version(Timestamp timestamp, String value) {
        return new Version(timestamp, Bytes.utf8(value));
    }

    static LwwRegister register(long timeMicros, String value) {
        return new LwwRegister(at(timeMicros), Bytes.utf8(value));
    }

    static OpRecord voted(Timestamp id) {
        AccessSet accesses = new AccessSet(
                List.of(new Read(key("read"), at(1), false), Read.of(key("absent"), Version.NEVER_THERE)),
                List.of(new Write(key("written"), Bytes.utf8("new")), new Write(key("deleted"), null)));
        return OpRecord.blank(id)
                .withBody(new PrepareBody(List.of(new ShardId(0), new ShardId(3)), accesses))
                .withVote(new Vote.Ok(id))
                .withPromised(Ballot.ofOwner(Epoch.FIRST, CLIENT));
    }
}
