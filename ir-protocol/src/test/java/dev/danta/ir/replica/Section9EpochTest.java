package dev.danta.ir.replica;

import static dev.danta.ir.replica.ReplicaBench.ASKER;
import static dev.danta.ir.replica.ReplicaBench.BODY;
import static dev.danta.ir.replica.ReplicaBench.COMMIT;
import static dev.danta.ir.replica.ReplicaBench.ID;
import static dev.danta.ir.replica.ReplicaBench.MEMBERS;
import static dev.danta.ir.replica.ReplicaBench.SELF;
import static dev.danta.ir.replica.ReplicaBench.SETTLER;
import static dev.danta.ir.replica.ReplicaBench.SHARD;
import static dev.danta.ir.replica.ReplicaBench.VOTED_NO;
import static dev.danta.ir.replica.ReplicaBench.VOTED_OK;
import static dev.danta.ir.replica.ReplicaBench.blank;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** protocol.md 9: what one replica answers to drivers of epoch changes, whatever they ask and however late. */
class Section9EpochTest {
    private static final Epoch SECOND = new Epoch(2);
    private static final Epoch THIRD = new Epoch(3);
    private static final Membership WITH_SELF =
            new Membership(SHARD, SECOND, List.of(SELF, new ReplicaId(2), new ReplicaId(4)));
    private static final Membership WITHOUT_SELF =
            new Membership(SHARD, SECOND, List.of(new ReplicaId(2), new ReplicaId(3), new ReplicaId(4)));

    private final ReplicaBench replica = new ReplicaBench();

    private static Membership in(Epoch epoch, Membership members) {
        return new Membership(SHARD, epoch, members.members());
    }

    private static Install install(Membership next, long attempt, OpRecord... merged) {
        return new Install(next, attempt, List.of(merged), Watermarks.NONE);
    }

    private static final OpId FILL = new OpId(SETTLER, 100);
    private static final OpId OTHER_FILL = new OpId(SETTLER, 200);

    private List<Effect> installing(Install install) {
        replica.receive(page(FILL, 0));
        return replica.receive(new IrMessage.InstallEnd(ReplicaBench.DISK, FILL, 1, install));
    }

    private static IrMessage page(OpId fill, long number) {
        return new IrMessage.TakeState(
                new OpId(SETTLER, 1), ReplicaBench.DISK, fill, number, List.of(), null, List.of());
    }

    private boolean isTaken(OpId fill, long number) {
        return replica.receive(page(fill, number)).stream()
                .anyMatch(effect -> effect instanceof Effect.Send send
                        && send.envelope().message() instanceof IrMessage.StateTaken taken
                        && taken.taken());
    }

    private static boolean isInstalled(List<Effect> effects) {
        return effects.stream()
                .anyMatch(effect ->
                        effect instanceof Effect.Send send && send.envelope().message() instanceof IrMessage.Installed);
    }

    @Nested
    class Sealed {
        @Test
        void answersNothingThatCountsNotEvenAfterARestart() {
            replica.receive(new IrMessage.Seal(Epoch.FIRST, 1));
            assertThat(replica.receive(new IrMessage.Propose(ID, BODY))).isEmpty();
            replica.restart();
            assertThat(replica.receive(new IrMessage.Propose(ID, BODY))).isEmpty();
            assertThat(replica.epoch().standing()).isEqualTo(EpochState.Standing.SEALED);
        }

        @Test
        void isNoSealOfAnotherEpoch() {
            replica.receive(new IrMessage.Seal(SECOND, 1));
            assertThat(replica.epoch().isServing()).isTrue();
        }
    }

    @Nested
    class Attempts {
        @Test
        void neverGoBack() {
            assertThat(isInstalled(installing(install(WITH_SELF, 2)))).isTrue();
            assertThat(isInstalled(installing(install(WITH_SELF, 1)))).isFalse();
            assertThat(replica.epoch().pending()).isEqualTo(install(WITH_SELF, 2));
        }

        @Test
        void areNotTakenForAnEpochThatHasBegun() {
            installing(install(WITH_SELF, 1));
            replica.receive(new IrMessage.Activate(WITH_SELF, 1));
            assertThat(isInstalled(installing(install(WITH_SELF, 2)))).isFalse();
            assertThat(replica.epoch()).isEqualTo(EpochState.serving(WITH_SELF));
        }

        @Test
        void areBegunOnlyIfTheyWereActivated() {
            installing(install(WITH_SELF, 1));
            replica.receive(new IrMessage.Activate(WITH_SELF, 2));
            assertThat(replica.epoch().isServing()).isFalse();
        }
    }

