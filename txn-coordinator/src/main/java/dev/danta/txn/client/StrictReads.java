package dev.danta.txn.client;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client's strict reads, which leave nothing behind on a replica (protocol.md 5.1). One key is read from all replicas at
 * once; several are read anywhere and then validated by all replicas of their shards.
 *
 * <p>Both go in <em>rounds</em>. A round has one id, and one g: the greatest {@code deletedBelow} heard of when it began.
 * Only answers to that id count for it; what was answered before, to another round of the same call, never does. So of
 * every transaction that was decided before a round began, a quorum of each shard, and with it some replica that counts,
 * had sent an OK vote by then: its answer shows the hold or what was decided.
 */
final class StrictReads {
    /** After so many rounds of one read that did not succeed it is prepared like any transaction. */
    static final int ROUNDS_MAX = 6;

    private static final long MILLI = 1_000_000L;
    private static final long WAIT_MIN_NANOS = MILLI;
    private static final long WAIT_MAX_NANOS = 64 * MILLI;

    private final Turn.Context context;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Reach reach;
    private final Updates updates;
    private final Reads reads;
    private final KnownVersions known;
    private final Horizon horizon;
    private final ReadRules rules;
    private final Obstacles obstacles;
    private final Transactions transactions;
    private final Map<Long, Wish> wishes = new TreeMap<>();
    private final Map<OpId, Round> rounds = new TreeMap<>();

    /** Answers are late: those that have not answered are asked once more. */
    record AskAgain(OpId round) implements Timer {}

    /** A writer was in the way of {@code call} and may be done by now. */
    record TryAgain(long call) implements Timer {}

    /** What a call wants, and what it has seen so far. */
    private static final class Wish {
        private final long call;
        private final List<Key> keys;
        private final boolean validatesOnly;
        private final List<RangeRead> ranges;
        private final Map<Key, Read> seen = new TreeMap<>();
        private final Map<Key, Version> versions = new TreeMap<>();
        /** Nothing is under way for it but a timer. At any time there is either that, or one round, or one transaction. */
        private boolean waits;

        private long waitNanos = WAIT_MIN_NANOS;
        /** Since it was first tried, or last could not be prepared. */
        private int rounds;

        Wish(long call, List<Key> keys, List<RangeRead> ranges, boolean validatesOnly) {
            this.call = call;
            this.ranges = ranges;
            this.keys = keys;
            this.validatesOnly = validatesOnly;
        }

        boolean isKeyRead() {
            return !validatesOnly && keys.size() == 1;
        }

        /** What was read of {@code key}, by itself or in a range; null if it was not read. */
        @Nullable
        Read readOf(Key key) {
            Read read = seen.get(key);
            for (RangeRead range : ranges) {
                if (read == null && range.range().contains(key)) {
                    read = range.readOf(key);
                }
            }
            return read;
        }

        void saw(Key key, Version version) {
            versions.put(key, version);
            seen.put(key, Read.of(key, version));
        }
    }

    private static final class Round {
        private final OpId id;
        private final Wish wish;
        private final Timestamp g;
        private final SortedMap<ShardId, Poll> polls = new TreeMap<>();
        private long againNanos;

        Round(OpId id, Wish wish, Timestamp g) {
            this.id = id;
            this.wish = wish;
            this.g = g;
        }
    }

    /** One shard's part of a round. */
    private static final class Poll {
        private final Membership membership;
        private final IrMessage.Ask ask;
        private final SortedMap<ReplicaId, ReadAnswer> answers = new TreeMap<>();

        Poll(Membership membership, IrMessage.Ask ask) {
            this.membership = membership;
            this.ask = ask;
        }

        List<ReplicaId> unanswered() {
            return membership.members().stream()
                    .filter(replica -> !answers.containsKey(replica))
                    .toList();
        }
    }

    StrictReads(
            Turn.Context context,
            ShardMap shards,
            ClientSettings settings,
            Peers peers,
            Reach reach,
            Updates updates,
            Reads reads,
            KnownVersions known,
            Horizon horizon,
            ReadRules rules,
            Obstacles obstacles,
            Transactions transactions) {
        this.context = context;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
        this.reach = reach;
        this.updates = updates;
        this.reads = reads;
        this.known = known;
        this.horizon = horizon;
        this.rules = rules;
        this.obstacles = obstacles;
        this.transactions = transactions;
    }

