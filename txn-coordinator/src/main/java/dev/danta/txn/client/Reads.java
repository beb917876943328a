package dev.danta.txn.client;

import dev.danta.ir.client.Outgoing;
import dev.danta.ir.client.QuorumCall;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A client's reads: each asks as many replicas as it needs, and the next one when an answer is late. */
final class Reads {
    private final Turn.Context context;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Reach reach;
    private final HybridClock clock;
    private final Updates updates;
    private final KnownVersions known;
    private final KnownValues values;
    private final FreshKeeping fresh;
    private final Horizon horizon;
    private final Map<OpId, Question> underWay = new TreeMap<>();

    /** An answer is late: the next replica is asked too. */
    record AskAgain(OpId id) implements Timer {}

    private sealed interface Purpose {
        long call();

        /** One shard's share of a read of versions. */
        record Versions(VersionsCall of, List<Key> keys) implements Purpose {
            @Override
            public long call() {
                return of.call;
            }
        }

        /**
         * @param asked how it was asked, and when first
         * @param vouching the replicas that vouch for the answer if all of them are among those who answer, and not even then if
         *     it was not asked so
         */
        record Relaxed(
                long call,
                ClientCall.ReadRelaxed read,
                Breadth breadth,
                KnownValues.Asked asked,
                List<ReplicaId> vouching)
                implements Purpose {}

        /** One shard's share of hashes, or what is left of it. */
        record Hashes(HashesCall of, List<Key> keys) implements Purpose {
            @Override
            public long call() {
                return of.call;
            }
        }

        /** Somebody else's question to one replica of a shard. */
        record Other(long call, BiConsumer<Turn, IrMessage.Reply> then) implements Purpose {}

        /** What so many replicas have of a relaxed value, of those of which it is such that it counts. */
        record Counted(long call, Predicate<ReadAnswer.Relaxed> counts, BiConsumer<Turn, List<RelaxedState>> then)
                implements Purpose {}
    }

    private static final class VersionsCall {
        private final long call;
        private final List<Key> keys;
        private final boolean cached;
        private final BiConsumer<Turn, CallOutcome.Versions> then;
        private final Map<Key, Version> found = new TreeMap<>();
        private int remembered;

        VersionsCall(long call, List<Key> keys, boolean cached, BiConsumer<Turn, CallOutcome.Versions> then) {
            this.call = call;
            this.keys = keys;
            this.cached = cached;
            this.then = then;
        }

        void endIfComplete(Turn turn) {
            if (keys.stream().allMatch(found::containsKey)) {
                List<Version> inOrder = keys.stream()
                        .map(key -> found.getOrDefault(key, Version.NEVER_THERE))
                        .toList();
                then.accept(turn, new CallOutcome.Versions(inOrder, remembered));
            }
        }
    }

    private static final class HashesCall {
        private final long call;
        private final ClientCall.HashRelaxed read;
        private final TreeMap<Key, Long> found = new TreeMap<>();
        private int questions;

        HashesCall(long call, ClientCall.HashRelaxed read) {
            this.call = call;
            this.read = read;
        }
    }

    /** How many have to answer: how many that are changes with the members. */
    private enum Breadth {
        ONE,
        QUORUM,
        ALL;

        int of(Membership membership) {
            return this == ONE ? 1 : this == QUORUM ? membership.quorum() : membership.size();
        }

        Breadth wider() {
            return this == ONE ? QUORUM : ALL;
        }
    }

    private static final class Question {
        private final ShardId shard;
        private final ReadQuery query;
        private final ToIntFunction<Membership> needed;
        private QuorumCall quorum;
        private final Purpose purpose;
        private long againNanos;

        /** How many are asked at once. */
        int width(Membership membership) {
            return purpose instanceof Purpose.Counted ? membership.size() : needed.applyAsInt(membership);
        }

        Question(
                ShardId shard,
                ReadQuery query,
                ToIntFunction<Membership> needed,
                QuorumCall quorum,
                Purpose purpose,
                long againNanos) {
            this.shard = shard;
            this.query = query;
            this.needed = needed;
            this.quorum = quorum;
            this.purpose = purpose;
            this.againNanos = againNanos;
        }
    }