    /** No driver says such things; whoever does must not bring a replica down, nor have it take back a decision. */
    @Nested
    class StrangeDrivers {
        private final OpRecord proposedOk = blank().withBody(BODY)
                .withVote(VOTED_OK)
                .withAccepted(new Acceptance(new Ballot(2, 0, SETTLER), ReplicaBench.OK));
        private final OpRecord proposedAbort = blank().withBody(BODY)
                .withVote(VOTED_NO)
                .withAccepted(new Acceptance(new Ballot(2, 0, SETTLER), new Result.Abort()));
        private final OpRecord committed =
                blank().withBody(BODY).withVote(VOTED_NO).withDecision(COMMIT);

        private void begin(OpRecord... merged) {
            assertThat(isInstalled(installing(install(WITH_SELF, 1, merged)))).isTrue();
            replica.receive(new IrMessage.Activate(WITH_SELF, 1));
            assertThat(replica.epoch().isServing()).isTrue();
        }

        @Test
        void mayNameATransactionTwiceInAnInstall() {
            begin(proposedOk, proposedAbort, proposedOk);
            assertThat(replica.undecided()).containsExactly(proposedOk);
        }

        @Test
        void cannotUndoADecisionInTheSameInstall() {
            begin(committed, proposedOk);
            assertThat(replica.undecided()).isEmpty();
            assertThat(replica.stored()).isEqualTo(blank().withBody(BODY).withDecision(COMMIT));
        }

        @Test
        void cannotHaveKeysHeldThatNobodyKnows() {
            OpRecord bodyless = OpRecord.blank(ID).withVote(VOTED_OK);
            assertThat(installing(install(WITH_SELF, 1, bodyless))).isEmpty();
            OpRecord empty = OpRecord.blank(ID).withDecision(COMMIT);
            assertThat(installing(install(WITH_SELF, 1, empty))).isEmpty();
        }

        @Test
        void mayNameADecisionTwiceInAPage() {
            KnownOp known = new KnownOp(ID, COMMIT, BODY);
            List<Effect> effects = replica.receive(new IrMessage.TakeState(
                    new OpId(SETTLER, 1), ReplicaBench.DISK, FILL, 0, List.of(known, known), null, List.of()));
            assertThat(effects).containsOnlyOnce(ReplicaBench.applied(COMMIT, BODY));
            assertThat(effects).containsOnlyOnce(ReplicaBench.logged(1));
        }
    }

    /**
     * What another transfer brings after the page that would have dropped it stays: a value that was deleted came back, and the
     * deletion, below the watermark by then, was refused.
     */
    @Nested
    class Waiting {
        @Test
        void isFilledByOneTransferInOrder() {
            replica.with(EpochState.outside(in(Epoch.FIRST, WITHOUT_SELF)));
            assertThat(isTaken(FILL, 1)).isFalse();
            assertThat(isTaken(FILL, 0)).isTrue();
            assertThat(isTaken(FILL, 0)).as("once more").isTrue();
            assertThat(isTaken(OTHER_FILL, 1)).isFalse();
            assertThat(isTaken(OTHER_FILL, 0)).isFalse();
            assertThat(isTaken(FILL, 2)).isFalse();
            assertThat(isTaken(FILL, 1)).isTrue();
        }

        /** What was found equal must be so when the install comes: whoever compares is one of those that are in the way. */
        @Test
        void isAskedByOneTransferOnly() {
            replica.with(EpochState.outside(in(Epoch.FIRST, WITHOUT_SELF)));
            assertThat(isTaken(FILL, 0)).isTrue();
            StateView view = new StateView(new OpId(SETTLER, 2), null, Timestamp.ZERO);
            IrMessage.HashState other =
                    new IrMessage.HashState(ReplicaBench.DISK, OTHER_FILL, 0, view, Bytes.EMPTY, Bytes.EMPTY, 1);
            assertThat(said(other, IrMessage.StateTaken.class).taken()).isFalse();
            IrMessage.ListDecided otherList =
                    new IrMessage.ListDecided(new OpId(SETTLER, 1), ReplicaBench.DISK, OTHER_FILL, 0, Timestamp.ZERO);
            assertThat(said(otherList, IrMessage.StateTaken.class).taken()).isFalse();
            IrMessage.HashState next =
                    new IrMessage.HashState(ReplicaBench.DISK, FILL, 1, view, Bytes.EMPTY, Bytes.EMPTY, 1);
            assertThat(said(next, IrMessage.Summarized.class).parts()).hasSize(1);
            assertThat(isTaken(FILL, 1)).as("in the place of what was asked").isTrue();
            assertThat(isTaken(FILL, 2)).isTrue();
        }