    /** Strict reads not answered yet. */
    int underWay() {
        return wishes.size();
    }

    void read(Turn turn, long call, ClientCall.ReadStrict read, long deadlineNanos) {
        Wish wish = open(turn, new Wish(call, read.keys(), List.of(), false), deadlineNanos);
        if (isRefused(turn, wish)) {
            return;
        }
        if (wish.isKeyRead()) {
            begin(turn, wish);
        } else {
            reads.find(turn, call, read.keys(), false, (later, found) -> found(later, wish, found.versions()));
        }
    }

    void validate(Turn turn, long call, ClientCall.Validate validate, long deadlineNanos) {
        Wish wish = open(turn, wishOf(call, validate), deadlineNanos);
        if (!isRefused(turn, wish)) {
            check(turn, wish, validate);
        }
    }

    /** Whether it is known that nothing can come of it; then its call is answered. */
    private boolean isRefused(Turn turn, Wish wish) {
        CallOutcome.Failed refusal = reach.refusal(turn, () -> shardsOf(wish));
        if (refusal != null) {
            finish(turn, wish, refusal);
        }
        return refusal != null;
    }

    private Set<ShardId> shardsOf(Wish wish) {
        Set<ShardId> all =
                new TreeSet<>(RangeReads.shares(wish.ranges, shards, rules).keySet());
        wish.keys.forEach(key -> all.add(shards.shardOf(key)));
        return all;
    }

    /** The same for an errand; {@link #abandon} ends it. */
    void check(Turn turn, long errand, ClientCall.Validate validate) {
        Wish wish = wishOf(errand, validate);
        wishes.put(errand, wish);
        check(turn, wish, validate);
    }

    private static Wish wishOf(long call, ClientCall.Validate validate) {
        return new Wish(call, validate.reads().stream().map(Read::key).toList(), validate.ranges(), true);
    }

    private void check(Turn turn, Wish wish, ClientCall.Validate validate) {
        validate.reads().forEach(read -> wish.seen.put(read.key(), read));
        begin(turn, wish);
    }

    /** Nobody waits any more for what is checked for {@code errand}. */
    void abandon(Turn turn, long errand) {
        Wish wish = wishes.get(errand);
        if (wish != null) {
            late(turn, wish);
        }
    }

    private Wish open(Turn turn, Wish wish, long deadlineNanos) {
        wishes.put(wish.call, wish);
        turn.open(wish.call, deadlineNanos, at -> late(at, wish));
        return wish;
    }

    private void found(Turn turn, Wish wish, List<Version> versions) {
        for (int i = 0; i < versions.size(); i++) {
            wish.saw(wish.keys.get(i), versions.get(i));
        }
        if (rules.mustValidate()) {
            begin(turn, wish);
        } else {
            succeed(turn, wish, null);
        }
    }

    private void begin(Turn turn, Wish wish) {
        begin(turn, wish, new TreeMap<>());
    }

    private void begin(Turn turn, Wish wish, SortedMap<ShardId, SortedMap<ReplicaId, ReadAnswer>> carriedOver) {
        if (++wish.rounds <= ROUNDS_MAX || !prepare(turn, wish)) {
            ask(turn, wish, carriedOver);
        }
    }

    /** Keys are changing too fast, or writers stay: what was read is held until that is committed, as by any transaction. */
    private boolean prepare(Turn turn, Wish wish) {
        boolean possible = !(wish.seen.isEmpty() && wish.ranges.isEmpty())
                && transactions.prepare(
                        turn,
                        wish.call,
                        new ClientCall.Commit(List.copyOf(wish.seen.values()), wish.ranges, List.of()),
                        (later, outcome) -> onPrepared(later, wish, outcome));
        if (!possible) {
            wish.rounds = 0;
        }
        return possible;
    }

