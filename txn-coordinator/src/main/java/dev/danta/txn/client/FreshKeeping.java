package dev.danta.txn.client;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.txn.KeyChange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Has feeds keep what is remembered of some collections fresh (ADR 35). Of a strict one a replica of each shard is followed,
 * and what it tells takes the place of what is remembered. Of a relaxed one a quorum is, the <em>set</em>: whatever a quorum has
 * acknowledged one of the set has, and shows it to a read or tells it. So when each of them has told everything up to some
 * moment, what was read of all of them and joined with what they told is as good as if it were asked for then.
 *
 * <p>When one of the set has a gap or falls silent, or the members change, another set is begun, and nothing that was read
 * before is vouched for any more.
 */
final class FreshKeeping {
    /** A replica is not asked more often than that, however it answers. */
    private static final long PAUSE_NANOS = 50_000_000;

    /** Whoever does not understand what it is asked is asked again so late. */
    private static final long REFUSED_PAUSE_NANOS = 1_000_000_000;

    /** After so many questions in a row that one of them has not answered another set is chosen. */
    private static final int SILENT_MAX = 2;

    private static final long MILLI = 1_000_000;

    private final Turn.Context context;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Updates updates;
    private final KnownVersions versions;
    private final KnownValues values;
    private final FreshRules rules;
    /** By the first key that may be of the collection. */
    private final NavigableMap<Key, Kept> kept = new TreeMap<>();

    private final Map<Long, Following> followings = new TreeMap<>();
    private final Map<OpId, Tail> asked = new TreeMap<>();
    private long numbers;

    /** A replica is asked for what is new, or once more if it has not answered. */
    record AskAgain(long following, ReplicaId of) implements Timer {}

    /** A collection that is kept fresh, for as long as somebody wants that. */
    private static final class Kept {
        private final KeyRange keys;
        private final boolean strict;
        /** How fresh, by the call that asked for it. */
        private final Map<Long, Long> within = new TreeMap<>();

        private final Map<ShardId, Following> byShard = new TreeMap<>();

        Kept(KeyRange keys, boolean strict) {
            this.keys = keys;
            this.strict = strict;
        }

        /** So that an answer that was held back as long as it may be, and the next one, come in time. */
        long thirdNanos() {
            return Collections.min(within.values()) / 3;
        }
    }

    /** A set of replicas of one shard, each of which is followed. */
    private static final class Following {
        private final long number;
        private final Kept what;
        private final ShardId shard;
        private final Map<ReplicaId, Tail> tails = new TreeMap<>();

        Following(long number, Kept what, ShardId shard) {
            this.number = number;
            this.what = what;
            this.shard = shard;
        }

        boolean hasBegun() {
            return tails.values().stream().allMatch(tail -> tail.at != null);
        }

        /** Everything was told that was there at this moment; null before that was so. */
        @Nullable
        Long toldNanos() {
            Long least = null;
            for (Tail tail : tails.values()) {
                if (tail.toldNanos == null) {
                    return null;
                }
                least = least == null || tail.toldNanos - least < 0 ? tail.toldNanos : least;
            }
            return least;
        }
    }

    /** One replica that is followed. */
    private static final class Tail {
        private final Following following;
        private final ReplicaId of;
        private @Nullable LogCursor at;
        private @Nullable OpId id;
        private long askedNanos;
        private int silent;
        /** When a question was asked to which the answer was all there was. */
        private @Nullable Long toldNanos;

        Tail(Following following, ReplicaId of) {
            this.following = following;
            this.of = of;
        }
    }

    /** The replicas that vouch for what all of them answer. */
    record Vouching(long following, List<ReplicaId> replicas) {}

    FreshKeeping(
            Turn.Context context,
            ShardMap shards,
            ClientSettings settings,
            Peers peers,
            Updates updates,
            KnownVersions versions,
            KnownValues values,
            FreshRules rules) {
        this.context = context;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
        this.updates = updates;
        this.versions = versions;
        this.values = values;
        this.rules = rules;
    }

    /** The answer to {@code call}. */
    CallOutcome on(Turn turn, long call, ClientCall.FreshCall what) {
        if (what instanceof ClientCall.KeepFresh keep) {
            return keep(turn, call, keep);
        } else if (what instanceof ClientCall.LetGo go) {
            return letGo(turn, go.kept());
        }
        return new CallOutcome.Lag(lag(turn, ((ClientCall.ReadLag) what).kept()));
    }