        @Test
        void takesNoInstallOfWhichItLacksPages() {
            replica.with(EpochState.outside(in(Epoch.FIRST, WITHOUT_SELF)));
            Install install = install(in(SECOND, MEMBERS), 1);
            replica.receive(page(FILL, 0));

            assertThat(isInstalled(replica.receive(new IrMessage.InstallEnd(ReplicaBench.DISK, FILL, 2, install))))
                    .isFalse();
            assertThat(isInstalled(
                            replica.receive(new IrMessage.InstallEnd(ReplicaBench.DISK, OTHER_FILL, 1, install))))
                    .isFalse();
            assertThat(isInstalled(replica.receive(new IrMessage.InstallEnd(ReplicaBench.DISK, FILL, 1, install))))
                    .isTrue();
        }

        @Test
        void givesUpATransferThatDoesNotGoOn() {
            replica.with(EpochState.outside(in(Epoch.FIRST, WITHOUT_SELF)));
            replica.receive(page(FILL, 0));
            assertThat(isTaken(OTHER_FILL, 0)).isFalse();
            assertThat(isTaken(OTHER_FILL, 0)).isFalse();
            assertThat(isTaken(OTHER_FILL, 0)).isFalse();
            assertThat(isTaken(OTHER_FILL, 0)).isTrue();
            assertThat(isTaken(FILL, 1)).isFalse();
            assertThat(isTaken(OTHER_FILL, 1)).isTrue();
        }

        @Test
        void beginsAnewAfterARestart() {
            replica.with(EpochState.outside(in(Epoch.FIRST, WITHOUT_SELF)));
            replica.receive(page(FILL, 0));
            replica.restart();
            assertThat(isTaken(FILL, 1)).isFalse();
            assertThat(isInstalled(replica.receive(
                            new IrMessage.InstallEnd(ReplicaBench.DISK, FILL, 1, install(in(SECOND, MEMBERS), 1)))))
                    .isFalse();
            assertThat(isTaken(OTHER_FILL, 0)).isTrue();
        }
    }

    /** protocol.md 9.5: it is drained into whatever epoch there is by then, and never serves again. */
    @Test
    void aRemovedMemberIsReadInLaterEpochs() {
        replica.receive(new IrMessage.Activate(WITHOUT_SELF, 1));
        IrMessage decided = new IrMessage.ReadDecided(new OpId(SETTLER, 1), THIRD, Timestamp.ZERO, null, List.of());
        StateView view = new StateView(new OpId(SETTLER, 2), null, Timestamp.ZERO);
        IrMessage keys = new IrMessage.CompareState(
                THIRD, ReplicaBench.DISK, view, Bytes.EMPTY, List.of(new RangeHash(Bytes.EMPTY, 1)), true);

        assertThat(said(new Envelope(SHARD, THIRD, ASKER, decided), IrMessage.RecordPage.class))
                .isNotNull();
        assertThat(said(new Envelope(SHARD, THIRD, ASKER, keys), IrMessage.Compared.class))
                .isNotNull();
        replica.receive(new Envelope(SHARD, THIRD, ASKER, new IrMessage.Activate(in(THIRD, MEMBERS), 2)));
        assertThat(replica.epoch().standing()).isEqualTo(EpochState.Standing.REMOVED);
    }

    /** However large what they propose is, a page of records fits into a message. */
    @Test
    void recordsAreReadAsManyAsFitIntoAMessage() {
        Body large = new ReplicaBench.Words("w".repeat(400_000));
        for (int i = 1; i <= 5; i++) {
            replica.receive(new IrMessage.Propose(new Timestamp(1_000 + i, ReplicaBench.OWNER), large));
        }
        List<Integer> sizes = new ArrayList<>();
        Timestamp after = Timestamp.ZERO;
        while (after != null) {
            IrMessage.RecordPage page =
                    said(new IrMessage.ReadOpen(new OpId(SETTLER, 1), Epoch.FIRST, after), IrMessage.RecordPage.class);
            sizes.add(page.records().size());
            after = page.next();
        }
        assertThat(sizes).containsExactly(2, 2, 1);

        List<Timestamp> wanted = new ArrayList<>();
        for (int i = 0; i <= 6; i++) {
            wanted.add(new Timestamp(1_000 + i, ReplicaBench.OWNER));
        }
        List<Integer> looked = new ArrayList<>();
        while (!wanted.isEmpty()) {
            IrMessage.RecordsRead read = said(
                    new IrMessage.ReadRecords(new OpId(SETTLER, 1), Epoch.FIRST, wanted), IrMessage.RecordsRead.class);
            looked.add(read.looked());
            wanted.subList(0, read.looked()).clear();
        }
        assertThat(looked).as("the first and the last are not known").containsExactly(3, 2, 2);
    }

