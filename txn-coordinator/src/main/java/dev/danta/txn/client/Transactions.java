package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.coordinator.Coordinator;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client's transactions: started, hurried along by one timer each, answered as soon as their outcome is known, and
 * settled in the background when the deadline came first.
 */
final class Transactions {
    private final Turn.Context context;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Reach reach;
    private final HybridClock clock;
    private final KnownVersions known;
    private final ReadRules rules;
    private final Settling settling;
    private final Obstacles obstacles;
    private final Map<Timestamp, Running> running = new TreeMap<>();
    private final Map<Long, ClientCall.Commit> waiting = new LinkedHashMap<>();
    private final Map<Timestamp, CallOutcome> settledUnknowns = new LinkedHashMap<>();
    private final Map<Timestamp, List<Long>> awaiting = new TreeMap<>();
    private long bytesUnderWay;

    /** Hurries one transaction along: first the end of its fast path, then repetition, then giving up. */
    record Hurry(Timestamp txn) implements Timer {}

    /** Fires when a transaction has waited long enough for a quorum of connections. */
    record QuorumWait(long call) implements Timer {}

    private static final class Running {
        private final Coordinator coordinator;
        private final long call;
        private final Turn.Ending ending;
        private final List<Write> writes;
        private final int size;
        private final long startedNanos;
        private boolean fastPathIsOver;
        private boolean answeredUnknown;
        /** A higher ballot stands in the way of the coordinator: it cannot finish by itself any more. */
        private boolean preempted;
        /** A participant is in another epoch than the coordinator's: only a settlement can tell the outcome. */
        private boolean moved;

        private boolean isSettling;
        private final Map<ShardId, Set<ReplicaId>> clockRefusedBy = new TreeMap<>();
        private boolean clockIsAhead;
        private long resendNanos;

        Running(
                Coordinator coordinator,
                long call,
                Turn.Ending ending,
                ClientCall.Commit commit,
                long startedNanos,
                long resendNanos) {
            this.coordinator = coordinator;
            this.call = call;
            this.ending = ending;
            this.writes = commit.writes();
            this.size = size(commit);
            this.startedNanos = startedNanos;
            this.resendNanos = resendNanos;
        }
    }

    Transactions(
            Turn.Context context,
            ShardMap shards,
            ClientSettings settings,
            Peers peers,
            Reach reach,
            HybridClock clock,
            KnownVersions known,
            ReadRules rules,
            Settling settling,
            Obstacles obstacles) {
        this.context = context;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
        this.reach = reach;
        this.clock = clock;
        this.known = known;
        this.rules = rules;
        this.settling = settling;
        this.obstacles = obstacles;
    }

    /** Transactions whose outcome is not known yet. */
    int underWay() {
        return running.size() + waiting.size();
    }

