package dev.danta.sim.invariant;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.RecordStore;
import dev.danta.occ.AccessSet;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.sim.kernel.Coverage;
import dev.danta.txn.PrepareBody;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was ever proposed, voted, accepted and decided, seen from nowhere: what clients send is held against
 * what the replicas have on their disks (protocol.md 4.3, 4.4 and 11, "global").
 */
final class TxnLedger {
    private final EpochLedger epochs;
    private final SerialOracle oracle;
    private final Coverage coverage;
    private final WatermarkLedger watermarks;
    private final TreeMap<Timestamp, Txn> txns = new TreeMap<>();
    private Timestamp forgottenBelow = Timestamp.ZERO;

    private static final class Txn {
        private final TreeMap<ShardId, Share> shares = new TreeMap<>();
        private @Nullable Decision decision;
    }

    /** One participant's part of one transaction. */
    private static final class Share {
        private final PrepareBody body;
        /** The last that each replica has made durable. */
        private final TreeMap<ReplicaId, OpRecord> durable = new TreeMap<>();

        /** The same by the epoch in which it was: no quorum is counted over two. */
        private final TreeMap<Epoch, TreeMap<ReplicaId, OpRecord>> byEpoch = new TreeMap<>();

        private final TreeMap<Ballot, Result> settling = new TreeMap<>();
        private @Nullable Result finalized;
        private boolean usedFastPath;

        Share(PrepareBody body) {
            this.body = body;
        }
    }

    TxnLedger(EpochLedger epochs, SerialOracle oracle, WatermarkLedger watermarks, Coverage coverage) {
        this.epochs = epochs;
        this.oracle = oracle;
        this.watermarks = watermarks;
        this.coverage = coverage;
    }

    /** How many transactions are kept. */
    int size() {
        return txns.size();
    }

    /** Every replica has forgotten what is decided at or below {@code below}: what is still said of it is checked no more. */
    void forget(Timestamp below) {
        forgottenBelow = below;
        txns.headMap(below, true).values().removeIf(txn -> txn.decision != null);
    }

    /** A replica says that it knows every commit up to {@code after}; what it has forgotten it need not have. */
    void onResolved(ShardId shard, ReplicaId replica, Timestamp before, Watermarks after, RecordStore records) {
        Timestamp from = Timestamp.max(before, after.deletedBelow());
        if (!after.resolvedBelow().isAbove(from)) {
            return;
        }
        txns.subMap(from, false, after.resolvedBelow(), true).forEach((id, txn) -> {
            if (txn.decision instanceof Decision.Commit && txn.shares.containsKey(shard)) {
                OpRecord known = records.record(id);
                Violation.unless(
                        known != null && txn.decision.equals(known.decision()),
                        "what was committed below what a replica has resolved it knows",
                        replica,
                        shard,
                        id,
                        known,
                        after);
            }
        });
    }

    /** Whether some replica has resolved {@code id} and has never heard of it: it was aborted. */
    private void checkNotResolved(Timestamp id, ShardId shard, Share share) {
        watermarks
                .of(shard)
                .values()
                .forEach(epoch -> epoch.forEach((replica, marks) -> Violation.unless(
                        id.isAbove(marks.resolvedBelow()) || share.durable.containsKey(replica),
                        "what is unknown below what a replica has resolved is never committed",
                        replica,
                        shard,
                        id,
                        marks)));
    }

    /** Whether q replicas of one epoch have voted NO, or have no record and give no first OK vote any more. */
    private boolean isRefused(Timestamp id, ShardId shard, Share share) {
        for (Membership members : epochs.all(shard)) {
            TreeMap<ReplicaId, OpRecord> records = share.byEpoch.getOrDefault(members.epoch(), new TreeMap<>());
            long barring = watermarks.of(shard).getOrDefault(members.epoch(), new TreeMap<>()).entrySet().stream()
                    .filter(one -> members.hasMember(one.getKey())
                            && id.isAtOrBelow(one.getValue().noFirstVoteBelow())
                            && !records.containsKey(one.getKey()))
                    .count();
            if (count(share, members, record -> record.vote() instanceof Vote.No) + barring >= members.quorum()) {
                return true;
            }
        }
        return false;
    }

    private boolean isForgotten(Timestamp id) {
        return id.isAtOrBelow(forgottenBelow) && !txns.containsKey(id);
    }