    Reads(
            Turn.Context context,
            ShardMap shards,
            ClientSettings settings,
            Peers peers,
            Reach reach,
            HybridClock clock,
            Updates updates,
            KnownVersions known,
            KnownValues values,
            FreshKeeping fresh,
            Horizon horizon) {
        this.context = context;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
        this.reach = reach;
        this.clock = clock;
        this.updates = updates;
        this.known = known;
        this.values = values;
        this.fresh = fresh;
        this.horizon = horizon;
    }

    void readVersions(Turn turn, long call, ClientCall.ReadVersions read, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> late(at, call));
        find(turn, call, read.keys(), read.cached(), (later, found) -> later.finish(call, found));
    }

    /**
     * Finds versions of {@code keys} for an open call: the newest that one replica of each shard has, or this client knows;
     * if {@code cached}, those that it knows of are not asked for.
     */
    void find(Turn turn, long call, List<Key> keysAsked, boolean cached, BiConsumer<Turn, CallOutcome.Versions> then) {
        VersionsCall versions = new VersionsCall(call, keysAsked, cached, then);
        Map<ShardId, List<Key>> byShard = new TreeMap<>();
        for (Key key : keysAsked) {
            Version remembered = cached ? known.cached(key) : null;
            if (remembered == null) {
                byShard.computeIfAbsent(shards.shardOf(key), s -> new ArrayList<>())
                        .add(key);
            } else {
                versions.found.put(key, remembered);
                versions.remembered++;
            }
        }
        byShard.forEach((shard, keys) ->
                ask(turn, shard, new ReadQuery.Versions(keys), Breadth.ONE::of, new Purpose.Versions(versions, keys)));
        if (byShard.isEmpty()) {
            versions.endIfComplete(turn);
        }
    }

    void readRelaxed(Turn turn, long call, ClientCall.ReadRelaxed read, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> late(at, call));
        Key key = read.key();
        long since = turn.now().monotonicNanos() - read.maxAgeNanos();
        KnownValues.Hit hit = read.maxAgeNanos() > 0 ? values.since(key, since, fresh.vouched(key)) : null;
        if (hit != null && has(hit.state(), read.mark())) {
            turn.finish(call, new CallOutcome.Relaxed(hit.state(), true, hit.isVouched()));
        } else if (!isRefused(turn, call, read.level(), List.of(key))) {
            findRelaxed(turn, call, read);
        }
    }

    /** Whether it is known that nothing can come of it; then the call is answered. */
    private boolean isRefused(Turn turn, long call, ClientCall.Level level, List<Key> keys) {
        CallOutcome.Failed refusal = level == ClientCall.Level.QUORUM
                ? reach.refusal(
                        turn,
                        () -> keys.stream().map(shards::shardOf).distinct().toList())
                : null;
        if (refusal != null) {
            turn.finish(call, refusal);
        }
        return refusal != null;
    }

    /** Asks replicas, for an open call or errand; {@link #forget} ends it. */
    void findRelaxed(Turn turn, long call, ClientCall.ReadRelaxed read) {
        ask(turn, call, read, breadth(read.level()), turn.now().monotonicNanos());
    }

    void hashRelaxed(Turn turn, long call, ClientCall.HashRelaxed read, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> late(at, call));
        if (isRefused(turn, call, read.level(), read.keys())) {
            return;
        }
        HashesCall hashes = new HashesCall(call, read);
        Map<ShardId, List<Key>> byShard = new TreeMap<>();
        read.keys()
                .forEach(key -> byShard.computeIfAbsent(shards.shardOf(key), s -> new ArrayList<>())
                        .add(key));
        byShard.values().forEach(keys -> {
            for (int from = 0; from < keys.size(); from += ReadQuery.HASHES_MAX) {
                ask(turn, hashes, keys.subList(from, Math.min(from + ReadQuery.HASHES_MAX, keys.size())));
            }
        });
        if (byShard.isEmpty()) {
            turn.finish(call, new CallOutcome.Hashes(hashes.found));
        }
    }

    private void ask(Turn turn, HashesCall hashes, List<Key> keys) {
        hashes.questions++;
        ask(
                turn,
                shards.shardOf(keys.get(0)),
                new ReadQuery.Hashes(keys, hashes.read.hashKey()),
                breadth(hashes.read.level())::of,
                new Purpose.Hashes(hashes, List.copyOf(keys)));
    }

    private static Breadth breadth(ClientCall.Level level) {
        return level == ClientCall.Level.QUORUM ? Breadth.QUORUM : Breadth.ONE;
    }

    private static boolean has(@Nullable RelaxedState state, @Nullable Mark mark) {
        return mark == null || mark.isIn(state);
    }

    /** Those are asked first that will vouch for what is remembered of this. */
    private void ask(Turn turn, long call, ClientCall.ReadRelaxed read, Breadth breadth, long askedNanos) {
        Key key = read.key();
        FreshKeeping.Vouching vouching = read.maxAgeNanos() > 0 ? fresh.vouching(key) : null;
        List<ReplicaId> first = vouching == null ? List.of() : vouching.replicas();
        KnownValues.Asked asked = vouching == null
                ? values.ask(askedNanos)
                : values.ask(key, askedNanos, vouching.following(), first.size());
        Purpose purpose = new Purpose.Relaxed(call, read, breadth, asked, first);
        ask(turn, shards.shardOf(key), new ReadQuery.Relaxed(key), breadth::of, purpose, first);
    }

    /**
     * Asks all replicas for the relaxed value of {@code key}, for an open call or errand, again and again until {@code needed}
     * of them have one that {@code counts}, all in one epoch.
     */
    void askUntil(
            Turn turn,
            long call,
            Key key,
            ToIntFunction<Membership> needed,
            Predicate<ReadAnswer.Relaxed> counts,
            BiConsumer<Turn, List<RelaxedState>> then) {
        ask(turn, shards.shardOf(key), new ReadQuery.Relaxed(key), needed, new Purpose.Counted(call, counts, then));
    }

    /** Asks one replica of {@code shard}, or as many as it takes, for an open call; {@link #forget} ends it. */
    void askOne(Turn turn, long call, ShardId shard, ReadQuery query, BiConsumer<Turn, IrMessage.Reply> then) {
        ask(turn, shard, query, Breadth.ONE::of, new Purpose.Other(call, then));
    }

    private void ask(Turn turn, ShardId shard, ReadQuery query, ToIntFunction<Membership> breadth, Purpose purpose) {
        ask(turn, shard, query, breadth, purpose, List.of());
    }

    /** @param first members that are asked before others */
    private void ask(
            Turn turn,
            ShardId shard,
            ReadQuery query,
            ToIntFunction<Membership> breadth,
            Purpose purpose,
            List<ReplicaId> first) {
        Membership membership = context.membership(shard);
        List<ReplicaId> order = new ArrayList<>(first);
        peers.order(membership).stream()
                .filter(replica -> !first.contains(replica))
                .forEach(order::add);
        int needed = breadth.applyAsInt(membership);
        OpId id = updates.nextId();
        QuorumCall quorum = new QuorumCall(membership, id, new IrMessage.Ask(id, query), needed, order);
        long again = Math.min(
                Math.max(4 * peers.roundTripNanos(membership), settings.fastPathMinNanos()),
                settings.fastPathMaxNanos());
        Question question = new Question(shard, query, breadth, quorum, purpose, again);
        underWay.put(id, question);
        send(turn, question, quorum.start(question.width(membership)));
        turn.arm(new AskAgain(id), again, 0);
    }

    private static void send(Turn turn, Question question, List<Outgoing> outgoing) {
        turn.send(outgoing.stream()
                .map(out -> new ShardRequest(question.shard, out.to(), out.request()))
                .toList());
    }

    /** Questions not answered yet. */
    int underWay() {
        return underWay.size();
    }

    void onReply(Turn turn, ShardId shard, ReplicaId from, OpId id, IrMessage.Reply reply) {
        Question question = underWay.get(id);
        if (question == null || !question.shard.equals(shard)) {
            return;
        }
        if (question.purpose instanceof Purpose.Counted counted
                && reply instanceof IrMessage.Answered answered
                && !(answered.answer() instanceof ReadAnswer.Relaxed relaxed
                        && counted.counts().test(relaxed))) {
            return;
        }
        send(turn, question, question.quorum.onReply(from, reply));
        if (question.quorum.hasQuorum()) {
            underWay.remove(id);
            turn.cancel(new AskAgain(id));
            conclude(turn, question);
        }
    }

    /** The members of {@code shard} have changed: what is asked there is asked anew, and no earlier answer counts. */
    void onMoved(Turn turn, ShardId shard) {
        Membership membership = context.membership(shard);
        underWay.forEach((id, question) -> {
            if (question.shard.equals(shard) && !context.quorums().goesOnOverEpochs(QuorumRules.Counted.READS)) {
                int needed = question.needed.applyAsInt(membership);
                question.quorum = new QuorumCall(
                        membership, id, new IrMessage.Ask(id, question.query), needed, peers.order(membership));
                send(turn, question, question.quorum.start(question.width(membership)));
            }
        });
    }

    void onDown(Turn turn, ReplicaId replica) {
        underWay.values().forEach(question -> send(turn, question, question.quorum.onSuspected(replica)));
    }

    void onConnected(Turn turn, ReplicaId replica) {
        underWay.values().forEach(question -> send(turn, question, question.quorum.onConnected(replica)));
    }

    void onAskAgain(Turn turn, AskAgain timer) {
        Question question = underWay.get(timer.id());
        if (question == null) {
            return;
        }
        question.quorum.unanswered().forEach(peers::suspect);
        send(turn, question, question.quorum.resend());
        question.againNanos = Math.min(2 * question.againNanos, settings.resendMaxNanos());
        turn.arm(timer, question.againNanos, question.againNanos / 4);
    }

    CallOutcome late(Turn turn, long call) {
        SortedMap<ReplicaId, String> causes = forget(turn, call);
        causes.putAll(updates.stopWaiting(call));
        return new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, causes);
    }

    /** Ends the questions of {@code call} and tells what is wrong with the replicas that have not answered them. */
    SortedMap<ReplicaId, String> forget(Turn turn, long call) {
        SortedMap<ReplicaId, String> causes = new TreeMap<>();
        for (Map.Entry<OpId, Question> entry : List.copyOf(underWay.entrySet())) {
            Question question = entry.getValue();
            if (question.purpose.call() == call) {
                underWay.remove(entry.getKey());
                turn.cancel(new AskAgain(entry.getKey()));
                causes.putAll(peers.causes(context.membership(question.shard).members().stream()
                        .filter(replica -> !question.quorum.done().containsKey(replica))
                        .toList()));
            }
        }
        return causes;
    }

    private void conclude(Turn turn, Question question) {
        List<IrMessage.Reply> replies = List.copyOf(question.quorum.done().values());
        if (question.purpose instanceof Purpose.Versions versions) {
            concludeVersions(turn, versions, replies.get(0));
        } else if (question.purpose instanceof Purpose.Relaxed relaxed) {
            concludeRelaxed(turn, relaxed, question.quorum.done());
        } else if (question.purpose instanceof Purpose.Hashes hashes) {
            concludeHashes(turn, hashes, replies);
        } else if (question.purpose instanceof Purpose.Other other) {
            other.then().accept(turn, replies.get(0));
        } else if (question.purpose instanceof Purpose.Counted counted) {
            List<RelaxedState> states = new ArrayList<>();
            replies.forEach(reply -> {
                RelaxedState state = stateOf(reply);
                if (state != null) {
                    states.add(state);
                }
            });
            counted.then().accept(turn, states);
        }
    }

    private void concludeVersions(Turn turn, Purpose.Versions asked, IrMessage.Reply reply) {
        VersionsCall of = asked.of();
        if (!(reply instanceof IrMessage.Answered answered
                && answered.answer() instanceof ReadAnswer.Versions versions
                && versions.entries().size() == asked.keys().size())) {
            forget(turn, of.call);
            turn.finish(of.call, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
            return;
        }
        horizon.hear(versions.deletedBelow());
        for (int i = 0; i < asked.keys().size(); i++) {
            Key key = asked.keys().get(i);
            Version version = known.orNewer(key, versions.entries().get(i).version(), versions.deletedBelow());
            clock.observe(version.timestamp());
            if (of.cached) {
                known.cache(key, version);
            }
            of.found.put(key, version);
        }
        of.endIfComplete(turn);
    }

    /** What all of them say counts; what one of them has not come to is asked for once more, and of no other. */
    private void concludeHashes(Turn turn, Purpose.Hashes asked, List<IrMessage.Reply> replies) {
        HashesCall of = asked.of();
        of.questions--;
        int told = asked.keys().size();
        List<List<Long>> all = new ArrayList<>();
        for (IrMessage.Reply reply : replies) {
            if (!(reply instanceof IrMessage.Answered answered
                    && answered.answer() instanceof ReadAnswer.Hashes hashes)) {
                // It does not know what is asked: these have to be read.
                endIfComplete(turn, of);
                return;
            }
            all.add(hashes.hashes());
            told = Math.min(told, hashes.hashes().size());
        }
        for (int i = 0; i < told; i++) {
            Long hash = all.get(0).get(i);
            int at = i;
            if (all.stream().allMatch(hashes -> hashes.get(at).equals(hash))) {
                of.found.put(asked.keys().get(i), hash);
            }
        }
        if (told < asked.keys().size()) {
            ask(turn, of, asked.keys().subList(told, asked.keys().size()));
        }
        endIfComplete(turn, of);
    }

    private static void endIfComplete(Turn turn, HashesCall of) {
        if (of.questions == 0) {
            turn.finish(of.call, new CallOutcome.Hashes(of.found));
        }
    }

    /**
     * Joins what the replicas have. If that is not all that is marked, more of them are asked. At level QUORUM, what fewer than
     * q of them have is brought to q before the answer is given.
     */
    private void concludeRelaxed(Turn turn, Purpose.Relaxed asked, Map<ReplicaId, IrMessage.Reply> answers) {
        @Nullable RelaxedState joined = null;
        for (IrMessage.Reply reply : answers.values()) {
            RelaxedState state = stateOf(reply);
            if (state != null) {
                joined = joined == null || !joined.joins(state) ? state : joined.join(state);
            }
        }
        ClientCall.ReadRelaxed read = asked.read();
        if (!has(joined, read.mark())) {
            askMore(turn, asked);
            return;
        }
        boolean isVouched = answers.keySet().containsAll(asked.vouching());
        KnownValues.Asked as = isVouched ? asked.asked() : asked.asked().unvouched();
        KnownValues.Asked remembered = read.maxAgeNanos() > 0 ? as : null;
        RelaxedState all = joined;
        if (all != null) {
            clock.observe(all.greatestStamp());
        }
        if (all == null
                || read.level() != ClientCall.Level.QUORUM
                || answers.values().stream().allMatch(reply -> all.equals(stateOf(reply)))) {
            RelaxedState given = remembered == null ? all : values.answered(read.key(), all, remembered);
            turn.finish(asked.call(), new CallOutcome.Relaxed(given, false));
        } else if (turn.isOpen(asked.call()) && updates.admit(turn, asked.call())) {
            updates.begin(turn, asked.call(), read.key(), new Updates.Aim.WriteBack(all, remembered));
        }
    }

    /** What is marked was seen somewhere, and not where we have asked: wider, and in the end everywhere. */
    private void askMore(Turn turn, Purpose.Relaxed asked) {
        if (asked.breadth() == Breadth.ALL) {
            turn.finish(asked.call(), new CallOutcome.Failed(CallOutcome.Failure.SESSION_LOST, new TreeMap<>()));
        } else if (turn.isOpen(asked.call())) {
            ask(
                    turn,
                    asked.call(),
                    asked.read(),
                    asked.breadth().wider(),
                    asked.asked().nanos());
        }
    }

    private static @Nullable RelaxedState stateOf(IrMessage.Reply reply) {
        return reply instanceof IrMessage.Answered answered && answered.answer() instanceof ReadAnswer.Relaxed relaxed
                ? relaxed.state()
                : null;
    }
}
