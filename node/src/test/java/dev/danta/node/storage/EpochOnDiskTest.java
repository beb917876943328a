package dev.danta.node.storage;

import static dev.danta.node.storage.StorageContract.at;
import static dev.danta.node.storage.StorageContract.key;
import static dev.danta.node.storage.StorageContract.register;
import static dev.danta.node.storage.StorageContract.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.Spending;
import dev.danta.txn.KeyStates;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.participant.Participant;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 9 on the disk of a node: what a replica has sealed, installed and begun survives whenever its process dies. */
final class EpochOnDiskTest {
    private static final ClientId DRIVER = new ClientId(3, 4);
    private static final ClientId ELSEWHERE = new ClientId(5, 6);
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId SELF = new ReplicaId(1);
    private static final Membership FIRST =
            new Membership(SHARD, Epoch.FIRST, List.of(SELF, new ReplicaId(2), new ReplicaId(3)));
    private static final Membership NEXT =
            new Membership(SHARD, new Epoch(2), List.of(SELF, new ReplicaId(2), new ReplicaId(4)));
    private static final Watermarks MARKS = new Watermarks(at(9), at(8), at(7));
    private static final PrepareBody BODY = body("undecided");
    private static final OpRecord MERGED = OpRecord.blank(at(20))
            .withBody(BODY)
            .withVote(new Vote.No(Refusal.Barred.PROMISED))
            .withAccepted(new Acceptance(new Ballot(2, 0, DRIVER), new Result.Abort()));
    private static final Install INSTALL = new Install(NEXT, 3, List.of(MERGED), MARKS);

    @TempDir
    private Path folder;

    private LmdbReplicaStore store;
    private IrReplica replica;
    private long operations;

    @BeforeEach
    void start() {
        store = LmdbReplicaStore.open(folder, LmdbReplicaStoreTest.IDENTITY, StoreSettings.DEFAULT);
        Participant participant = new Participant(store, store, store, new Participant.Settings(Long.MAX_VALUE / 2));
        replica = new IrReplica(SELF, FIRST, new IrReplica.Settings(Long.MAX_VALUE / 2), store, participant);
        apply(replica.handle(new IrReplica.Input.Started(), new Moment(0, 100)));
        store.commit();
    }

    @AfterEach
    void die() {
        store.close();
    }

    private void restart() {
        die();
        start();
    }

    private static PrepareBody body(String key) {
        return new PrepareBody(
                List.of(SHARD), new AccessSet(List.of(), List.of(new Write(key(key), Bytes.utf8("new")))));
    }

    private List<Effect> handle(IrMessage request) {
        Epoch epoch = replica.epoch().membership().epoch();
        Envelope envelope = new Envelope(SHARD, epoch, new Address.Client(DRIVER), request);
        return replica.handle(new IrReplica.Input.Received(envelope), new Moment(0, 100));
    }

