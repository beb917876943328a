package dev.danta.occ;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** protocol.md 4.2: the vote of one replica, in the order of its three rules. */
class Section4_2PrepareTest {
    private static final Key X = new Key(Bytes.utf8("x"));
    private static final Key Y = new Key(Bytes.utf8("y"));
    private static final ClientId LOW = new ClientId(0, 1);
    private static final ClientId MIDDLE = new ClientId(0, 5);
    private static final ClientId HIGH = new ClientId(0, 9);
    private static final Timestamp ID = at(100, MIDDLE);

    private final Map<Key, Version> versions = new TreeMap<>();
    private final Holds holds = new Holds();
    private Timestamp deletedBelow = Timestamp.ZERO;

    private static Timestamp at(long time, ClientId client) {
        return new Timestamp(time, client);
    }

    private static Timestamp at(long time) {
        return at(time, LOW);
    }

    private static Version live(long time) {
        return new Version(at(time), Bytes.utf8("v" + time));
    }

    private static Version deleted(long time) {
        return new Version(at(time), null);
    }

    private static Read read(Key key, Version version) {
        return Read.of(key, version);
    }

    private static Write write(Key key) {
        return new Write(key, Bytes.utf8("new"));
    }

    private static AccessSet reads(Read... reads) {
        return new AccessSet(List.of(reads), List.of());
    }

    private static AccessSet writes(Key... keys) {
        return new AccessSet(
                List.of(),
                List.of(keys).stream().map(Section4_2PrepareTest::write).toList());
    }

    private Verdict verdictOn(AccessSet accesses) {
        return Validator.validate(ID, accesses, new MapStore(versions), holds, deletedBelow);
    }

    private static Verdict ok(long time) {
        return new Verdict.Ok(at(time, MIDDLE), false);
    }

    private static Verdict behind() {
        return new Verdict.Ok(ID, true);
    }

    private Verdict stale(Key... keys) {
        return new Verdict.Stale(List.of(keys).stream()
                .map(key -> new Verdict.Newest(key, versions.getOrDefault(key, Version.NEVER_THERE)))
                .toList());
    }

    @Nested
    class VersionsRead {
        @Test
        void equalToTheNewestAreFine() {
            versions.put(X, live(10));
            assertThat(verdictOn(reads(read(X, live(10))))).isEqualTo(ok(100));
        }

        @Test
        void absentAndStillAbsentAreFine() {
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(ok(100));
        }

        @Test
        void absentButNowThereIsStale() {
            versions.put(X, live(10));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(stale(X));
        }

        @Test
        void absentButDeletedSinceIsStale() {
            versions.put(X, deleted(10));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(stale(X));
        }

        @Test
        void olderThanTheNewestAreStaleAndTheNewestIsTold() {
            versions.put(X, live(20));
            versions.put(Y, live(10));
            assertThat(verdictOn(reads(read(X, live(10)), read(Y, live(10))))).isEqualTo(stale(X));
        }

        @Test
        void allThatAreStaleAreTold() {
            versions.put(X, live(20));
            versions.put(Y, deleted(30));
            assertThat(verdictOn(reads(read(X, live(10)), read(Y, live(10))))).isEqualTo(stale(X, Y));
        }

        @Test
        void olderThanADeletionAreStale() {
            versions.put(X, deleted(20));
            assertThat(verdictOn(reads(read(X, live(10))))).isEqualTo(stale(X));
        }

        @Test
        void ofTheSameTimeByALowerClientAreOlder() {
            versions.put(X, new Version(at(10, HIGH), Bytes.EMPTY));
            assertThat(verdictOn(reads(new Read(X, at(10, LOW), false)))).isEqualTo(stale(X));
        }

        @Test
        void newerThanTheNewestHereMeanThatThisReplicaIsBehind() {
            versions.put(X, live(5));
            assertThat(verdictOn(reads(read(X, live(10))))).isEqualTo(behind());
        }

        @Test
        void aDeletionNotSeenHereMeansThatThisReplicaIsBehind() {
            versions.put(X, live(5));
            assertThat(verdictOn(reads(read(X, deleted(10))))).isEqualTo(behind());
        }

        @Test
        void staleInOneKeyIsStaleThoughBehindInAnother() {
            versions.put(X, live(20));
            assertThat(verdictOn(reads(read(X, live(10)), read(Y, live(10))))).isEqualTo(stale(X));
        }
    }

    @Nested
    class Forgotten {
        @Test
        void aDeletionHereThatIsForgottenEqualsNeverThere() {
            deletedBelow = at(50);
            versions.put(X, deleted(50));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(ok(100));
        }

        @Test
        void aForgottenDeletionThatWasReadEqualsNeverThere() {
            deletedBelow = at(50);
            assertThat(verdictOn(reads(read(X, deleted(50))))).isEqualTo(ok(100));
        }

        @Test
        void twoForgottenDeletionsAreEqual() {
            deletedBelow = at(50);
            versions.put(X, deleted(40));
            assertThat(verdictOn(reads(read(X, deleted(30))))).isEqualTo(ok(100));
        }