    private void onPrepared(Turn turn, Wish wish, CallOutcome outcome) {
        if (wishes.get(wish.call) != wish) {
            return;
        }
        if (outcome instanceof CallOutcome.Committed committed) {
            succeed(turn, wish, committed);
        } else if (outcome instanceof CallOutcome.Aborted aborted
                && !aborted.newest().isEmpty()) {
            takeUp(turn, wish, aborted.newest());
        } else {
            boolean isHeldUp = outcome instanceof CallOutcome.Aborted aborted
                    && aborted.reason() == CallOutcome.AbortReason.CONFLICT;
            wish.rounds = isHeldUp ? wish.rounds : 0;
            tryLater(turn, wish);
        }
    }

    private void ask(Turn turn, Wish wish, SortedMap<ShardId, SortedMap<ReplicaId, ReadAnswer>> carriedOver) {
        Round round = new Round(updates.nextId(), wish, horizon.g());
        long roundTrip = 0;
        for (Map.Entry<ShardId, ReadQuery> share : queries(wish, round.g).entrySet()) {
            Membership membership = context.membership(share.getKey());
            Poll poll = new Poll(membership, new IrMessage.Ask(round.id, share.getValue()));
            poll.answers.putAll(carriedOver.getOrDefault(share.getKey(), new TreeMap<>()));
            round.polls.put(share.getKey(), poll);
            roundTrip = Math.max(roundTrip, peers.roundTripNanos(membership));
            send(turn, poll, poll.unanswered());
        }
        round.againNanos = Math.min(Math.max(4 * roundTrip, settings.fastPathMinNanos()), settings.fastPathMaxNanos());
        rounds.put(round.id, round);
        turn.arm(new AskAgain(round.id), round.againNanos, 0);
    }

    private SortedMap<ShardId, ReadQuery> queries(Wish wish, Timestamp g) {
        SortedMap<ShardId, ReadQuery> queries = new TreeMap<>();
        if (wish.isKeyRead()) {
            Key key = wish.keys.get(0);
            queries.put(shards.shardOf(key), new ReadQuery.KeyRead(key, g));
            return queries;
        }
        SortedMap<ShardId, List<Read>> shares = new TreeMap<>();
        for (Read read : wish.seen.values()) {
            shares.computeIfAbsent(shards.shardOf(read.key()), s -> new ArrayList<>())
                    .add(read);
        }
        Map<ShardId, List<RangeRead>> rangeShares = RangeReads.shares(wish.ranges, shards, rules);
        rangeShares.keySet().forEach(shard -> shares.computeIfAbsent(shard, s -> new ArrayList<>()));
        shares.forEach((shard, share) -> {
            AccessSet accesses = new AccessSet(share, rangeShares.getOrDefault(shard, List.of()), List.of());
            queries.put(shard, new ReadQuery.Validate(accesses, g));
        });
        return queries;
    }

    private static void send(Turn turn, Poll poll, List<ReplicaId> to) {
        turn.send(to.stream()
                .map(replica -> new ShardRequest(poll.membership.shard(), replica, poll.ask))
                .toList());
    }

