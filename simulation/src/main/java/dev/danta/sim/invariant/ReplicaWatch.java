package dev.danta.sim.invariant;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.disk.DiskWatch;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.Coverage;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.participant.ClosedAllotments;
import dev.danta.txn.participant.DropVersions;
import dev.danta.txn.participant.PruneVersions;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.Thinning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rules of protocol.md 11, "replica", for one replica of one shard over all its process lives. */
public final class ReplicaWatch implements DiskWatch {
    private final ShardId shard;
    private final ReplicaId replica;
    private final Disks disks;
    private final TxnLedger ledger;
    private final SerialOracle oracle;
    private final RelaxedOracle relaxed;
    private final CounterOracle counters;
    private final boolean asserting;
    private final EpochLedger epochs;
    private final WatermarkLedger watermarks;
    private final Coverage coverage;
    private final LogBound logBound;
    /** The number of the last durable entry of each log that there ever was on its disks. */
    private final Map<LogIncarnation, Long> logEnds = new LinkedHashMap<>();

    private final SimDisk disk = new SimDisk(this);

    /** Is told when a log of {@code kept} entries, besides the one that is new, loses what another member does not have. */
    interface LogBound {
        /** Whether it may. */
        boolean mayLose(ShardId shard, long kept);
    }

    /** What is known of the whole cluster. */
    record Known(
            Disks disks,
            TxnLedger ledger,
            SerialOracle oracle,
            RelaxedOracle relaxed,
            CounterOracle counters,
            EpochLedger epochs,
            WatermarkLedger watermarks,
            LogBound logBound) {}

    ReplicaWatch(ShardId shard, ReplicaId replica, Known known, Coverage coverage, boolean asserting) {
        this.asserting = asserting;
        this.shard = shard;
        this.replica = replica;
        this.coverage = coverage;
        this.logBound = known.logBound();
        this.disks = known.disks();
        this.epochs = known.epochs();
        this.watermarks = known.watermarks();
        this.ledger = known.ledger();
        this.oracle = known.oracle();
        this.relaxed = known.relaxed();
        this.counters = known.counters();
    }

    /** The disk that is watched. */
    public SimDisk disk() {
        return disk;
    }

    @Override
    public void onRecord(@Nullable OpRecord before, OpRecord after) {
        if (!asserting) {
            return;
        }
        if (before != null) {
            checkNothingGoesBack(before, after);
        }
        EpochState epoch = disk.epoch();
        Violation.unless(
                epoch == null || epoch.isServing() || after.decision() != null,
                "nothing is voted, promised or accepted where an epoch is sealed",
                replica,
                shard,
                after,
                epoch);
        Watermarks watermarks = disk.watermarks();
        Violation.unless(
                before != null || after.id().isAbove(watermarks.deletedBelow()),
                "of what is forgotten nothing is recorded again",
                replica,
                shard,
                after,
                watermarks);
        boolean isNewOk = after.vote() instanceof Vote.Ok && (before == null || before.vote() == null);
        if (isNewOk) {
            checkNoConflict(after);
            Violation.unless(
                    after.id().isAbove(disk.watermarks().noFirstVoteBelow())
                            && (before == null || before.promised().compareTo(Ballot.ZERO) <= 0),
                    "no first OK vote where it is barred, or after a promise",
                    replica,
                    shard,
                    before,
                    after,
                    disk.watermarks());
        }
        Violation.unless(
                after.decision() != null || after.id().isAbove(disk.watermarks().resolvedBelow()),
                "nothing is undecided below what is resolved",
                replica,
                shard,
                after,
                disk.watermarks());
    }

    @Override
    public void onInstalled(@Nullable OpRecord before, OpRecord after) {
        if (!asserting) {
            return;
        }
        Violation.unless(
                before == null || (before.decision() == null && after.promised().compareTo(before.promised()) >= 0),
                "an install takes back no decision and no promise",
                replica,
                shard,
                before,
                after);
    }

    @Override
    public void onEpoch(@Nullable EpochState before, EpochState after) {
        if (!asserting) {
            return;
        }
        boolean isLater = before == null
                || after.membership().epoch().compareTo(before.membership().epoch()) > 0;
        boolean staysSealed = before != null
                && after.membership().equals(before.membership())
                && (before.standing() == after.standing()
                        || (before.standing() == EpochState.Standing.MEMBER
                                && after.standing() == EpochState.Standing.SEALED)
                        || before.standing() == EpochState.Standing.OUTSIDE);
        Violation.unless(
                isLater || staysSealed,
                "a replica's epoch never goes back, and a sealed one is not opened again",
                replica,
                shard,
                before,
                after);
        Violation.unless(
                !after.isServing() || epochs.isActive(after.membership()),
                "a replica serves only in an epoch that was activated",
                replica,
                shard,
                after);
        if (before != null) {
            checkInstalls(before, after);
        }
    }

