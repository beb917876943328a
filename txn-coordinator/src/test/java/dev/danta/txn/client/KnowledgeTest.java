package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.LwwRegister;
import org.junit.jupiter.api.Test;

/** What a client keeps in mind: its clock (protocol.md 3) and the versions it has learned of. */
class KnowledgeTest {
    private static final ClientId SELF = new ClientId(0, 3);
    private static final ClientId OTHER = new ClientId(0, 9);
    private static final Key X = Bench.key("x");
    private static final Key Y = Bench.key("y");
    private static final Key Z = Bench.key("z");

    private final HybridClock clock = new HybridClock(SELF);
    private final KnownVersions known = new KnownVersions(CacheStores.ofEntries(2), 4);

    private static Moment wall(long micros) {
        return new Moment(0, micros);
    }

    private static Version version(long time, String value) {
        return new Version(new Timestamp(time, OTHER), Bytes.utf8(value));
    }

    @Test
    void theClockFollowsTheWallAndNeverGivesATimeTwice() {
        assertThat(clock.next(wall(100))).isEqualTo(new Timestamp(100, SELF));
        assertThat(clock.next(wall(100))).isEqualTo(new Timestamp(101, SELF));
        assertThat(clock.next(wall(500))).isEqualTo(new Timestamp(500, SELF));
    }

    @Test
    void aWallClockThatStepsBackDoesNotTakeTheClockAlong() {
        clock.next(wall(100));
        assertThat(clock.next(wall(7))).isEqualTo(new Timestamp(101, SELF));
    }

    @Test
    void theClockIsAboveEverythingItHasSeen() {
        Timestamp seen = new Timestamp(900, OTHER);
        clock.observe(seen);
        clock.observe(new Timestamp(200, OTHER));
        assertThat(clock.next(wall(100)).isAbove(seen)).isTrue();
    }