    void onReply(Turn turn, ShardId shard, ReplicaId from, IrMessage.Answered reply) {
        Round round = rounds.get(reply.id());
        Poll poll = round == null ? null : round.polls.get(shard);
        if (round == null || poll == null || !poll.membership.hasMember(from)) {
            return;
        }
        if (reply.answer() instanceof ReadAnswer.KeyRead read && read.writer() != null) {
            obstacles.met(turn, read.writer(), shard);
        } else if (reply.answer() instanceof ReadAnswer.Held held) {
            obstacles.met(turn, held.writer(), shard);
        }
        if (reply.answer() instanceof ReadAnswer.Forgotten forgotten) {
            onForgotten(turn, round, forgotten);
        } else if (isAnswerTo(poll.ask.query(), reply.answer())) {
            poll.answers.putIfAbsent(from, (ReadAnswer) reply.answer());
            advance(turn, round);
        } else {
            finish(turn, round.wish, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
        }
    }

    private static boolean isAnswerTo(Object query, Object answer) {
        return query instanceof ReadQuery.KeyRead
                ? answer instanceof ReadAnswer.KeyRead
                : answer instanceof ReadAnswer.Valid
                        || answer instanceof ReadAnswer.Outdated
                        || answer instanceof ReadAnswer.Held;
    }

    /** A replica has forgotten what this round must not miss: the round begins wholly anew, with what it has told. */
    private void onForgotten(Turn turn, Round round, ReadAnswer.Forgotten forgotten) {
        if (!forgotten.deletedBelow().isAbove(round.g)) {
            return;
        }
        horizon.hear(forgotten.deletedBelow());
        end(turn, round);
        SortedMap<ShardId, SortedMap<ReplicaId, ReadAnswer>> carriedOver = new TreeMap<>();
        round.polls.forEach((shard, poll) -> carriedOver.put(shard, rules.carriedOver(poll.answers)));
        begin(turn, round.wish, carriedOver);
    }

    private void advance(Turn turn, Round round) {
        boolean all = true;
        boolean hopeless = false;
        for (Poll poll : round.polls.values()) {
            long counted = poll.answers.values().stream().filter(this::counts).count();
            long mayCome = poll.unanswered().stream().filter(peers::isUp).count();
            int quorum = poll.membership.quorum();
            all &= counted >= quorum;
            hopeless |= counted < poll.answers.size() && counted + mayCome < quorum;
        }
        if (all) {
            end(turn, round);
            conclude(turn, round);
        } else if (hopeless) {
            end(turn, round);
            onObstacle(turn, round);
        }
    }

    private boolean counts(ReadAnswer answer) {
        return answer instanceof ReadAnswer.KeyRead keyRead ? rules.counts(keyRead) : rules.counts(answer);
    }

    private void conclude(Turn turn, Round round) {
        Wish wish = round.wish;
        if (wish.isKeyRead()) {
            wish.saw(wish.keys.get(0), newest(round, this::counts));
        }
        succeed(turn, wish, null);
    }

    /** What a key read has found, among the answers that {@code counting}. */
    private Version newest(Round round, Predicate<ReadAnswer> counting) {
        Version newest = Version.NEVER_THERE;
        Timestamp greatest = Timestamp.ZERO;
        for (ReadAnswer answer : round.polls.values().iterator().next().answers.values()) {
            if (answer instanceof ReadAnswer.KeyRead keyRead && counting.test(keyRead)) {
                horizon.hear(keyRead.deletedBelow());
                Timestamp rank = rules.rank(keyRead.version(), keyRead.deletedBelow());
                if (rank.isAbove(greatest)) {
                    greatest = rank;
                    newest = keyRead.version();
                }
            }
        }
        return newest;
    }

    private void succeed(Turn turn, Wish wish, CallOutcome.@Nullable Committed prepared) {
        if (wish.validatesOnly) {
            finish(turn, wish, new CallOutcome.Validated(prepared));
            return;
        }
        List<Version> inOrder = wish.keys.stream()
                .map(key -> wish.versions.getOrDefault(key, Version.NEVER_THERE))
                .toList();
        finish(turn, wish, new CallOutcome.StrictlyRead(inOrder, prepared));
    }

    /** Too many replicas have something newer, or a writer in the way: what is newer is taken up, a writer waited for. */
    private void onObstacle(Turn turn, Round round) {
        Wish wish = round.wish;
        if (wish.isKeyRead()) {
            // Not an answer, but if it is prepared in the end, that says whether it is the newest.
            wish.saw(wish.keys.get(0), newest(round, answer -> true));
        }
        SortedMap<Key, Verdict.Newest> newer = newer(round);
        if (newer.isEmpty()) {
            tryLater(turn, wish);
        } else {
            takeUp(turn, wish, newer.values());
        }
    }

    private void tryLater(Turn turn, Wish wish) {
        wish.waits = true;
        turn.arm(new TryAgain(wish.call), wish.waitNanos, wish.waitNanos);
        wish.waitNanos = Math.min(2 * wish.waitNanos, WAIT_MAX_NANOS);
    }

    private void takeUp(Turn turn, Wish wish, Collection<Verdict.Newest> newer) {
        if (wish.validatesOnly) {
            finish(turn, wish, new CallOutcome.Outdated(List.copyOf(newer)));
        } else {
            newer.stream()
                    .filter(one -> wish.seen.containsKey(one.key()))
                    .forEach(one -> wish.saw(one.key(), one.version()));
            begin(turn, wish);
        }
    }

    /** The newest of what was reported newer than what was seen. */
    private SortedMap<Key, Verdict.Newest> newer(Round round) {
        SortedMap<Key, Verdict.Newest> newer = new TreeMap<>();
        SortedMap<Key, Timestamp> ranks = new TreeMap<>();
        for (Poll poll : round.polls.values()) {
            for (ReadAnswer answer : poll.answers.values()) {
                if (answer instanceof ReadAnswer.Outdated outdated) {
                    horizon.hear(outdated.deletedBelow());
                    for (Verdict.Newest one : outdated.newest()) {
                        Read seen = round.wish.readOf(one.key());
                        Timestamp rank = rules.rank(one.version(), outdated.deletedBelow());
                        Timestamp before = ranks.get(one.key());
                        if (before == null
                                ? seen != null && isNewer(one.version(), rank, seen)
                                : rank.isAbove(before)) {
                            ranks.put(one.key(), rank);
                            newer.put(one.key(), one);
                            known.learnReported(one.key(), one.version());
                        }
                    }
                }
            }
        }
        return newer;
    }

    /** What was seen and is not there any more was deleted, at the replica's {@code deletedBelow} at the latest. */
    private static boolean isNewer(Version version, Timestamp rank, Read seen) {
        return rank.isAbove(seen.seen())
                || (version.equals(Version.NEVER_THERE)
                        && !seen.seen().equals(Timestamp.ZERO)
                        && rank.equals(seen.seen()));
    }

    /** The members of {@code shard} have changed: a round that asks there begins wholly anew. */
    void onMoved(Turn turn, ShardId shard) {
        for (Round round : List.copyOf(rounds.values())) {
            if (round.polls.containsKey(shard) && !context.quorums().goesOnOverEpochs(QuorumRules.Counted.READS)) {
                end(turn, round);
                begin(turn, round.wish);
            }
        }
    }

    void onTryAgain(Turn turn, TryAgain timer) {
        Wish wish = wishes.get(timer.call());
        if (wish != null && wish.waits) {
            wish.waits = false;
            begin(turn, wish);
        }
    }

    void onAskAgain(Turn turn, AskAgain timer) {
        Round round = rounds.get(timer.round());
        if (round == null) {
            return;
        }
        for (Poll poll : round.polls.values()) {
            poll.unanswered().forEach(peers::suspect);
            send(turn, poll, poll.unanswered());
        }
        round.againNanos = Math.min(2 * round.againNanos, settings.resendMaxNanos());
        turn.arm(timer, round.againNanos, round.againNanos / 4);
        advance(turn, round);
    }

    void onDown(Turn turn) {
        List.copyOf(rounds.values()).forEach(round -> advance(turn, round));
    }

    void onConnected(Turn turn, ReplicaId replica) {
        for (Round round : rounds.values()) {
            for (Poll poll : round.polls.values()) {
                if (poll.unanswered().contains(replica)) {
                    send(turn, poll, List.of(replica));
                }
            }
        }
    }

    private void end(Turn turn, Round round) {
        rounds.remove(round.id);
        turn.cancel(new AskAgain(round.id));
    }

    private void finish(Turn turn, Wish wish, CallOutcome outcome) {
        forget(turn, wish);
        turn.finish(wish.call, outcome);
    }

    private CallOutcome late(Turn turn, Wish wish) {
        SortedMap<ReplicaId, String> causes = forget(turn, wish);
        transactions.abandon(turn, wish.call);
        return new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, causes);
    }

    private SortedMap<ReplicaId, String> forget(Turn turn, Wish wish) {
        wishes.remove(wish.call);
        turn.cancel(new TryAgain(wish.call));
        SortedMap<ReplicaId, String> causes = reads.forget(turn, wish.call);
        for (Round round : List.copyOf(rounds.values())) {
            if (round.wish == wish) {
                end(turn, round);
                round.polls.values().forEach(poll -> causes.putAll(peers.causes(poll.unanswered())));
            }
        }
        return causes;
    }
}