        @Test
        void aDeletionAboveTheWatermarkIsNotForgotten() {
            deletedBelow = at(50);
            versions.put(X, deleted(51));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(stale(X));
        }

        @Test
        void aLiveVersionIsNeverForgotten() {
            deletedBelow = at(50);
            versions.put(X, live(40));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(stale(X));
            assertThat(verdictOn(reads(read(X, deleted(30))))).isEqualTo(stale(X));
        }

        @Test
        void aLiveVersionReadThatIsGoneHereThoughSettledIsStaleNotBehind() {
            deletedBelow = at(50);
            assertThat(verdictOn(reads(read(X, live(50))))).isEqualTo(stale(X));
            versions.put(X, deleted(45));
            assertThat(verdictOn(reads(read(X, live(50))))).isEqualTo(stale(X));
        }

        @Test
        void aVersionReadAboveTheWatermarkIsBehindEvenWhereADeletionWasForgotten() {
            deletedBelow = at(50);
            versions.put(X, deleted(40));
            assertThat(verdictOn(reads(read(X, live(51))))).isEqualTo(behind());
        }
    }

    @Nested
    class KeysHeld {
        private final Timestamp other = at(90, HIGH);

        private void held(AccessSet accesses) {
            holds.hold(other, accesses);
        }

        @Test
        void aWriteDoesNotPassAnUndecidedWrite() {
            held(writes(X));
            assertThat(verdictOn(writes(X))).isEqualTo(new Verdict.Conflict(other));
        }

        @Test
        void aReadDoesNotPassAnUndecidedWrite() {
            held(writes(X));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(new Verdict.Conflict(other));
        }

        @Test
        void aWriteDoesNotPassAnUndecidedReadWhateverTheTimestamps() {
            held(reads(read(X, Version.NEVER_THERE)));
            assertThat(verdictOn(writes(X))).isEqualTo(new Verdict.Conflict(other));
        }

        @Test
        void readsDoNotConflict() {
            held(reads(read(X, Version.NEVER_THERE)));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(ok(100));
        }

        @Test
        void otherKeysDoNotConflict() {
            held(writes(X));
            assertThat(verdictOn(writes(Y))).isEqualTo(ok(100));
        }

        @Test
        void itsOwnHoldDoesNotConflict() {
            holds.hold(ID, writes(X));
            assertThat(verdictOn(writes(X))).isEqualTo(ok(100));
        }

        @Test
        void behindItsOwnHoldAnotherIsStillSeen() {
            holds.hold(ID, writes(X));
            held(writes(X));
            assertThat(verdictOn(writes(X))).isEqualTo(new Verdict.Conflict(other));
        }

        @Test
        void endedHoldsDoNotConflict() {
            held(writes(X));
            holds.release(other);
            assertThat(verdictOn(writes(X))).isEqualTo(ok(100));
        }

        @Test
        void aStaleReadIsToldRatherThanTheConflict() {
            held(writes(X));
            versions.put(X, live(20));
            assertThat(verdictOn(reads(read(X, live(10))))).isEqualTo(stale(X));
        }
    }

    @Nested
    class TheTimestamp {
        @Test
        void isTheProposedOneAboveEverythingTouched() {
            versions.put(X, live(99));
            versions.put(Y, live(98));
            assertThat(verdictOn(new AccessSet(List.of(read(X, live(99))), List.of(write(Y)))))
                    .isEqualTo(ok(100));
        }

        @Test
        void isRaisedAboveTheVersionsWritten() {
            versions.put(X, live(150));
            assertThat(verdictOn(writes(X))).isEqualTo(ok(150));
        }

        @Test
        void isRaisedByATickWhereTheClientWouldLoseTheTie() {
            versions.put(X, new Version(at(150, HIGH), Bytes.EMPTY));
            assertThat(verdictOn(writes(X))).isEqualTo(ok(151));
        }

        @Test
        void isRaisedByATickAboveAnOwnVersion() {
            versions.put(X, new Version(at(150, MIDDLE), Bytes.EMPTY));
            assertThat(verdictOn(writes(X))).isEqualTo(ok(151));
        }

        @Test
        void isRaisedAboveTheVersionsReadToo() {
            versions.put(X, live(150));
            assertThat(verdictOn(reads(read(X, live(150))))).isEqualTo(ok(150));
        }

        @Test
        void isRaisedAboveADeletionThatWasForgotten() {
            deletedBelow = at(200);
            versions.put(X, deleted(150));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(ok(150));
            assertThat(verdictOn(writes(X))).isEqualTo(ok(150));
        }

        @Test
        void isTheProposedOneIfNothingIsTouched() {
            assertThat(verdictOn(reads())).isEqualTo(ok(100));
        }
    }

    @Nested
    class Ranges {
        private static final Key A = new Key(Bytes.utf8("a"));
        private static final Key Z = new Key(Bytes.utf8("z"));
        private static final KeyRange ALL = new KeyRange(A, Z);

        private static AccessSet range(Read... seen) {
            return new AccessSet(List.of(), List.of(new RangeRead(ALL, List.of(seen))), List.of());
        }