    private <T extends IrMessage> T said(IrMessage question, Class<T> kind) {
        return said(new Envelope(SHARD, Epoch.FIRST, ASKER, question), kind);
    }

    private <T extends IrMessage> T said(Envelope question, Class<T> kind) {
        return replica.receive(question).stream()
                .flatMap(effect -> effect instanceof Effect.Send send
                        ? Stream.of(send.envelope().message())
                        : Stream.empty())
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Who lists what it knows is sent what it lacks, and no more; what nobody has decided is none of it. */
    @Test
    void outcomesAreSentThatAreNotKnown() {
        List<Timestamp> ids = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            Timestamp id = new Timestamp(1_000 + i, ReplicaBench.OWNER);
            replica.receive(new IrMessage.Propose(id, BODY));
            if (i != 2) {
                replica.receive(new IrMessage.Decide(id, COMMIT, BODY));
                ids.add(id);
            }
        }
        IrMessage.DecidedListed listed = said(
                new IrMessage.ListDecided(new OpId(SETTLER, 1), ReplicaBench.DISK, FILL, 0, Timestamp.ZERO),
                IrMessage.DecidedListed.class);
        assertThat(listed.decided()).containsExactlyElementsOf(ids);
        assertThat(listed.upTo()).isNull();

        IrMessage.RecordPage page = said(
                new IrMessage.ReadDecided(new OpId(SETTLER, 1), Epoch.FIRST, Timestamp.ZERO, null, List.of(ids.get(0))),
                IrMessage.RecordPage.class);
        assertThat(page.records().stream().map(OpRecord::id)).containsExactly(ids.get(1), ids.get(2));
        assertThat(page.records()).allMatch(record -> record.decision() != null);

        replica.with(new Watermarks(ids.get(1), ids.get(1), ids.get(1)));
        IrMessage.RecordPage later = said(
                new IrMessage.ReadDecided(new OpId(SETTLER, 1), Epoch.FIRST, Timestamp.ZERO, null, List.of()),
                IrMessage.RecordPage.class);
        assertThat(later.records().stream().map(OpRecord::id))
                .as("what is forgotten is needed nowhere")
                .containsExactly(ids.get(2));
    }

    /** A disk that took the place of another's is not asked in its stead. */
    @Test
    void stepsAreForOneDisk() {
        StateView view = new StateView(new OpId(SETTLER, 2), null, Timestamp.ZERO);
        List<RangeHash> parts = List.of(new RangeHash(Bytes.EMPTY, 1));
        assertThat(replica.receive(new IrMessage.ListDecided(new OpId(SETTLER, 1), 99, FILL, 0, Timestamp.ZERO)))
                .isEmpty();
        assertThat(replica.receive(new IrMessage.HashState(99, FILL, 0, view, Bytes.EMPTY, Bytes.EMPTY, 1)))
                .isEmpty();
        assertThat(replica.receive(new IrMessage.CompareState(Epoch.FIRST, 99, view, Bytes.EMPTY, parts, true)))
                .isEmpty();
    }

    /**
     * Found by the simulation (five replicas, counters, members changing all the time, seed 6): a replica that waits for its
     * first epoch had acknowledged the install for it, heard late that the epoch before had begun without it, and threw the
     * install away. The new epoch was activated with fewer than q installs.
     */
    @Test
    void lateNewsOfAnEarlierEpochLeaveAnAcknowledgedInstallAlone() {
        replica.with(EpochState.outside(in(Epoch.FIRST, WITHOUT_SELF)));
        Install acknowledged = install(in(THIRD, MEMBERS), 5);
        assertThat(isInstalled(installing(acknowledged))).isTrue();

        replica.receive(new Envelope(SHARD, SECOND, ASKER, new IrMessage.Activate(WITHOUT_SELF, 4)));
        assertThat(replica.epoch().pending()).isEqualTo(acknowledged);
        replica.receive(new Envelope(SHARD, THIRD, ASKER, new IrMessage.Activate(in(THIRD, MEMBERS), 5)));
        assertThat(replica.epoch()).isEqualTo(EpochState.serving(in(THIRD, MEMBERS)));
    }
}