    private void checkInstalls(EpochState before, EpochState after) {
        boolean begins = after.isServing() && !before.membership().equals(after.membership());
        boolean wasFilled = after.isServing() && before.standing() == EpochState.Standing.OUTSIDE;
        Violation.unless(
                !(begins || wasFilled) || (before.pending() != null && epochs.isActivated(before.pending())),
                "a replica begins an epoch with the install that was activated",
                replica,
                shard,
                before,
                after);
        Install kept = after.pending();
        Install earlier = before.pending();
        if (kept == null || kept.equals(earlier)) {
            return;
        }
        int ahead = kept.next().epoch().compareTo(after.membership().epoch());
        boolean isLater = ahead > 0 || (ahead == 0 && after.standing() == EpochState.Standing.OUTSIDE);
        boolean isOfLaterAttempt = earlier == null
                || !earlier.next().epoch().equals(kept.next().epoch())
                || kept.attempt() >= earlier.attempt();
        Violation.unless(
                isLater && isOfLaterAttempt,
                "attempts never go back on a replica, and none is taken once its epoch has begun there",
                replica,
                shard,
                before,
                after);
    }

    private void checkNothingGoesBack(OpRecord before, OpRecord after) {
        boolean kept = (before.vote() == null || before.vote().equals(after.vote()))
                && (before.decision() == null || before.decision().equals(after.decision()))
                && (before.body() == null || before.body().equals(after.body()))
                && after.promised().compareTo(before.promised()) >= 0
                && acceptanceIsKept(before, after);
        Violation.unless(
                kept, "vote, decision and body are written once, ballots never go back", replica, shard, before, after);
    }

    private static boolean acceptanceIsKept(OpRecord before, OpRecord after) {
        if (before.accepted() == null) {
            return true;
        }
        if (after.accepted() == null) {
            return false;
        }
        int order = after.accepted().ballot().compareTo(before.accepted().ballot());
        return order > 0 || (order == 0 && before.accepted().equals(after.accepted()));
    }

    private void checkNoConflict(OpRecord voted) {
        for (OpRecord other : disk.undecidedNow()) {
            if (!other.id().equals(voted.id()) && other.vote() instanceof Vote.Ok) {
                Violation.unless(
                        !conflict(voted, other),
                        "no two undecided OK votes of a replica are in conflict",
                        replica,
                        shard,
                        voted,
                        other);
            }
        }
    }

    private static boolean conflict(OpRecord one, OpRecord other) {
        return one.body() instanceof PrepareBody a
                && other.body() instanceof PrepareBody b
                && (touches(a.accesses().writes(), b.accesses())
                        || touches(b.accesses().writes(), a.accesses()));
    }