        @Test
        void areFineIfTheyStillHoldJustWhatWasListed() {
            versions.put(X, live(10));
            versions.put(Y, deleted(20));
            versions.put(Z, live(30));
            assertThat(verdictOn(range(read(X, live(10)), read(Y, deleted(20)))))
                    .isEqualTo(ok(100));
            versions.clear();
            assertThat(verdictOn(range())).isEqualTo(ok(100));
        }

        @Test
        void areStaleIfAKeyWasInserted() {
            versions.put(X, live(10));
            versions.put(Y, live(20));
            assertThat(verdictOn(range(read(X, live(10))))).isEqualTo(stale(Y));
        }

        /** Inserted and deleted since: whoever did that must not come between this read and its commit. */
        @Test
        void areStaleIfADeletionIsNotListed() {
            versions.put(X, deleted(10));
            assertThat(verdictOn(range())).isEqualTo(stale(X));
        }

        @Test
        void takeAForgottenDeletionForNeverThereOnBothSides() {
            deletedBelow = at(10);
            versions.put(X, deleted(10));
            assertThat(verdictOn(range())).isEqualTo(ok(100));
            versions.clear();
            assertThat(verdictOn(range(read(X, deleted(10))))).isEqualTo(ok(100));
        }

        @Test
        void listedButNotHereMeansBehindUnlessThatCannotBe() {
            assertThat(verdictOn(range(read(X, live(10)), read(Y, deleted(20)))))
                    .isEqualTo(behind());
            deletedBelow = at(10);
            assertThat(verdictOn(range(read(X, live(10)), read(Y, deleted(20)))))
                    .isEqualTo(stale(X));
        }

        @Test
        void raiseTheTimestampAboveWhatIsInThem() {
            versions.put(X, live(150));
            assertThat(verdictOn(range(read(X, live(150))))).isEqualTo(ok(150));
        }

        @Test
        void conflictWithAnUndecidedWriteIntoThem() {
            holds.hold(at(50), writes(X));
            assertThat(verdictOn(range())).isEqualTo(new Verdict.Conflict(at(50)));
        }

        @Test
        void areHeldAgainstWritesIntoThem() {
            holds.hold(at(50), range());
            assertThat(verdictOn(writes(X))).isEqualTo(new Verdict.Conflict(at(50)));
            assertThat(verdictOn(writes(Z))).isEqualTo(ok(100));
            holds.release(at(50));
            assertThat(verdictOn(writes(X))).isEqualTo(ok(100));
        }

        @Test
        void doNotConflictWithReads() {
            holds.hold(at(50), range());
            holds.hold(at(60), reads(read(X, Version.NEVER_THERE)));
            assertThat(verdictOn(range())).isEqualTo(ok(100));
            assertThat(verdictOn(reads(read(X, Version.NEVER_THERE)))).isEqualTo(ok(100));
        }

        @Test
        void areRefusedWithABoundedNumberOfNewerVersions() {
            for (int i = 0; i < 2 * Validator.NEWER_IN_RANGES_MAX; i++) {
                versions.put(new Key(Bytes.utf8("k" + i)), live(10));
            }
            Verdict verdict = verdictOn(range());
            assertThat(((Verdict.Stale) verdict).newest()).hasSize(Validator.NEWER_IN_RANGES_MAX);
        }

        @Test
        void listWhatIsInThemOnlyAndInOrder() {
            assertThatThrownBy(() -> range(read(Z, live(1)))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> range(read(Y, live(1)), read(X, live(1))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> range(read(X, Version.NEVER_THERE))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new KeyRange(X, X)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Sets {
        @Test
        void areSortedByKey() {
            AccessSet set = new AccessSet(List.of(read(Y, live(1)), read(X, live(1))), List.of(write(Y), write(X)));
            assertThat(set.reads()).extracting(Read::key).containsExactly(X, Y);
            assertThat(set.writes()).extracting(Write::key).containsExactly(X, Y);
            assertThat(set.isEmpty()).isFalse();
            assertThat(reads().isEmpty()).isTrue();
        }

        @Test
        void nameNoKeyTwice() {
            assertThatThrownBy(() -> reads(read(X, live(1)), read(X, live(2))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writes(X, Y, X)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void rememberDeletionsAsDeletionsAndNeverThereAsNothing() {
            assertThat(read(X, deleted(3))).isEqualTo(new Read(X, at(3), true));
            assertThat(read(X, live(3))).isEqualTo(new Read(X, at(3), false));
            assertThat(read(X, Version.NEVER_THERE)).isEqualTo(new Read(X, Timestamp.ZERO, false));
            assertThatThrownBy(() -> new Read(X, Timestamp.ZERO, true)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void haveKeysOfBoundedSize() {
            assertThat(new Key(Bytes.wrap(new byte[Key.SIZE_MAX])).bytes().size())
                    .isEqualTo(Key.SIZE_MAX);
            assertThatThrownBy(() -> new Key(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Key(Bytes.wrap(new byte[Key.SIZE_MAX + 1])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("480");
        }
    }
}