    void onClientSends(ClientId from, ShardId shard, IrMessage.Request request) {
        if (isOfForgotten(request)) {
            return;
        }
        if (isSettling(from, request)) {
            onSettlerSends(from, shard, request);
        } else if (request instanceof IrMessage.Propose propose) {
            Violation.unless(propose.id().client().equals(from), "a client proposes under its own id", from, propose);
            onProposed(shard, propose);
        } else if (request instanceof IrMessage.Finalize finalize) {
            onFinalized(shard, finalize);
        } else if (request instanceof IrMessage.Decide decide) {
            decided(decide.id(), decide.decision());
            PrepareBody expected = decide.decision() instanceof Decision.Commit ? share(decide.id(), shard).body : null;
            Violation.unless(
                    expected == null || expected.equals(decide.body()), "a commit carries its shard's writes", decide);
        }
    }

    private boolean isOfForgotten(IrMessage.Request request) {
        return (request instanceof IrMessage.Finalize finalize && isForgotten(finalize.id()))
                || (request instanceof IrMessage.Decide decide && isForgotten(decide.id()));
    }

    /** Whether a client sends it for a settlement (its own transactions' too), not as the owner of a transaction. */
    private static boolean isSettling(ClientId from, IrMessage.Request request) {
        return (request instanceof IrMessage.Finalize finalize
                        && finalize.ballot().round() > 0)
                || request instanceof IrMessage.Inquire
                || (request instanceof IrMessage.Decide decide
                        && (decide.body() == null || !decide.id().client().equals(from)));
    }

    /** Whoever settles a transaction stands for nothing but what replicas vouch for. */
    void onSettlerSends(ClientId from, ShardId shard, IrMessage.Request request) {
        if (isOfForgotten(request)) {
            return;
        }
        if (request instanceof IrMessage.Finalize finalize) {
            Share share = share(finalize.id(), shard);
            Result before = share.settling.putIfAbsent(finalize.ballot(), finalize.result());
            Violation.unless(
                    finalize.ballot().round() > 0
                            && finalize.ballot().proposer().equals(from)
                            && (before == null || before.equals(finalize.result())),
                    "a settler proposes one value per ballot of its own",
                    finalize,
                    before);
            if (before == null && finalize.result() instanceof Result.Ok ok) {
                Violation.unless(
                        hasOks(shard, share, ok.timestamp()) && greatestIsAmong(shard, share, ok.timestamp()),
                        "OK is finalized only on the greatest of q genuine OK votes",
                        finalize,
                        share.durable);
            }
        } else if (request instanceof IrMessage.Decide decide) {
            if (txn(decide.id()).decision == null) {
                coverage.count("path settled");
            }
            decided(decide.id(), decide.decision());
            Violation.unless(
                    decide.body() == null || share(decide.id(), shard).body.equals(decide.body()),
                    "a commit carries its shard's writes",
                    decide);
        } else {
            Violation.unless(request instanceof IrMessage.Inquire, "a settler settles", from, request);
        }
    }

    private void onProposed(ShardId shard, IrMessage.Propose propose) {
        Txn txn = txns.computeIfAbsent(propose.id(), id -> new Txn());
        Share known = txn.shares.get(shard);
        if (known != null) {
            Violation.unless(known.body.equals(propose.body()), "an id is proposed with one body", propose);
        } else if (propose.body() instanceof PrepareBody body) {
            txn.shares.put(shard, new Share(body));
        } else {
            throw Violation.broken("a client proposes transactions", propose);
        }
    }

    private void onFinalized(ShardId shard, IrMessage.Finalize finalize) {
        Share share = share(finalize.id(), shard);
        Violation.unless(
                finalize.ballot().round() == 0
                        && finalize.ballot().proposer().equals(finalize.id().client()),
                "an owner finalizes at its own ballot",
                finalize);
        Violation.unless(!share.usedFastPath, "an owner never both uses the fast path and finalizes", finalize);
        Violation.unless(
                share.finalized == null || share.finalized.equals(finalize.result()),
                "an owner finalizes one value",
                share.finalized,
                finalize);
        if (share.finalized == null
                && finalize.result() instanceof Result.Ok ok
                && !votesWereReplaced(share, finalize.ballot())) {
            Violation.unless(
                    hasOks(shard, share, ok.timestamp()) && greatestIsAmong(shard, share, ok.timestamp()),
                    "OK is finalized only on the greatest of q genuine OK votes",
                    finalize,
                    share.durable);
        }
        share.finalized = finalize.result();
    }

    /**
     * Whether the votes of the epoch of {@code ballot} may be gone from a disk, because the next epoch was installed there. A
     * Finalize that rests on them comes too late: nobody answers it in that epoch any more.
     */
    private static boolean votesWereReplaced(Share share, Ballot ballot) {
        return share.durable.values().stream()
                .anyMatch(record -> record.promised().epoch() > ballot.epoch());
    }

