package dev.danta.sim.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.PutWatermarks;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.kernel.Coverage;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ForgottenTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId REPLICA = new ReplicaId(1);
    private static final ClientId CLIENT = new ClientId(7, 1);
    private static final Key KEY = KeyLayout.key("sim", "ring", List.of("a"));

    private final Disks disks = new Disks(new ShardMap(1));
    private final EpochLedger epochs = new EpochLedger();
    private final WatermarkLedger watermarks = new WatermarkLedger(disks);
    private final CounterOracle counters = new CounterOracle(epochs, watermarks);
    private final SerialOracle oracle = new SerialOracle(counters);
    private final TxnLedger ledger = new TxnLedger(epochs, oracle, watermarks, new Coverage());
    private final ReplicaWatch watch = new ReplicaWatch(
            SHARD,
            REPLICA,
            new ReplicaWatch.Known(
                    disks,
                    ledger,
                    oracle,
                    new RelaxedOracle(disks),
                    counters,
                    epochs,
                    watermarks,
                    (shard, kept) -> false),
            new Coverage(),
            true);
    private final Forgotten forgotten = new Forgotten(disks, ledger, oracle);

    ForgottenTest() {
        epochs.onActivated(new Membership(SHARD, Epoch.FIRST, List.of(REPLICA)), 0);
        disks.add(SHARD, REPLICA, watch.disk());
    }

    private static Timestamp at(long micros) {
        return new Timestamp(micros, CLIENT);
    }

    /** Writes the key at this time, with one replica that votes OK. */
    private void commit(long micros) {
        Timestamp id = at(micros);
        PrepareBody body = new PrepareBody(
                List.of(SHARD), new AccessSet(List.of(), List.of(new Write(KEY, Bytes.utf8("v" + micros)))));
        ledger.onClientSends(CLIENT, SHARD, new IrMessage.Propose(id, body));
        ledger.onDurable(SHARD, REPLICA, Epoch.FIRST, OpRecord.blank(id).withVote(new Vote.Ok(id)));
        ledger.decided(id, new Decision.Commit(id));
    }

    private void delete(long belowMicros) {
        Timestamp below = at(belowMicros);
        watch.disk().apply(new PutWatermarks(new Watermarks(below, below, below)));
        watch.disk().commit();
    }

    @Test
    void whatEveryReplicaHasDeletedIsForgottenAWhileLater() {
        commit(5);
        commit(10);
        commit(20);
        delete(15);

        forgotten.at(40 * SECOND);
        assertThat(ledger.size()).isEqualTo(3);
        forgotten.at(69 * SECOND);
        assertThat(ledger.size()).isEqualTo(3);
        forgotten.at(71 * SECOND);

        assertThat(ledger.size()).isEqualTo(1);
        assertThat(oracle.versionsOn(key -> true).get(KEY).keySet()).containsExactly(at(10), at(20));
    }

    @Test
    void whatIsStillSaidOfTheForgottenIsNotHeldAgainstAnybody() {
        commit(5);
        delete(15);
        forgotten.at(40 * SECOND);
        forgotten.at(71 * SECOND);

        ledger.decided(at(5), new Decision.Commit(at(5)));
        ledger.onDurable(SHARD, REPLICA, Epoch.FIRST, OpRecord.blank(at(5)).withDecision(new Decision.Commit(at(5))));
        assertThat(ledger.size()).isZero();
        assertThatThrownBy(() -> ledger.decided(at(16), new Decision.Abort())).isInstanceOf(Violation.class);
    }
}
