package dev.danta.sim.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.PutRecord;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.Thinning;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SimDiskTest {
    private static final Key KEY = new Key(Bytes.utf8("k"));
    private static final Timestamp EARLY = new Timestamp(1, new ClientId(0, 1));
    private static final Timestamp LATE = new Timestamp(2, new ClientId(0, 1));

    private final List<String> seen = new ArrayList<>();
    private final SimDisk disk = new SimDisk(new DiskWatch() {
        @Override
        public void onRecord(OpRecord before, OpRecord after) {
            seen.add((before == null ? "new" : "changed") + " record");
        }

        @Override
        public void onInstalled(@Nullable OpRecord before, OpRecord after) {}

        @Override
        public void onEpoch(@Nullable EpochState before, EpochState after) {}

        @Override
        public void onVersion(PutVersion put) {
            seen.add("version");
        }

        @Override
        public void onRelaxed(RelaxedState before, PutRelaxed put) {
            seen.add("relaxed");
        }

        @Override
        public void onRelaxedDropped(Key key, @Nullable RelaxedState dropped) {
            seen.add("relaxed dropped");
        }

        @Override
        public void onDurable(OpRecord record) {
            seen.add("durable");
        }

        @Override
        public void onUndecidedDropped(OpRecord record) {}

        @Override
        public void onLogAppended(LogIncarnation incarnation, long number) {
            seen.add("log " + number);
        }

        @Override
        public void onLogDurable(LogIncarnation incarnation, long number) {
            seen.add("durable log " + number);
        }

        @Override
        public void onLogTruncated(long last) {}

        @Override
        public void onWatermarks(Watermarks before, Watermarks after) {
            seen.add("watermarks");
        }

        @Override
        public void onMarked(Watermarks durable) {
            seen.add("marked");
        }

        @Override
        public void onDropped(OpRecord dropped) {
            seen.add("dropped");
        }

        @Override
        public void onThinned(Thinning thinning, NavigableMap<Timestamp, Version> versions) {
            seen.add("thinned");
        }
    });

    private static Version version(Timestamp at, String value) {
        return new Version(at, Bytes.utf8(value));
    }

    @Test
    void theOpenBatchIsReadBackAtOnceAndLostAsAWholeInACrash() {
        LwwRegister register = new LwwRegister(EARLY, Bytes.utf8("r"));
        disk.apply(new PutRecord(OpRecord.blank(EARLY)));
        disk.apply(new PutVersion(KEY, version(EARLY, "v")));
        disk.apply(new PutRelaxed(KEY, register));

        assertThat(disk.record(EARLY)).isNotNull();
        assertThat(disk.undecided()).hasSize(1);
        assertThat(disk.newest(KEY)).isEqualTo(version(EARLY, "v"));
        assertThat(disk.relaxed(KEY)).isEqualTo(register);
        assertThat(disk.durable().record(EARLY)).isNull();

        disk.crash();

        assertThat(disk.hasOpenChanges()).isFalse();
        assertThat(disk.record(EARLY)).isNull();
        assertThat(disk.undecided()).isEmpty();
        assertThat(disk.newest(KEY)).isEqualTo(Version.NEVER_THERE);
        assertThat(disk.relaxed(KEY)).isNull();
    }

    @Test
    void whatIsCommittedSurvives() {
        OpRecord decided = OpRecord.blank(LATE).withDecision(new Decision.Abort());
        disk.apply(new PutRecord(OpRecord.blank(EARLY)));
        disk.apply(new PutRecord(decided));
        disk.apply(new PutVersion(KEY, version(LATE, "late")));
        disk.apply(new PutVersion(KEY, version(EARLY, "early")));
        disk.commit();
        disk.apply(new PutRecord(OpRecord.blank(EARLY).withDecision(new Decision.Abort())));
        disk.crash();

        assertThat(disk.undecided()).containsExactly(OpRecord.blank(EARLY));
        assertThat(disk.record(LATE)).isEqualTo(decided);
        assertThat(disk.newest(KEY)).isEqualTo(version(LATE, "late"));
        assertThat(disk.durable().versions().get(KEY)).hasSize(2);
        assertThat(seen)
                .containsExactly(
                        "new record", "new record", "version", "version", "durable", "durable", "changed record");
    }

    @Test
    void aVersionThatIsThereStaysAsItIs() {
        disk.apply(new PutVersion(KEY, version(EARLY, "first")));
        disk.commit();
        disk.apply(new PutVersion(KEY, version(EARLY, "second")));
        disk.commit();

        assertThat(disk.newest(KEY)).isEqualTo(version(EARLY, "first"));
    }

    @Test
    void aCommitThatIsTornLeavesNothingWhereTheStoreKeepsItsPromise() {
        disk.apply(new PutVersion(KEY, version(EARLY, "old")));
        disk.commit();
        disk.apply(new PutVersion(KEY, version(LATE, "new")));

        disk.tear(0);

        assertThat(disk.newest(KEY)).isEqualTo(version(EARLY, "old"));
        assertThat(disk.hasOpenChanges()).isFalse();
    }

    @Test
    void aStoreThatBreaksItsPromiseKeepsTheBeginningOfATornBatch() {
        Key other = new Key(Bytes.utf8("other"));
        disk.apply(new PutVersion(KEY, version(EARLY, "first")));
        disk.apply(new PutVersion(other, version(EARLY, "second")));

        disk.tear(1);

        assertThat(disk.newest(KEY)).isEqualTo(version(EARLY, "first"));
        assertThat(disk.newest(other)).isEqualTo(Version.NEVER_THERE);
    }
}