    /**
     * A replica has made {@code record} durable.
     *
     * @param epoch of which it is a member; null if it only waits for one: what it has does not take the place of what another
     *     disk of its had vouched for
     */
    void onDurable(ShardId shard, ReplicaId replica, @Nullable Epoch epoch, OpRecord record) {
        if (isForgotten(record.id())) {
            return;
        }
        Share share = share(record.id(), shard);
        if (record.decision() instanceof Decision.Abort
                && txn(record.id()).decision == null
                && isRefused(record.id(), shard, share)) {
            // A change of epoch decides what no member that has resolved it knows of.
            decided(record.id(), record.decision());
        }
        share.durable.put(replica, record);
        if (epoch != null) {
            share.byEpoch.computeIfAbsent(epoch, e -> new TreeMap<>()).put(replica, record);
        }
        if (record.decision() != null) {
            Decision decision = txn(record.id()).decision;
            Violation.unless(
                    record.decision().equals(decision),
                    "a transaction has one outcome, and a replica learns it from whoever decided",
                    replica,
                    record,
                    "decided",
                    decision);
        }
    }

    /** An epoch has begun for {@code replica}, and there it knows nothing of this transaction. */
    void onUndecidedDropped(ShardId shard, ReplicaId replica, Timestamp id) {
        if (!isForgotten(id)) {
            share(id, shard).durable.remove(replica);
        }
    }

    /** Somebody acts on, or tells, this outcome; the first time is the moment of the decision. */
    void decided(Timestamp id, Decision decision) {
        if (isForgotten(id)) {
            return;
        }
        Txn txn = txn(id);
        if (txn.decision != null) {
            Violation.unless(
                    txn.decision.equals(decision), "a transaction has one outcome", id, txn.decision, decision);
            return;
        }
        if (decision instanceof Decision.Commit commit) {
            checkCommit(id, txn, commit.timestamp());
            oracle.commit(id, commit.timestamp(), accesses(txn));
        } else {
            checkAbort(id, txn);
        }
        txn.decision = decision;
    }

    /** Whether {@code id} has read exactly {@code reads} and {@code ranges}. */
    boolean hasRead(Timestamp id, List<Read> reads, List<RangeRead> ranges) {
        Collection<AccessSet> accesses = accesses(txn(id));
        List<Read> all = new ArrayList<>();
        accesses.forEach(share -> all.addAll(share.reads()));
        return SerialOracle.byKey(all).equals(SerialOracle.byKey(reads))
                && SerialOracle.ranges(accesses)
                        .equals(SerialOracle.ranges(List.of(new AccessSet(List.of(), ranges, List.of()))));
    }

    private void checkCommit(Timestamp id, Txn txn, Timestamp timestamp) {
        List<ShardId> participants = txn.shares.firstEntry().getValue().body.participants();
        Violation.unless(
                participants.equals(List.copyOf(txn.shares.keySet())), "every participant was asked", id, participants);
        Timestamp greatest = Timestamp.ZERO;
        for (Map.Entry<ShardId, Share> entry : txn.shares.entrySet()) {
            checkNotResolved(id, entry.getKey(), entry.getValue());
            greatest = Timestamp.max(greatest, chosen(id, entry.getKey(), entry.getValue()));
        }
        Violation.unless(
                greatest.equals(timestamp), "a commit has the greatest of its shards' timestamps", id, timestamp);
    }

    /** The timestamp chosen by one shard of a committed transaction. */
    private Timestamp chosen(Timestamp id, ShardId shard, Share share) {
        Result.Ok accepted = acceptedOk(shard, share);
        if (accepted == null) {
            Vote.Ok vote = votedByAll(shard, share);
            if (share.finalized != null || vote == null) {
                throw Violation.broken(
                        "a shard's OK is chosen by q acceptances, or by the same vote of all replicas",
                        id,
                        shard,
                        share.byEpoch);
            }
            share.usedFastPath = true;
            coverage.count("path fast");
            return vote.timestamp();
        }
        Timestamp timestamp = accepted.timestamp();
        Violation.unless(
                hasOks(shard, share, timestamp), "a chosen OK rests on q genuine OK votes", id, shard, share.durable);
        coverage.count("path slow");
        return timestamp;
    }

    private void checkAbort(Timestamp id, Txn txn) {
        boolean refused = false;
        boolean accepted = false;
        for (Map.Entry<ShardId, Share> entry : txn.shares.entrySet()) {
            Share share = entry.getValue();
            refused |= isRefused(id, entry.getKey(), share);
            accepted |= isAccepted(entry.getKey(), share, new Result.Abort());
        }
        Violation.unless(refused || accepted, "\"aborted\" is said only when it is durable", id, records(txn));
        coverage.count(refused ? "path refused" : "path abort finalized");
    }

