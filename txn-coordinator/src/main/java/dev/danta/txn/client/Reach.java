package dev.danta.txn.client;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client can reach a quorum at all. Once it knows that it cannot, whatever needs one is refused before anything is sent,
 * instead of waiting in vain. Only patience rests on it, never safety.
 *
 * <p>A replica counts as gone when nothing was heard of it for as long as a call waits for connections, and for four of its usual
 * round trips, and four times as long as its answers to such questions took lately: if it is connected, it has left questions unanswered, {@value #UNANSWERED_MIN} in a row at least; if not, no new
 * connection came about. Time counts only as far as this client has seen it pass, look by look: of a time in which it stood still
 * one look is all that it sees, and the answers that have come meanwhile are read before the next one.
 *
 * <p>It looks while something is under way, and asks whoever has said nothing since it looked last. Where somebody is silent it
 * goes on for a while behind the last call. One word of a replica, or a new connection, and it is not gone any more: so whoever
 * calls when a quorum is there again is refused until the first answer to a question, and no longer.
 */
final class Reach {
    /** So many questions in a row are left unanswered by whoever is gone. */
    static final int UNANSWERED_MIN = 2;

    /** So many unanswered questions to one replica are remembered, the latest. */
    private static final int ASKED_MAX = 1_000;

    private static final long MILLI = 1_000_000L;
    private static final long PAUSE_NANOS = 100 * MILLI;
    private static final long JITTER_NANOS = 150 * MILLI;
    private static final long SEEN_AT_ONCE_NANOS = PAUSE_NANOS + JITTER_NANOS;

    /** So long behind the last call silent replicas are asked, and it is remembered that they are. */
    private static final long LINGER_NANOS = 30_000 * MILLI;

    private final Turn.Context context;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Updates updates;
    private final Map<ReplicaId, Silence> silences = new TreeMap<>();
    /** Since it looked last. */
    private final Set<ReplicaId> heard = new TreeSet<>();

    private final Map<ReplicaId, Answers> answers = new TreeMap<>();

    private boolean isLooking;
    private long lookedNanos;
    /** So much time has it seen pass up to its last look. */
    private long seenNanos;

    /** What it had seen when it began to look. */
    private long begunNanos;

    private long looks;
    private long calledNanos;

    /** It looks again. */
    record Look() implements Timer {}

    private static final class Silence {
        private final long sinceNanos;
        /** The same in what this client has seen pass. */
        private final long sinceSeenNanos;

        private boolean isAsked;
        private int unanswered;

        Silence(long sinceNanos, long sinceSeenNanos) {
            this.sinceNanos = sinceNanos;
            this.sinceSeenNanos = sinceSeenNanos;
        }
    }

    /** How long a replica takes to answer, by what this client has seen pass. */
    private static final class Answers {
        /** When it was asked what it has not answered yet: it answers in turn. */
        private final ArrayDeque<Long> askedNanos = new ArrayDeque<>();

        /**
         * Rises at once, and is halved by each answer that comes sooner: a replica that stood still answers all that it was asked
         * meanwhile in one go, and the last of it soon.
         */
        private long tookNanos;
    }

    Reach(Turn.Context context, ShardMap shards, ClientSettings settings, Peers peers, Updates updates) {
        this.context = context;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
        this.updates = updates;
    }

    /**
     * What a call is told at once that needs a quorum of each of {@code asked}: that one of these is out of reach; null if that is
     * not known.
     */
    CallOutcome.@Nullable Failed refusal(Turn turn, Supplier<? extends Collection<ShardId>> asked) {
        long now = turn.now().monotonicNanos();
        calledNanos = now;
        if (!isLooking) {
            begin(turn, now);
        }
        SortedMap<ReplicaId, String> causes = new TreeMap<>();
        if (silences.isEmpty()) {
            return null;
        }
        for (ShardId shard : asked.get()) {
            Membership membership = context.membership(shard);
            List<ReplicaId> gone = membership.members().stream()
                    .filter(replica -> isGone(replica, now))
                    .toList();
            if (membership.size() - gone.size() < membership.quorum()) {
                gone.forEach(replica -> causes.put(replica, cause(replica, now)));
            }
        }
        return causes.isEmpty() ? null : new CallOutcome.Failed(CallOutcome.Failure.UNAVAILABLE, causes);
    }

    private void begin(Turn turn, long now) {
        isLooking = true;
        lookedNanos = now;
        begunNanos = seenNanos;
        heard.clear();
        for (ReplicaId replica : asked().keySet()) {
            if (!peers.isConnected(replica)) {
                silences.put(replica, new Silence(now, seenNanos));
            }
        }
        turn.arm(new Look(), PAUSE_NANOS, JITTER_NANOS);
    }

    /** Every member, with a shard that it is asked about: another one each time, because there may be one of which it says nothing. */
    private SortedMap<ReplicaId, ShardId> asked() {
        SortedMap<ReplicaId, ShardId> asked = new TreeMap<>();
        for (int i = 0; i < shards.shards(); i++) {
            ShardId shard = new ShardId((int) ((looks + i) % shards.shards()));
            context.membership(shard).members().forEach(replica -> asked.put(replica, shard));
        }
        return asked;
    }

    private boolean isGone(ReplicaId replica, long now) {
        Silence silence = silences.get(replica);
        if (silence == null || (peers.isConnected(replica) && silence.unanswered < UNANSWERED_MIN)) {
            return false;
        }
        Answers answered = answers.get(replica);
        long roundTrip = Math.max(peers.roundTripNanos(replica), answered == null ? 0 : answered.tookNanos);
        long silent = seenNanos + seen(now) - silence.sinceSeenNanos;
        return silent >= Math.max(settings.quorumWaitNanos(), 4 * roundTrip);
    }

    /** What has passed since it looked last, as far as it counts. */
    private long seen(long now) {
        return Math.min(now - lookedNanos, SEEN_AT_ONCE_NANOS);
    }

    private String cause(ReplicaId replica, long now) {
        Silence silence = silences.get(replica);
        long seconds = silence == null ? 0 : (now - silence.sinceNanos) / (1_000 * MILLI);
        boolean isNamed = !peers.isConnected(replica) || seconds == 0;
        return isNamed ? peers.trouble(replica) : "no answer for " + seconds + " s";
    }

    /** {@code replica} has been connected anew: what it was asked before is not answered any more. */
    void onConnected(ReplicaId replica) {
        Answers answered = answers.get(replica);
        if (answered != null) {
            answered.askedNanos.clear();
        }
        onHeard(replica);
    }

    /** {@code replica} has answered in another epoch than it was asked in, as all answers to questions of this class are. */
    void onAnswered(Turn turn, ReplicaId replica) {
        Answers answered = answers.get(replica);
        Long asked = answered == null ? null : answered.askedNanos.poll();
        // Of a time in which it did not look it does not know how long it was.
        if (answered != null && asked != null && isLooking && asked >= begunNanos) {
            long took = seenNanos + seen(turn.now().monotonicNanos()) - asked;
            answered.tookNanos = Math.max(took, answered.tookNanos / 2);
        }
    }

    /** {@code replica} has said something. */
    void onHeard(ReplicaId replica) {
        silences.remove(replica);
        if (isLooking) {
            heard.add(replica);
        }
    }

    /** @param isOpen whether something is under way that needs a quorum */
    void onLook(Turn turn, boolean isOpen) {
        long now = turn.now().monotonicNanos();
        seenNanos += seen(now);
        lookedNanos = now;
        looks++;
        SortedMap<ReplicaId, ShardId> asked = asked();
        silences.keySet().retainAll(asked.keySet());
        answers.keySet().retainAll(asked.keySet());
        silences.values().forEach(silence -> {
            silence.unanswered += silence.isAsked ? 1 : 0;
            silence.isAsked = false;
        });
        asked.forEach((replica, shard) -> {
            boolean isConnected = peers.isConnected(replica);
            boolean isNew = !heard.contains(replica) && (isOpen || !isConnected);
            Silence silence =
                    isNew ? silences.computeIfAbsent(replica, r -> new Silence(now, seenNanos)) : silences.get(replica);
            if (silence != null && isConnected) {
                ask(turn, replica, shard, silence);
            }
        });
        heard.clear();
        isLooking = isOpen || (!silences.isEmpty() && now - calledNanos < LINGER_NANOS);
        if (isLooking) {
            turn.arm(new Look(), PAUSE_NANOS, JITTER_NANOS);
        } else {
            silences.clear();
        }
    }

    /** In an epoch in which also a replica answers whose members are changing. */
    private void ask(Turn turn, ReplicaId replica, ShardId shard, Silence silence) {
        Answers of = answers.computeIfAbsent(replica, r -> new Answers());
        if (silence.sinceSeenNanos == seenNanos) {
            // What should have been answered long ago was lost.
            of.askedNanos.removeIf(asked -> seenNanos - asked > 2 * of.tookNanos);
        }
        if (of.askedNanos.size() == ASKED_MAX) {
            of.askedNanos.remove();
        }
        of.askedNanos.add(seenNanos);
        silence.isAsked = true;
        IrMessage.Ask ask = new IrMessage.Ask(updates.nextId(), new ReadQuery.Versions(List.of()));
        turn.send(new ShardRequest(shard, replica, ask), Epoch.NEVER);
    }
}