    @Test
    void theNewerOfWhatIsReadAndWhatIsKnownCounts() {
        assertThat(known.orNewer(X, version(5, "read"), Timestamp.ZERO)).isEqualTo(version(5, "read"));
        known.learn(X, version(7, "own"));
        assertThat(known.orNewer(X, version(5, "read"), Timestamp.ZERO)).isEqualTo(version(7, "own"));
        assertThat(known.orNewer(X, version(9, "read"), Timestamp.ZERO)).isEqualTo(version(9, "read"));
        assertThat(known.orNewer(Y, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(Version.NEVER_THERE);
    }

    @Test
    void whatIsLearnedLateDoesNotReplaceWhatIsNewer() {
        known.learn(X, version(7, "new"));
        known.learn(X, version(5, "old"));
        assertThat(known.orNewer(X, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(version(7, "new"));
    }

    @Test
    void aDeletionIsLearnedToo() {
        Version deletion = new Version(new Timestamp(7, OTHER), null);
        known.learn(X, deletion);
        assertThat(known.orNewer(X, version(5, "read"), Timestamp.ZERO)).isEqualTo(deletion);
    }

    @Test
    void whatWasLearnedLongestAgoIsForgottenBeyondTheBound() {
        known.learn(X, version(1, "x"));
        known.learn(Y, version(2, "y"));
        known.learn(X, version(3, "x"));
        known.learn(Z, version(4, "z"));
        assertThat(known.orNewer(Y, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(Version.NEVER_THERE);
        assertThat(known.orNewer(X, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(version(3, "x"));
        assertThat(known.orNewer(Z, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(version(4, "z"));
    }

    @Test
    void longValuesAreNotRemembered() {
        known.learn(X, version(1, "12345"));
        assertThat(known.orNewer(X, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(Version.NEVER_THERE);
        known.learn(X, version(1, "1234"));
        assertThat(known.orNewer(X, Version.NEVER_THERE, Timestamp.ZERO)).isEqualTo(version(1, "1234"));
    }

    @Test
    void whatWasReadOrWrittenIsCachedAndWhatWasReportedIsAFloorUntilItIsRead() {
        assertThat(known.cached(X)).isNull();
        known.cache(X, Version.NEVER_THERE);
        assertThat(known.cached(X)).isEqualTo(Version.NEVER_THERE);
        known.learn(X, version(3, "own"));
        assertThat(known.cached(X)).isEqualTo(version(3, "own"));

        known.learnReported(X, version(5, "new"));
        assertThat(known.cached(X)).isNull();
        Version read = known.orNewer(X, version(3, "own"), Timestamp.ZERO);
        assertThat(read).isEqualTo(version(5, "new"));
        known.cache(X, read);
        assertThat(known.cached(X)).isEqualTo(version(5, "new"));
        known.learn(X, version(4, "own, and late, and long"));
        assertThat(known.cached(X)).isEqualTo(version(5, "new"));
    }

    /** Else the next read would be answered with what is older than a commit of one's own. */
    @Test
    void aLongValueTakesThePlaceOfWhatWasCachedBeforeIt() {
        known.learn(X, version(1, "1234"));
        known.learn(X, version(2, "12345"));
        assertThat(known.cached(X)).isNull();
        known.cache(X, version(2, "1234"));
        known.cache(X, version(3, "12345"));
        assertThat(known.cached(X)).isNull();
    }

    @Test
    void whatIsDroppedForWantOfRoomIsNotFoundInRangesEither() {
        known.cache(X, version(1, "x"));
        known.cache(Y, version(2, "y"));
        known.cache(Z, version(3, "z"));
        assertThat(known.within(new dev.danta.occ.KeyRange(X, Bench.key("zz")))).containsExactly(Y, Z);
    }

    @Test
    void whatAReplicaMayHaveDroppedIsForgottenWhereItHasNothing() {
        known.learn(X, version(5, "old"));
        assertThat(known.orNewer(X, Version.NEVER_THERE, new Timestamp(4, OTHER)))
                .isEqualTo(version(5, "old"));
        assertThat(known.orNewer(X, Version.NEVER_THERE, new Timestamp(5, OTHER)))
                .isEqualTo(Version.NEVER_THERE);
        assertThat(known.orNewer(X, version(3, "read"), Timestamp.ZERO)).isEqualTo(version(3, "read"));
    }

    /** Found in the simulation, seeds 1005 and 1052 of {@code fresh}: the own change was dropped before the answer came. */
    @Test
    void anAnswerToAnEarlierQuestionIsNotRememberedWhereSomethingNewerWasDropped() {
        KnownValues values = new KnownValues(CacheStores.ofEntries(1), 1_000);
        LwwRegister old = new LwwRegister(new Timestamp(1, OTHER), Bytes.utf8("old"));
        LwwRegister own = new LwwRegister(new Timestamp(2, SELF), Bytes.utf8("own"));
        assertThat(values.since(X, 0, null)).isNull();
        KnownValues.Asked before = values.ask(5);
        values.changed(X, own);
        values.changed(Y, own);
        assertThat(values.answered(X, old, before)).isEqualTo(old);
        assertThat(values.since(X, 0, null)).isNull();

        values.answered(X, own, values.ask(6));
        assertThat(values.since(X, 0, null)).isEqualTo(new KnownValues.Hit(own, false));

        LwwRegister newest = new LwwRegister(new Timestamp(3, OTHER), Bytes.utf8("newest"));
        assertThat(values.answered(X, newest, before)).isEqualTo(newest);
        assertThat(values.since(X, 6, null))
                .as("it is in what was asked for later, found by seed 2000000306")
                .isEqualTo(new KnownValues.Hit(newest, false));
    }

    @Test
    void whatIsReportedGoneIsForgotten() {
        known.learn(X, version(5, "old"));
        known.learn(X, Version.NEVER_THERE);
        assertThat(known.orNewer(X, version(3, "read"), Timestamp.ZERO)).isEqualTo(version(3, "read"));
    }
}