    private Result.@Nullable Ok acceptedOk(ShardId shard, Share share) {
        for (TreeMap<ReplicaId, OpRecord> epoch : share.byEpoch.values()) {
            for (OpRecord record : epoch.values()) {
                if (record.accepted() != null
                        && record.accepted().result() instanceof Result.Ok ok
                        && isAccepted(shard, share, ok)) {
                    return ok;
                }
            }
        }
        return null;
    }

    /** Of whatever ballot: once a value is chosen, no other one is ever proposed at a higher ballot. */
    private boolean isAccepted(ShardId shard, Share share, Result result) {
        return quorumHas(
                shard,
                share,
                record ->
                        record.accepted() != null && record.accepted().result().equals(result));
    }

    private boolean hasOks(ShardId shard, Share share, Timestamp atMost) {
        return quorumHas(
                shard,
                share,
                record -> record.vote() instanceof Vote.Ok ok && ok.timestamp().isAtOrBelow(atMost));
    }

    /** Whether q of the members of one epoch had such a record in it. */
    private boolean quorumHas(ShardId shard, Share share, Predicate<OpRecord> such) {
        return epochs.all(shard).stream().anyMatch(members -> count(share, members, such) >= members.quorum());
    }

    /** The members of this epoch that had such a record in it. */
    private static long count(Share share, Membership members, Predicate<OpRecord> such) {
        return share.byEpoch.getOrDefault(members.epoch(), new TreeMap<>()).entrySet().stream()
                .filter(entry -> members.hasMember(entry.getKey()) && such.test(entry.getValue()))
                .count();
    }

    /** The same OK vote of all members of one epoch, if there is one. */
    private Vote.@Nullable Ok votedByAll(ShardId shard, Share share) {
        for (Membership members : epochs.all(shard)) {
            OpRecord first = share.byEpoch
                    .getOrDefault(members.epoch(), new TreeMap<>())
                    .get(members.members().get(0));
            if (first != null
                    && first.vote() instanceof Vote.Ok ok
                    && count(share, members, record -> ok.equals(record.vote())) == members.fastQuorum()) {
                return ok;
            }
        }
        return null;
    }

    private boolean greatestIsAmong(ShardId shard, Share share, Timestamp greatest) {
        return epochs.all(shard).stream()
                .anyMatch(members -> count(share, members, record -> new Vote.Ok(greatest).equals(record.vote())) > 0);
    }

    private static Collection<AccessSet> accesses(Txn txn) {
        return txn.shares.values().stream().map(share -> share.body.accesses()).toList();
    }

    private static List<Collection<OpRecord>> records(Txn txn) {
        return txn.shares.values().stream().map(share -> share.durable.values()).toList();
    }

    private Txn txn(Timestamp id) {
        Txn txn = txns.get(id);
        if (txn == null) {
            throw Violation.broken("nothing is known of a transaction that nobody proposed", id);
        }
        return txn;
    }

    private Share share(Timestamp id, ShardId shard) {
        Share share = txn(id).shares.get(shard);
        if (share == null) {
            throw Violation.broken("a transaction concerns its participants only", id, shard);
        }
        return share;
    }

    /**
     * Transactions that were proposed and never decided; those that left nothing anywhere are none if their client is dead,
     * or if they came when some replica had forgotten what is as old: its client may have been told no more than that.
     */
    List<Timestamp> undecided(Set<ClientId> dead, Timestamp deletedAnywhere) {
        return txns.entrySet().stream()
                .filter(entry -> entry.getValue().decision == null)
                .filter(entry -> !(dead.contains(entry.getKey().client())
                                || entry.getKey().isAtOrBelow(deletedAnywhere))
                        || entry.getValue().shares.values().stream().anyMatch(share -> !share.durable.isEmpty()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Committed transactions above {@code forgotten} that fewer than q replicas of some participant know to be committed;
     * what is forgotten whoever joins later need not know.
     */
    List<Timestamp> notSpread(Timestamp forgotten) {
        return txns.entrySet().stream()
                .filter(entry -> entry.getKey().isAbove(forgotten)
                        && entry.getValue().decision instanceof Decision.Commit
                        && entry.getValue().shares.entrySet().stream()
                                .anyMatch(share -> knowing(share.getValue())
                                        < epochs.now(share.getKey()).quorum()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static long knowing(Share share) {
        return share.durable.values().stream()
                .filter(record -> record.decision() != null)
                .count();
    }
}
