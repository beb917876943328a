package dev.danta.txn.client;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.KeyChange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client that follows the logs of replicas (protocol.md 7): for each call it asks the one replica whose log the cursor is in,
 * again and again until it says something. No other replica can answer in its place, for their logs are numbered differently.
 */
final class Feeds {
    /** For so long a replica that has nothing new may hold its answer back; less where the call has less time than twice that. */
    private static final int HOLD_MILLIS = 1_000;

    /** A replica that does not hold its answer back is asked so often. An answer that took longer was held back. */
    private static final long PAUSE_NANOS = 50_000_000;

    private static final long MILLI = 1_000_000;

    private final Turn.Context context;
    private final ReadRules rules;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Updates updates;
    private final Map<Long, Following> following = new TreeMap<>();
    private final Map<OpId, Long> asked = new TreeMap<>();

    /** The replica of a call is asked once more, or another one where any will do. */
    record AskAgain(long call) implements Timer {}

    private static final class Following {
        private final ClientCall.Follow what;
        private final long deadlineAt;
        /** Where the next question goes on: what it has passed was of other keys. */
        private @Nullable LogCursor at;

        private @Nullable OpId id;
        private @Nullable ReplicaId of;
        private long askedNanos;
        private int attempts;
        /** The replica has said that there is nothing new, and may be about to say so again. */
        private boolean isQuiet;

        Following(ClientCall.Follow what, long deadlineAt) {
            this.what = what;
            this.deadlineAt = deadlineAt;
            this.at = what.after();
        }
    }

    Feeds(
            Turn.Context context,
            ShardMap shards,
            ClientSettings settings,
            Peers peers,
            Updates updates,
            ReadRules rules) {
        this.rules = rules;
        this.context = context;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
        this.updates = updates;
    }

    void follow(Turn turn, long call, ClientCall.Follow what, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> late(at, call));
        if (what.shard().number() >= shards.shards()) {
            turn.finish(call, new CallOutcome.FeedGap("the cluster has no " + what.shard()));
            return;
        }
        following.put(call, new Following(what, turn.now().monotonicNanos() + deadlineNanos));
        ask(turn, call);
    }

    private void ask(Turn turn, long call) {
        Following one = following.get(call);
        if (one == null) {
            return;
        }
        ClientCall.Follow what = one.what;
        Membership membership = context.membership(what.shard());
        ReplicaId of = replica(one, membership);
        if (!membership.hasMember(of)) {
            finish(turn, call, new CallOutcome.FeedGap(of + " is no member of " + what.shard() + " any more"));
            return;
        }
        if (one.id != null) {
            asked.remove(one.id);
        }
        OpId id = updates.nextId();
        one.id = id;
        one.of = of;
        one.askedNanos = turn.now().monotonicNanos();
        asked.put(id, call);
        LogPosition after = one.at == null ? null : one.at.position();
        long left = Math.max(0, one.deadlineAt - one.askedNanos);
        int hold = after == null ? 0 : (int) Math.min(HOLD_MILLIS, left / 2 / MILLI);
        turn.send(List.of(new ShardRequest(
                what.shard(), of, new IrMessage.Ask(id, new ReadQuery.Feed(after, what.keys(), what.limit(), hold)))));
        long again = hold * MILLI + settings.fastPathMaxNanos();
        turn.arm(new AskAgain(call), again, again / 4);
    }

    private ReplicaId replica(Following one, Membership membership) {
        LogCursor after = one.what.after();
        if (after != null) {
            return after.source();
        }
        List<ReplicaId> order = peers.order(membership);
        return order.get(one.attempts % order.size());
    }

    void onAskAgain(Turn turn, AskAgain timer) {
        Following one = following.get(timer.call());
        if (one != null) {
            one.attempts++;
            // Rested, or waited in vain.
            one.isQuiet &= one.id == null;
            ask(turn, timer.call());
        }
    }

    void onReply(Turn turn, ShardId shard, ReplicaId from, IrMessage.Answered answered) {
        OpId id = answered.id();
        Long call = asked.get(id);
        Following one = call == null ? null : following.get(call);
        if (call == null || one == null || !one.what.shard().equals(shard) || !from.equals(one.of)) {
            return;
        }
        if (answered.answer() instanceof ReadAnswer.FeedGap gap) {
            finish(turn, call, new CallOutcome.FeedGap(from + " goes on at " + gap.end() + " in its log"));
        } else if (answered.answer() instanceof ReadAnswer.Feed feed && isAnswerTo(feed, one)) {
            LogCursor upTo = new LogCursor(from, feed.upTo());
            boolean isBegun = one.at != null;
            boolean goesOn = feed.more() && !upTo.equals(one.at);
            if (isBegun && !goesOn && feed.changes().isEmpty()) {
                one.at = upTo;
                rest(turn, call, one, id, upTo);
            } else {
                finish(turn, call, new CallOutcome.Followed(upTo, feed.changes(), isBegun && feed.more()));
            }
        } else {
            finish(turn, call, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
        }
    }

    private boolean isAnswerTo(ReadAnswer.Feed feed, Following one) {
        ClientCall.Follow what = one.what;
        return (one.at == null || rules.goesOn(one.at.position(), feed.upTo()))
                && feed.changes().stream()
                        .map(KeyChange::key)
                        .allMatch(key -> what.keys().contains(key) && shards.livesOn(key, what.shard()));
    }

    /** Nothing new: if that was said at once, the next question waits a while; if it was held back, whoever calls asks it. */
    private void rest(Turn turn, long call, Following one, OpId answered, LogCursor upTo) {
        long since = turn.now().monotonicNanos() - one.askedNanos;
        if (since >= PAUSE_NANOS) {
            finish(turn, call, new CallOutcome.Followed(upTo, List.of(), false));
            return;
        }
        asked.remove(answered);
        one.id = null;
        one.isQuiet = true;
        long pause = PAUSE_NANOS - since;
        turn.arm(new AskAgain(call), pause, pause / 4);
    }

    /** Whoever the members are now, the log of the epoch before has ended. */
    void onMoved(Turn turn, ShardId shard) {
        for (Map.Entry<Long, Following> entry : List.copyOf(following.entrySet())) {
            if (entry.getValue().what.shard().equals(shard)) {
                ask(turn, entry.getKey());
            }
        }
    }

    void onConnected(Turn turn, ReplicaId replica) {
        for (Map.Entry<Long, Following> entry : List.copyOf(following.entrySet())) {
            if (replica.equals(entry.getValue().of)) {
                ask(turn, entry.getKey());
            }
        }
    }

    private void finish(Turn turn, long call, CallOutcome outcome) {
        forget(turn, call);
        turn.finish(call, outcome);
    }

    private @Nullable Following forget(Turn turn, long call) {
        Following one = following.remove(call);
        if (one != null && one.id != null) {
            asked.remove(one.id);
        }
        turn.cancel(new AskAgain(call));
        return one;
    }

    /** A replica that has said nothing was not there; one that has said that there is nothing new was. */
    private CallOutcome late(Turn turn, long call) {
        Following one = forget(turn, call);
        if (one == null || one.of == null) {
            return new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, new TreeMap<>());
        }
        return one.isQuiet && one.at != null
                ? new CallOutcome.Followed(one.at, List.of(), false)
                : new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, peers.causes(List.of(one.of)));
    }
}