    private static boolean touches(List<Write> writes, AccessSet accesses) {
        for (Write write : writes) {
            for (Write other : accesses.writes()) {
                if (write.key().equals(other.key())) {
                    return true;
                }
            }
            for (Read other : accesses.reads()) {
                if (write.key().equals(other.key())) {
                    return true;
                }
            }
            for (RangeRead other : accesses.ranges()) {
                if (other.range().contains(write.key())) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void onVersion(PutVersion put) {
        Violation.unless(
                !asserting || oracle.knows(put.key(), put.version()),
                "versions come only from commits",
                replica,
                shard,
                put);
        Timestamp deletedBelow = disk.watermarks().deletedBelow();
        Violation.unless(
                !asserting
                        || put.version().timestamp().isAbove(deletedBelow)
                        || disk.newest(put.key(), put.version().timestamp()).equals(put.version()),
                "what is forgotten does not come back",
                replica,
                shard,
                put,
                deletedBelow);
    }

    @Override
    public void onRelaxed(@Nullable RelaxedState before, PutRelaxed put) {
        if (asserting) {
            relaxed.onReplicaHas(put.key(), before, put.state());
            Violation.unless(
                    before != null || !isServing() || !isForgotten(put.key()),
                    "what is forgotten does not come back",
                    replica,
                    shard,
                    put,
                    disk.watermarks());
        }
    }

    private boolean isServing() {
        EpochState epoch = disk.epoch();
        return epoch == null || epoch.isServing();
    }

    private boolean isForgotten(Key key) {
        return ClosedAllotments.isForgotten(disk, key, disk.watermarks().deletedBelow());
    }

    @Override
    public void onRelaxedDropped(Key key, @Nullable RelaxedState dropped) {
        coverage.count("forgetting drops what was spent");
        Violation.unless(
                !asserting || (isForgotten(key) && counters.isClosed(key)),
                "what was spent is dropped when its allotment is closed and forgotten",
                replica,
                shard,
                key,
                dropped,
                disk.watermarks());
    }

    @Override
    public void onDurable(OpRecord record) {
        if (asserting) {
            EpochState epoch = disk.durable().recordStore().epoch();
            Epoch number = epoch == null ? Epoch.FIRST : epoch.membership().epoch();
            boolean waits = epoch != null && epoch.standing() == EpochState.Standing.OUTSIDE;
            ledger.onDurable(shard, replica, waits ? null : number, record);
        }
    }

    @Override
    public void onUndecidedDropped(OpRecord record) {
        if (asserting) {
            ledger.onUndecidedDropped(shard, replica, record.id());
        }
    }

    /** Cursors into the log go by numbers: one that was given twice would hide an entry from whoever has the first. */
    @Override
    public void onLogAppended(LogIncarnation incarnation, long number) {
        if (!asserting) {
            return;
        }
        Long last = logEnds.get(incarnation);
        Violation.unless(
                number > (last == null ? 0 : last),
                "a number of a log is given once",
                replica,
                shard,
                incarnation,
                number,
                "after",
                last);
    }

    @Override
    public void onLogDurable(LogIncarnation incarnation, long number) {
        logEnds.put(incarnation, number);
    }

    @Override
    public void onLogTruncated(long last) {
        if (!asserting) {
            return;
        }
        EpochState epoch = disk.epoch();
        disks.all(shard).forEach((other, theirs) -> {
            boolean pulls = epoch == null || epoch.membership().hasMember(other);
            Violation.unless(
                    other.equals(replica)
                            || !pulls
                            || isFurther(theirs, epoch)
                            || theirs.isLost()
                            || hasPulled(theirs, last)
                            || logBound.mayLose(shard, disk.logEnd() - disk.logStart()),
                    "a log loses only what every other member has on its disk",
                    replica,
                    shard,
                    "up to",
                    last,
                    other,
                    theirs.durable().recordStore().cursors());
        });
    }

    /** Whoever has begun a later epoch has the state of this one, and no cursor into its logs any more. */
    private static boolean isFurther(SimDisk other, @Nullable EpochState here) {
        EpochState there = other.durable().recordStore().epoch();
        return there != null
                && there.isServing()
                && (here == null
                        || there.membership()
                                        .epoch()
                                        .compareTo(here.membership().epoch())
                                > 0);
    }

    private boolean hasPulled(SimDisk other, long last) {
        LogIncarnation log = disk.logIncarnation();
        return other.durable().recordStore().cursors().stream()
                .anyMatch(cursor -> cursor.source().equals(replica)
                        && cursor.position().incarnation().equals(log)
                        && cursor.position().number() >= last);
    }

    @Override
    public void onWatermarks(Watermarks before, Watermarks after) {
        oracle.mayBeDropped(after.deletedBelow());
        countRaised("forgetting bars", before.noFirstVoteBelow(), after.noFirstVoteBelow());
        countRaised("forgetting resolves", before.resolvedBelow(), after.resolvedBelow());
        countRaised("forgetting deletes", before.deletedBelow(), after.deletedBelow());
        if (!asserting) {
            return;
        }
        disk.undecidedNow()
                .forEach(open -> Violation.unless(
                        open.id().isAbove(after.resolvedBelow()),
                        "nothing is undecided below what is resolved",
                        replica,
                        shard,
                        open,
                        after));
        ledger.onResolved(shard, replica, before.resolvedBelow(), after, disk);
        EpochState epoch = disk.epoch();
        // What is resolved becomes the install's (protocol.md 9, step 4).
        boolean mayBeInstalled = epoch != null && !epoch.isServing();
        boolean kept = !before.noFirstVoteBelow().isAbove(after.noFirstVoteBelow())
                && (mayBeInstalled || !before.resolvedBelow().isAbove(after.resolvedBelow()))
                && !before.deletedBelow().isAbove(after.deletedBelow());
        Violation.unless(kept, "watermarks never go back", replica, shard, before, after);
    }

    private void countRaised(String what, Timestamp before, Timestamp after) {
        if (after.isAbove(before)) {
            coverage.count(what);
        }
    }

    @Override
    public void onMarked(Watermarks durable) {
        EpochState epoch = disk.durable().recordStore().epoch();
        boolean isMember = epoch == null
                || epoch.standing() == EpochState.Standing.MEMBER
                || epoch.standing() == EpochState.Standing.SEALED;
        if (asserting && isMember) {
            Epoch number = epoch == null ? Epoch.FIRST : epoch.membership().epoch();
            watermarks.onDurable(shard, number, replica, durable);
        }
    }

    @Override
    public void onDropped(OpRecord dropped) {
        coverage.count("forgetting drops a record");
        EpochState epoch = disk.epoch();
        boolean mayBeInstalled = dropped.decision() == null && epoch != null && !epoch.isServing();
        Violation.unless(
                !asserting
                        || mayBeInstalled
                        || (dropped.decision() != null
                                && dropped.id().isAtOrBelow(disk.watermarks().deletedBelow())),
                "a record is dropped when it may be deleted, or was never installed",
                replica,
                shard,
                dropped,
                disk.watermarks());
    }

    @Override
    public void onThinned(Thinning thinning, NavigableMap<Timestamp, Version> versions) {
        TreeMap<Timestamp, Version> left = new TreeMap<>(versions);
        thinning.thin(left);
        if (left.size() < versions.size()) {
            Violation.unless(
                    !asserting || !isServing() || thinning instanceof PruneVersions,
                    "whoever serves has nothing that was deleted and forgotten elsewhere",
                    replica,
                    shard,
                    thinning,
                    versions);
            coverage.count(
                    thinning instanceof PruneVersions
                            ? "forgetting drops versions"
                            : "forgetting drops what a transfer left");
            boolean isDeletionDropped = versions.values().stream()
                    .anyMatch(version -> version.isDeletion() && !left.containsKey(version.timestamp()));
            if (isDeletionDropped) {
                coverage.count("forgetting drops a deletion");
            }
        }
        Violation.unless(
                !asserting
                        || thinning instanceof DropVersions
                        || !thinning.upTo().isAbove(disk.watermarks().deletedBelow()),
                "a version is dropped when it may be deleted",
                replica,
                shard,
                thinning,
                disk.watermarks());
    }

    /** After a step: who holds keys in memory must be who holds them by the records. */
    public void onHolders(List<Timestamp> holders) {
        if (!asserting) {
            return;
        }
        TreeSet<Timestamp> byRecords = new TreeSet<>();
        for (OpRecord record : disk.undecidedNow()) {
            if (record.holds()) {
                byRecords.add(record.id());
            }
        }
        Violation.unless(
                byRecords.size() == holders.size() && byRecords.containsAll(holders),
                "holds in memory equal those derived from the records",
                replica,
                shard,
                "in memory",
                holders,
                "by the records",
                byRecords);
    }

    /** Whether its record may have been dropped since the message was made. */
    private boolean isForgotten(Timestamp id) {
        return id.isAtOrBelow(disk.durable().watermarks().deletedBelow());
    }

    /** Without a record it was aborted if the watermark says so. */
    private boolean isUnknownAbort(IrMessage.Decided decided) {
        boolean isResolved =
                decided.id().isAtOrBelow(disk.durable().watermarks().resolvedBelow());
        return isForgotten(decided.id()) || (isResolved && decided.decision() instanceof Decision.Abort);
    }

    /** Whether it has no record of {@code id}, durably. */
    public boolean isUnknown(Timestamp id) {
        return disk.durable().record(id) == null;
    }

    /** A message leaves: what it vouches for must be on the disk. */
    public void onSends(Envelope envelope) {
        EpochState epoch = disk.durable().recordStore().epoch();
        boolean isOfThePast = epoch != null && !epoch.membership().epoch().equals(envelope.epoch());
        IrMessage message = envelope.message();
        if (message instanceof IrMessage.Executed executed) {
            relaxed.onAcknowledged(executed.id());
        }
        if (!asserting || isOfThePast) {
            return;
        }
        boolean implied = true;
        if (message instanceof IrMessage.Voted voted) {
            OpRecord record = disk.durable().record(voted.id());
            implied = isForgotten(voted.id()) || (record != null && voted.vote().equals(record.vote()));
        } else if (message instanceof IrMessage.Accepted accepted) {
            OpRecord record = disk.durable().record(accepted.id());
            implied = isForgotten(accepted.id())
                    || (record != null
                            && record.accepted() != null
                            && record.accepted().ballot().compareTo(accepted.ballot()) >= 0);
        } else if (message instanceof IrMessage.DecisionAcknowledged acknowledged) {
            OpRecord record = disk.durable().record(acknowledged.id());
            implied = isForgotten(acknowledged.id()) || (record != null && record.decision() != null);
        } else if (message instanceof IrMessage.Decided decided) {
            OpRecord record = disk.durable().record(decided.id());
            implied = record == null
                    ? isUnknownAbort(decided)
                    : decided.decision().equals(record.decision());
        } else if (message instanceof IrMessage.Executed executed) {
            relaxed.onExecuted(executed.id(), disk.durable(), disk.durable().deletedBelow());
            counters.onExecuted(executed.id(), replica, shard, envelope.epoch());
        } else if (message instanceof IrMessage.ExecuteRefused refused) {
            relaxed.onRefused(refused.id());
        }
        Violation.unless(implied, "what a message vouches for is on its sender's disk", replica, shard, message);
    }
}