    private CallOutcome keep(Turn turn, long call, ClientCall.KeepFresh what) {
        Kept before = kept.get(what.keys().from());
        if (before != null && (!before.keys.equals(what.keys()) || before.strict != what.strict())) {
            return new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>());
        }
        Kept one = before == null ? new Kept(what.keys(), what.strict()) : before;
        one.within.put(call, what.withinNanos());
        kept.put(what.keys().from(), one);
        if (before == null) {
            shards.shardsOf(what.keys()).forEach(shard -> begin(turn, one, shard));
        }
        return new CallOutcome.KeptFresh(call);
    }

    private CallOutcome letGo(Turn turn, long call) {
        for (Kept one : List.copyOf(kept.values())) {
            if (one.within.remove(call) != null && one.within.isEmpty()) {
                kept.remove(one.keys.from());
                one.byShard.values().forEach(following -> end(turn, following));
            }
        }
        return new CallOutcome.KeptFresh(call);
    }

    /** How long ago it was that everything was told, in the shard in which that is longest ago; null if it never was in some. */
    private @Nullable Long lag(Turn turn, long call) {
        Long longest = null;
        for (Kept one : kept.values()) {
            if (one.within.containsKey(call)) {
                for (Following following : one.byShard.values()) {
                    Long told = following.toldNanos();
                    if (told == null) {
                        return null;
                    }
                    long ago = turn.now().monotonicNanos() - told;
                    longest = longest == null ? ago : Math.max(longest, ago);
                }
            }
        }
        return longest;
    }

    /** The set that is followed for the relaxed value of {@code key}, if what it answers now is vouched for. */
    @Nullable
    Vouching vouching(Key key) {
        Following following = following(key);
        return following != null
                        && !following.what.strict
                        && rules.mayVouch(following.hasBegun())
                        && following.tails.keySet().stream().allMatch(peers::isUp)
                ? new Vouching(following.number, List.copyOf(following.tails.keySet()))
                : null;
    }

    /** As of when the set that is followed vouches for what it was read of {@code key}. */
    KnownValues.@Nullable Vouched vouched(Key key) {
        Following following = following(key);
        Long told = following == null || following.what.strict ? null : following.toldNanos();
        return following == null || told == null ? null : new KnownValues.Vouched(following.number, told);
    }

    private @Nullable Following following(Key key) {
        Map.Entry<Key, Kept> nearest = kept.floorEntry(key);
        return nearest != null && nearest.getValue().keys.contains(key)
                ? nearest.getValue().byShard.get(shards.shardOf(key))
                : null;
    }

    /** A set is chosen and followed from where its logs end now, in place of the one before. */
    private void begin(Turn turn, Kept one, ShardId shard) {
        choose(turn, one, shard).tails.values().forEach(tail -> ask(turn, tail));
    }

    /** The same a pause later; nothing is vouched for meanwhile. A log that keeps next to nothing has a gap for each question. */
    private void beginRested(Turn turn, Kept one, ShardId shard) {
        for (Tail tail : choose(turn, one, shard).tails.values()) {
            turn.arm(new AskAgain(tail.following.number, tail.of), PAUSE_NANOS, PAUSE_NANOS / 4);
        }
    }

    private Following choose(Turn turn, Kept one, ShardId shard) {
        Following before = one.byShard.get(shard);
        if (before != null) {
            end(turn, before);
        }
        Membership membership = context.membership(shard);
        int needed = one.strict ? 1 : rules.followed(membership);
        Following following = new Following(++numbers, one, shard);
        peers.order(membership)
                .subList(0, needed)
                .forEach(replica -> following.tails.put(replica, new Tail(following, replica)));
        one.byShard.put(shard, following);
        followings.put(following.number, following);
        return following;
    }

    private void end(Turn turn, Following following) {
        followings.remove(following.number);
        for (Tail tail : following.tails.values()) {
            if (tail.id != null) {
                asked.remove(tail.id);
            }
            turn.cancel(new AskAgain(following.number, tail.of));
        }
    }

    /** What was asked before and not answered does not count any more. */
    private void ask(Turn turn, Tail tail) {
        if (tail.id != null) {
            asked.remove(tail.id);
        }
        Kept what = tail.following.what;
        OpId id = updates.nextId();
        tail.id = id;
        tail.askedNanos = turn.now().monotonicNanos();
        asked.put(id, tail);
        LogPosition after = tail.at == null ? null : tail.at.position();
        int holdMillis = after == null ? 0 : (int) Math.min(what.thirdNanos() / MILLI, ReadQuery.HOLD_MILLIS_MAX);
        ReadQuery.Feed query = new ReadQuery.Feed(after, what.keys, rules.pageChanges(), holdMillis);
        turn.send(List.of(new ShardRequest(tail.following.shard, tail.of, new IrMessage.Ask(id, query))));
        long again = holdMillis * MILLI + settings.fastPathMaxNanos();
        turn.arm(new AskAgain(tail.following.number, tail.of), again, again / 4);
    }

    void onAskAgain(Turn turn, AskAgain timer) {
        Following following = followings.get(timer.following());
        Tail tail = following == null ? null : following.tails.get(timer.of());
        if (following == null || tail == null) {
            return;
        }
        if (tail.id != null) {
            peers.suspect(tail.of);
            tail.silent++;
        }
        if (tail.silent >= SILENT_MAX) {
            begin(turn, following.what, following.shard);
        } else {
            ask(turn, tail);
        }
    }

    void onReply(Turn turn, ShardId shard, ReplicaId from, IrMessage.Answered answered) {
        Tail tail = asked.get(answered.id());
        if (tail == null || !tail.following.shard.equals(shard) || !tail.of.equals(from)) {
            return;
        }
        asked.remove(answered.id());
        tail.id = null;
        tail.silent = 0;
        if (answered.answer() instanceof ReadAnswer.Feed page && goesOn(tail, page)) {
            onPage(turn, tail, page);
        } else if (answered.answer() instanceof ReadAnswer.FeedGap gap) {
            if (rules.gapEnds()) {
                beginRested(turn, tail.following.what, shard);
            } else {
                tail.at = new LogCursor(from, gap.end());
                rest(turn, tail, PAUSE_NANOS);
            }
        } else {
            rest(turn, tail, REFUSED_PAUSE_NANOS);
        }
    }

    private static boolean goesOn(Tail tail, ReadAnswer.Feed page) {
        return tail.at == null || tail.at.position().isAtOrBefore(page.upTo());
    }

    private void onPage(Turn turn, Tail tail, ReadAnswer.Feed page) {
        LogCursor before = tail.at;
        LogCursor upTo = new LogCursor(tail.of, page.upTo());
        tail.at = upTo;
        if (before == null) {
            if (tail.following.what.strict) {
                versions.distrust(tail.following.what.keys, key -> shards.livesOn(key, tail.following.shard));
            }
            ask(turn, tail);
            return;
        }
        page.changes().forEach(change -> told(tail, change));
        if (rules.isComplete(page)) {
            tail.toldNanos = tail.askedNanos;
        }
        if (page.more() && !upTo.equals(before)) {
            ask(turn, tail);
        } else {
            long third = tail.following.what.thirdNanos();
            rest(turn, tail, page.changes().isEmpty() ? Math.max(PAUSE_NANOS, third) : PAUSE_NANOS);
        }
    }

    private void told(Tail tail, KeyChange change) {
        Following following = tail.following;
        if (change instanceof KeyChange.Joined joined && !following.what.strict) {
            values.told(joined.key(), following.number, tail.of, joined.change());
        } else if (change instanceof KeyChange.Written written && following.what.strict && !written.overtaken()) {
            versions.told(written.key(), written.version());
        }
    }

    /** The next question is asked so long after the last one. */
    private void rest(Turn turn, Tail tail, long spacingNanos) {
        long since = turn.now().monotonicNanos() - tail.askedNanos;
        long pause = Math.max(0, spacingNanos - since);
        turn.arm(new AskAgain(tail.following.number, tail.of), pause, pause / 4);
    }

    /** With other members logs begin anew, and another quorum acknowledges. */
    void onMoved(Turn turn, ShardId shard) {
        kept.values().stream().filter(one -> one.byShard.containsKey(shard)).forEach(one -> begin(turn, one, shard));
    }

    void onConnected(Turn turn, ReplicaId replica) {
        for (Following following : new ArrayList<>(followings.values())) {
            Tail tail = following.tails.get(replica);
            if (tail != null && tail.id != null) {
                ask(turn, tail);
            }
        }
    }
}