    private void apply(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                store.apply(persist.mutation());
            }
        }
    }

    private OpId operation() {
        return new OpId(DRIVER, ++operations);
    }

    private static Counter count(ClientId client, long sum) {
        return Counter.of(client, new Counter.Total(1, sum));
    }

    private IrMessage add(ClientId client, long sum) {
        return new IrMessage.Execute(operation(), new RelaxedUpdate(key("counter"), count(client, sum)));
    }

    private List<IrMessage> untilInstalled() {
        long disk = store.logIncarnation().disk();
        OpId fill = operation();
        KeyStates theirs = new KeyStates(List.of(
                new KeyStates.KeyState(key("counter"), Version.NEVER_THERE, count(ELSEWHERE, 30)),
                new KeyStates.KeyState(key("elsewhere"), version(at(12), "live"), register(3, "three"))));
        KnownOp decided = new KnownOp(at(14), new Decision.Commit(at(15)), body("decided"));
        return List.of(
                new IrMessage.Propose(at(20), BODY),
                new IrMessage.Propose(at(21), body("known here alone")),
                add(DRIVER, 4),
                new IrMessage.Seal(Epoch.FIRST, 3),
                new IrMessage.TakeState(
                        operation(),
                        disk,
                        fill,
                        0,
                        List.of(),
                        new KeyStates(
                                List.of(new KeyStates.KeyState(key("gone"), version(at(9), "since deleted"), null))),
                        List.of(new StateReach(Bytes.EMPTY, Bytes.EMPTY, Timestamp.ZERO))),
                new IrMessage.TakeState(
                        operation(),
                        disk,
                        fill,
                        1,
                        List.of(decided),
                        theirs,
                        List.of(new StateReach(Bytes.EMPTY, Bytes.EMPTY, at(11)))),
                new IrMessage.InstallEnd(disk, fill, 2, INSTALL));
    }

    private void isSealedWithItsInstall() {
        assertThat(store.epoch()).isEqualTo(new EpochState(FIRST, EpochState.Standing.SEALED, INSTALL));
        assertThat(store.undecided()).extracting(OpRecord::id).containsExactly(at(20), at(21));
        assertThat(store.undecided()).allMatch(OpRecord::holds);
        assertThat(store.watermarks()).isEqualTo(Watermarks.NONE);
        assertThat(store.logIncarnation().epoch()).isEqualTo(Epoch.FIRST);
    }

    private void hasBegunTheNextEpoch() {
        assertThat(store.epoch()).isEqualTo(EpochState.serving(NEXT));
        assertThat(store.undecided()).containsExactly(MERGED);
        assertThat(store.record(at(21))).isNull();
        assertThat(store.watermarks()).isEqualTo(MARKS);
        assertThat(store.relaxed(key("counter"))).isEqualTo(count(DRIVER, 4).join(count(ELSEWHERE, 30)));
        assertThat(store.relaxed(key("elsewhere"))).isEqualTo(register(3, "three"));
        assertThat(store.newest(key("elsewhere"))).isEqualTo(version(at(12), "live"));
        assertThat(store.newest(key("gone"))).isEqualTo(Version.NEVER_THERE);
        assertThat(store.newest(key("decided"))).isEqualTo(version(at(15), "new"));
        assertThat(store.logIncarnation().epoch()).isEqualTo(NEXT.epoch());
        assertThat(store.log(0, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProcessThatDiesAfterEachStepIsAsFarAsOneThatLives(boolean dies) {
        for (IrMessage step : untilInstalled()) {
            apply(handle(step));
            store.commit();
            if (dies) {
                restart();
            }
        }
        isSealedWithItsInstall();
        apply(handle(new IrMessage.Activate(NEXT, 3)));
        store.commit();
        hasBegunTheNextEpoch();
        restart();
        hasBegunTheNextEpoch();
    }

    @Test
    void aBeginningThatWasNotCommittedIsNone() {
        for (IrMessage step : untilInstalled()) {
            apply(handle(step));
            store.commit();
        }
        List<Effect> begins = handle(new IrMessage.Activate(NEXT, 3));
        for (int applied = 0; applied <= begins.size(); applied++) {
            apply(begins.subList(0, applied));
            restart();
            isSealedWithItsInstall();
        }
        apply(handle(new IrMessage.Activate(NEXT, 3)));
        store.commit();
        hasBegunTheNextEpoch();
    }

    /**
     * Before its epoch nobody waits for a new disk with forgetting: what was read for it long ago, of a driver that was given
     * up, must not come into an install that was acknowledged, or what is deleted and forgotten everywhere is there again.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasReadBeforeAnInstallStaysOutOfIt(boolean dies) {
        Membership before =
                new Membership(SHARD, Epoch.FIRST, List.of(new ReplicaId(2), new ReplicaId(3), new ReplicaId(4)));
        store.apply(new PutEpoch(EpochState.outside(before)));
        store.commit();
        restart();
        long disk = store.logIncarnation().disk();
        OpId givenUp = operation();
        KeyStates stale = new KeyStates(
                List.of(new KeyStates.KeyState(key("gone"), version(at(5), "deleted and forgotten since"), null)));
        IrMessage begins = new IrMessage.ListDecided(operation(), disk, givenUp, 0, Timestamp.ZERO);
        IrMessage brings = new IrMessage.TakeState(
                operation(),
                disk,
                givenUp,
                1,
                List.of(),
                stale,
                List.of(new StateReach(Bytes.EMPTY, Bytes.EMPTY, at(2))));
        does(begins);
        OpId fill = operation();
        for (int i = 0; i < 4; i++) {
            does(new IrMessage.ListDecided(operation(), disk, fill, 0, Timestamp.ZERO));
        }
        does(new IrMessage.InstallEnd(disk, fill, 1, new Install(NEXT, 3, List.of(), MARKS)));
        assertThat(replica.epoch().pending()).isNotNull();
        if (dies) {
            restart();
        }
        // Some of it was on its way twice.
        for (int i = 0; i < 4; i++) {
            does(begins);
        }
        does(brings);
        does(new IrMessage.Activate(NEXT, 3));
        assertThat(store.epoch()).isEqualTo(EpochState.serving(NEXT));
        assertThat(store.newest(key("gone"))).isEqualTo(Version.NEVER_THERE);
    }

    /** A fence that was acknowledged refuses whatever is spent later, in this epoch and in the next. */
    @Test
    void aFenceSurvivesTheProcessAndTheEpoch() {
        Key allotment = AllotmentKey.of(KeyLayout.key("shop", "stock", List.of("apple")), at(10));
        does(new IrMessage.Execute(operation(), new RelaxedUpdate(allotment, Spending.of(2, 5))));
        does(new IrMessage.Execute(operation(), new RelaxedUpdate(allotment, Spending.FENCE)));
        IrMessage spend = new IrMessage.Execute(operation(), new RelaxedUpdate(allotment, Spending.of(3, 6)));
        restart();
        assertThat(refuses(spend)).isTrue();

        for (IrMessage step : untilInstalled()) {
            does(step);
        }
        does(new IrMessage.Activate(NEXT, 3));
        restart();

        assertThat(store.relaxed(allotment)).isEqualTo(new Spending(2, 5, true));
        assertThat(refuses(spend)).isTrue();
    }

    private boolean refuses(IrMessage spend) {
        return handle(spend).stream()
                .anyMatch(effect -> effect instanceof Effect.Send send
                        && send.envelope().message() instanceof IrMessage.ExecuteRefused);
    }

    private void does(IrMessage request) {
        apply(handle(request));
        store.commit();
    }
}