    void commit(Turn turn, long call, ClientCall.Commit commit, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> atDeadline(at, call));
        CallOutcome.Failed refusal = reach.refusal(turn, () -> participants(commit));
        if (refusal != null) {
            turn.finish(call, refusal);
        } else if (isFull()) {
            turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.OVERLOADED, peers.causes(peers.down())));
        } else if (hasQuorums(commit)) {
            start(turn, call, commit, finishing(call));
        } else {
            waiting.put(call, commit);
            bytesUnderWay += size(commit);
            turn.arm(new QuorumWait(call), settings.quorumWaitNanos(), 0);
        }
    }

    private boolean isFull() {
        return context.spreader().bytes() + bytesUnderWay > settings.spreadBytesMax();
    }

    private static Turn.Ending finishing(long call) {
        return (turn, outcome) -> turn.finish(call, outcome);
    }

    /**
     * Prepares a transaction on behalf of a call that is open already.
     *
     * @return false if that is not possible now; {@code ending} is not told then
     */
    boolean prepare(Turn turn, long call, ClientCall.Commit commit, Turn.Ending ending) {
        boolean possible = !isFull() && hasQuorums(commit);
        if (possible) {
            start(turn, call, commit, ending);
        }
        return possible;
    }

    /** Nobody waits any more for what was prepared on behalf of {@code call}: it comes to an end by itself. */
    void abandon(Turn turn, long call) {
        for (Running run : running.values()) {
            if (run.call == call && !run.moved) {
                turn.send(run.coordinator.onGiveUp());
            }
        }
    }

    /**
     * What somebody is told who does not wait any longer for what was prepared on behalf of {@code call}: once it is settled its
     * outcome can be asked for. Null if its outcome is known.
     */
    CallOutcome.@Nullable Unknown leave(long call) {
        for (Running run : running.values()) {
            if (run.call == call) {
                run.answeredUnknown = true;
                return unknown(run.coordinator);
            }
        }
        return null;
    }

    private boolean hasQuorums(ClientCall.Commit commit) {
        return participants(commit).stream().allMatch(shard -> peers.hasQuorumConnected(context.membership(shard)));
    }

    private Set<ShardId> participants(ClientCall.Commit commit) {
        Set<ShardId> participants = new TreeSet<>();
        commit.reads().forEach(read -> participants.add(shards.shardOf(read.key())));
        commit.writes().forEach(write -> participants.add(shards.shardOf(write.key())));
        participants.addAll(rangeShares(commit).keySet());
        return participants;
    }

    private Map<ShardId, List<RangeRead>> rangeShares(ClientCall.Commit commit) {
        return RangeReads.shares(commit.ranges(), shards, rules);
    }

    private void start(Turn turn, long call, ClientCall.Commit commit, Turn.Ending ending) {
        Map<ShardId, AccessSet> accesses = accesses(commit);
        commit.reads().forEach(read -> clock.observe(read.seen()));
        commit.ranges().forEach(range -> range.seen().forEach(read -> clock.observe(read.seen())));
        Timestamp id = clock.next(turn.now());
        Coordinator coordinator = new Coordinator(id, accesses, context::membership, context.quorums());
        Running run =
                new Running(coordinator, call, ending, commit, turn.now().monotonicNanos(), settings.resendMinNanos());
        running.put(id, run);
        bytesUnderWay += run.size;
        turn.send(coordinator.start(peers.down()));
        turn.arm(new Hurry(id), fastPathNanos(coordinator), 0);
    }

    private Map<ShardId, AccessSet> accesses(ClientCall.Commit commit) {
        Map<ShardId, List<Read>> reads = new TreeMap<>();
        Map<ShardId, List<Write>> writes = new TreeMap<>();
        for (Read read : commit.reads()) {
            reads.computeIfAbsent(shards.shardOf(read.key()), s -> new ArrayList<>())
                    .add(read);
        }
        for (Write write : commit.writes()) {
            writes.computeIfAbsent(shards.shardOf(write.key()), s -> new ArrayList<>())
                    .add(write);
        }
        Map<ShardId, List<RangeRead>> ranges = rangeShares(commit);
        Map<ShardId, AccessSet> accesses = new TreeMap<>();
        for (ShardId shard : participants(commit)) {
            accesses.put(
                    shard,
                    new AccessSet(
                            reads.getOrDefault(shard, List.of()),
                            ranges.getOrDefault(shard, List.of()),
                            writes.getOrDefault(shard, List.of())));
        }
        return accesses;
    }

    /** About how many bytes the transaction takes in memory while it is spread. */
    private static int size(ClientCall.Commit commit) {
        int size = 128;
        for (Read read : commit.reads()) {
            size += 96 + read.key().bytes().size();
        }
        for (RangeRead range : commit.ranges()) {
            size += 96
                    + range.range().from().bytes().size()
                    + range.range().to().bytes().size();
            for (Read read : range.seen()) {
                size += 96 + read.key().bytes().size();
            }
        }
        for (Write write : commit.writes()) {
            size += 96
                    + write.key().bytes().size()
                    + (write.value() == null ? 0 : write.value().size());
        }
        return size;
    }

    /** Four usual round trips, within the settings' bounds. */
    private long fastPathNanos(Coordinator coordinator) {
        long roundTrip = 0;
        for (ShardId shard : coordinator.participants()) {
            roundTrip = Math.max(roundTrip, peers.roundTripNanos(context.membership(shard)));
        }
        return Math.min(Math.max(4 * roundTrip, settings.fastPathMinNanos()), settings.fastPathMaxNanos());
    }

    void onReply(Turn turn, ShardId shard, ReplicaId from, Timestamp txn, IrMessage.Reply reply) {
        Running run = running.get(txn);
        if (run == null || run.moved) {
            return;
        }
        if (reply instanceof IrMessage.Voted && !run.fastPathIsOver) {
            peers.onRoundTrip(from, turn.now().monotonicNanos() - run.startedNanos);
        }
        boolean ofOwner = reply instanceof IrMessage.Preempted preempted
                && preempted.ballot().round() == 0;
        if (ofOwner && !run.preempted) {
            run.preempted = true;
            if (awaiting.containsKey(txn)) {
                settleByBallot(turn, run);
            }
        }
        if (reply instanceof IrMessage.Voted voted
                && voted.vote() instanceof Vote.No no
                && no.refusal() instanceof TxnRefusal.Conflict conflict) {
            obstacles.met(turn, conflict.holder(), shard);
        }
        turn.send(run.coordinator.onReply(shard, from, reply));
        if (reply instanceof IrMessage.ClockRefused) {
            onClockRefused(turn, run, shard, from);
        }
        settleIfDecided(turn, run);
    }

    /**
     * Where so many refuse this client's clock that OK cannot be chosen, to wait for the deadline would tell the application
     * nothing new. Nothing was recorded there, and what is still on its way may be voted on later: an abort is made durable.
     */
    private static void onClockRefused(Turn turn, Running run, ShardId shard, ReplicaId from) {
        Membership membership = turn.membership(shard);
        Set<ReplicaId> refusing = run.clockRefusedBy.computeIfAbsent(shard, s -> new TreeSet<>());
        refusing.add(from);
        if (!run.clockIsAhead && membership.size() - refusing.size() < membership.quorum()) {
            run.clockIsAhead = true;
            turn.send(run.coordinator.onGiveUp());
        }
    }

    /** By section 6, like any stranger's; meanwhile the coordinator may still learn the outcome. */
    private void settleByBallot(Turn turn, Running run) {
        if (!run.isSettling) {
            Timestamp txn = run.coordinator.id();
            run.isSettling =
                    settling.settle(turn, txn, List.copyOf(run.coordinator.participants()), new OwnSettled(txn));
        }
    }

    private final class OwnSettled implements Settling.Waiter {
        private final Timestamp txn;

        OwnSettled(Timestamp txn) {
            this.txn = txn;
        }

        @Override
        public void onSettled(Turn turn, Outcome outcome) {
            Running run = running.get(txn);
            if (run != null) {
                run.coordinator.onSettled(outcome);
                settleIfDecided(turn, run);
            }
        }

        @Override
        public boolean isWaiting(Turn turn) {
            return running.containsKey(txn);
        }
    }

    void onDown(Turn turn, ReplicaId replica) {
        for (Running run : List.copyOf(running.values())) {
            if (!run.moved) {
                turn.send(run.coordinator.onSuspected(replica));
                settleIfDecided(turn, run);
            }
        }
    }

    /**
     * The members of {@code shard} have changed. Transactions that were being prepared there are settled by ballot in the new
     * epoch (protocol.md 9): neither their votes nor what their owner may have proposed count in it.
     */
    void onMoved(Turn turn, ShardId shard) {
        for (Running run : List.copyOf(running.values())) {
            if (run.coordinator.participants().contains(shard)
                    && !context.quorums().goesOnOverEpochs(QuorumRules.Counted.VOTES)) {
                run.moved = true;
                settleByBallot(turn, run);
            }
        }
        startThoseThatWaited(turn);
    }

    /** What {@code replica} has missed is sent again, and transactions that waited for connections may begin. */
    void onConnected(Turn turn, ReplicaId replica) {
        for (Running run : running.values()) {
            if (run.moved) {
                continue;
            }
            run.resendNanos = settings.resendMinNanos();
            turn.send(run.coordinator.resend().stream()
                    .filter(request -> request.to().equals(replica))
                    .toList());
        }
        startThoseThatWaited(turn);
    }

    private void startThoseThatWaited(Turn turn) {
        for (Map.Entry<Long, ClientCall.Commit> entry : List.copyOf(waiting.entrySet())) {
            if (hasQuorums(entry.getValue())) {
                stopWaiting(entry.getKey());
                turn.cancel(new QuorumWait(entry.getKey()));
                start(turn, entry.getKey(), entry.getValue(), finishing(entry.getKey()));
            }
        }
    }

    void onQuorumWait(Turn turn, QuorumWait timer) {
        ClientCall.Commit commit = stopWaiting(timer.call());
        if (commit != null) {
            turn.finish(timer.call(), new CallOutcome.Failed(CallOutcome.Failure.UNAVAILABLE, causes(commit)));
        }
    }

    private ClientCall.@Nullable Commit stopWaiting(long call) {
        ClientCall.Commit commit = waiting.remove(call);
        if (commit != null) {
            bytesUnderWay -= size(commit);
        }
        return commit;
    }

    private SortedMap<ReplicaId, String> causes(ClientCall.Commit commit) {
        Set<ReplicaId> members = new TreeSet<>();
        participants(commit)
                .forEach(shard -> members.addAll(context.membership(shard).members()));
        members.removeIf(peers::isUp);
        return peers.causes(members);
    }

    void onHurry(Turn turn, Hurry timer) {
        Running run = running.get(timer.txn());
        if (run == null) {
            return;
        }
        Coordinator coordinator = run.coordinator;
        if (run.moved) {
            settleByBallot(turn, run);
            run.resendNanos = Math.min(2 * run.resendNanos, settings.resendMaxNanos());
        } else if (!run.fastPathIsOver) {
            run.fastPathIsOver = true;
            coordinator.unanswered().forEach(peers::suspect);
            turn.send(coordinator.onFastPathTimeout());
        } else {
            if (turn.now().monotonicNanos() - run.startedNanos >= settings.giveUpNanos()) {
                turn.send(coordinator.onGiveUp());
            }
            turn.send(coordinator.resend());
            if (run.preempted) {
                settleByBallot(turn, run);
            }
            run.resendNanos = Math.min(2 * run.resendNanos, settings.resendMaxNanos());
        }
        settleIfDecided(turn, run);
        if (running.containsKey(timer.txn())) {
            turn.arm(timer, run.resendNanos, run.resendNanos / 4);
        }
    }

    private CallOutcome atDeadline(Turn turn, long call) {
        ClientCall.Commit neverStarted = stopWaiting(call);
        if (neverStarted != null) {
            turn.cancel(new QuorumWait(call));
            return new CallOutcome.Failed(CallOutcome.Failure.UNAVAILABLE, causes(neverStarted));
        }
        CallOutcome.Unknown unknown = leave(call);
        if (unknown != null) {
            abandon(turn, call);
            return unknown;
        }
        throw new IllegalStateException("call " + call + " is open, but neither waiting nor running");
    }

    private void settleIfDecided(Turn turn, Running run) {
        Coordinator coordinator = run.coordinator;
        Outcome outcome = coordinator.outcome();
        if (outcome instanceof Outcome.Pending) {
            return;
        }
        running.remove(coordinator.id());
        bytesUnderWay -= run.size;
        turn.cancel(new Hurry(coordinator.id()));
        turn.spread(coordinator.id(), coordinator.decisions(), run.size);
        CallOutcome answer = answer(run, outcome);
        run.ending.ended(turn, answer);
        List<Long> awaiters = awaiting.remove(coordinator.id());
        CallOutcome whatBecameOfIt =
                answer instanceof CallOutcome.Failed ? aborted(coordinator.id(), List.of()) : answer;
        if (awaiters != null) {
            awaiters.forEach(call -> turn.finish(call, whatBecameOfIt));
        }
        if (run.answeredUnknown) {
            remember(coordinator.id(), whatBecameOfIt);
        }
    }

    private CallOutcome answer(Running run, Outcome outcome) {
        Coordinator coordinator = run.coordinator;
        if (outcome instanceof Outcome.Committed committed) {
            clock.observe(committed.timestamp());
            run.writes.forEach(write -> known.learn(write.key(), new Version(committed.timestamp(), write.value())));
            return new CallOutcome.Committed(coordinator.id(), committed.timestamp(), committed.path());
        }
        if (outcome instanceof Outcome.Aborted && run.clockIsAhead) {
            Set<ReplicaId> refusing = new TreeSet<>();
            run.clockRefusedBy.values().forEach(refusing::addAll);
            return new CallOutcome.Failed(CallOutcome.Failure.CLOCK_AHEAD, peers.causes(refusing));
        }
        if (outcome instanceof Outcome.Aborted aborted) {
            return aborted(coordinator.id(), aborted.refusals());
        }
        return unknown(coordinator);
    }

    private CallOutcome.Unknown unknown(Coordinator coordinator) {
        return new CallOutcome.Unknown(
                coordinator.id(), List.copyOf(coordinator.participants()), peers.causes(coordinator.unanswered()));
    }

    private CallOutcome.Aborted aborted(Timestamp id, List<Refusal> refusals) {
        Map<Key, Verdict.Newest> newest = new TreeMap<>();
        boolean conflict = false;
        for (Refusal refusal : refusals) {
            if (refusal instanceof TxnRefusal.StaleRead stale) {
                for (Verdict.Newest one : stale.newest()) {
                    clock.observe(one.version().timestamp());
                    known.learnReported(one.key(), one.version());
                    newest.merge(one.key(), one, Transactions::newer);
                }
            }
            conflict |= refusal instanceof TxnRefusal.Conflict;
        }
        CallOutcome.AbortReason reason = !newest.isEmpty()
                ? CallOutcome.AbortReason.STALE_READ
                : conflict ? CallOutcome.AbortReason.CONFLICT : CallOutcome.AbortReason.GAVE_UP;
        return new CallOutcome.Aborted(id, reason, List.copyOf(newest.values()));
    }

    private static Verdict.Newest newer(Verdict.Newest one, Verdict.Newest other) {
        return one.version().timestamp().compareTo(other.version().timestamp()) >= 0 ? one : other;
    }

    private void remember(Timestamp txn, CallOutcome answer) {
        settledUnknowns.put(txn, answer);
        if (settledUnknowns.size() > settings.unknownsKept()) {
            settledUnknowns.remove(settledUnknowns.keySet().iterator().next());
        }
    }

    void awaitOutcome(Turn turn, long call, ClientCall.AwaitOutcome await, long deadlineNanos) {
        Timestamp txn = await.txn();
        turn.open(call, deadlineNanos, at -> stopAwaiting(call, await));
        CallOutcome settled = settledUnknowns.get(txn);
        @Nullable Running run = running.get(txn);
        if (settled != null) {
            turn.finish(call, settled);
        } else if (run != null) {
            awaiting.computeIfAbsent(txn, t -> new ArrayList<>()).add(call);
            if (run.preempted || run.moved) {
                settleByBallot(turn, run);
            }
        } else if (!settling.find(turn, txn, known(await.participants()), new Asker(call, await))) {
            turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.OVERLOADED, new TreeMap<>()));
        }
    }

    /** What somebody gives us may be of another cluster. */
    private List<ShardId> known(List<ShardId> participants) {
        return participants.stream()
                .filter(shard -> shard.number() < shards.shards())
                .distinct()
                .sorted()
                .toList();
    }

    /** A call that waits for the outcome of a transaction that this client does not run. */
    private record Asker(long call, ClientCall.AwaitOutcome await) implements Settling.Waiter {
        @Override
        public void onSettled(Turn turn, Outcome outcome) {
            Timestamp txn = await.txn();
            if (outcome instanceof Outcome.Committed committed) {
                turn.finish(call, new CallOutcome.Committed(txn, committed.timestamp(), committed.path()));
            } else if (outcome instanceof Outcome.Aborted) {
                turn.finish(call, new CallOutcome.Aborted(txn, CallOutcome.AbortReason.GAVE_UP, List.of()));
            } else {
                turn.finish(call, new CallOutcome.Unknown(txn, await.participants(), new TreeMap<>()));
            }
        }

        @Override
        public boolean isWaiting(Turn turn) {
            return turn.isOpen(call);
        }
    }

    private CallOutcome stopAwaiting(long call, ClientCall.AwaitOutcome await) {
        List<Long> awaiters = awaiting.get(await.txn());
        if (awaiters != null) {
            awaiters.remove(call);
        }
        @Nullable Running run = running.get(await.txn());
        return run == null
                ? new CallOutcome.Unknown(await.txn(), await.participants(), peers.causes(peers.down()))
                : unknown(run.coordinator);
    }
}
