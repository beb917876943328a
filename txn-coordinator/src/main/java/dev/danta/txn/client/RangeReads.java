package dev.danta.txn.client;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's reads of ranges: one replica of every shard that the range can touch is asked, part by part, until the range
 * ends or as much was found as is wanted, from its beginning or from its end. What comes behind the furthest key that all
 * shards have told of was not read.
 */
final class RangeReads {
    private final ShardMap shards;
    private final HybridClock clock;
    private final Reads reads;
    private final KnownVersions known;
    private final Horizon horizon;

    /** What a call has found so far. */
    private static final class Search {
        private final long call;
        private final BiConsumer<Turn, CallOutcome.RangeFound> then;
        private final KeyRange range;
        private final int limit;
        private final boolean fromEnd;
        private final TreeMap<Key, Version> found = new TreeMap<>();
        private final Map<ShardId, Timestamp> deletedBelow = new TreeMap<>();
        private final Map<ShardId, Integer> counts = new TreeMap<>();
        private int shardsUnderWay;
        private @Nullable KeyRange rest;

        Search(long call, ClientCall.ReadRange read, BiConsumer<Turn, CallOutcome.RangeFound> then) {
            this.call = call;
            this.then = then;
            this.range = read.range();
            this.limit = read.limit();
            this.fromEnd = read.fromEnd();
        }

        /** What of {@code part} the search has not come to when it has come to {@code key}; null if it was the last. */
        @Nullable
        KeyRange beyond(KeyRange part, Key key) {
            return fromEnd ? part.before(key) : part.behind(key);
        }

        /** This much of the range was not read on some shard; the longest of all such rests is what is left. */
        void leave(@Nullable KeyRange unread) {
            if (unread != null && (rest == null || isLonger(unread, rest))) {
                rest = unread;
            }
        }

        private boolean isLonger(KeyRange one, KeyRange other) {
            return fromEnd ? one.to().compareTo(other.to()) > 0 : one.from().compareTo(other.from()) < 0;
        }

        /** What was read of the range on all shards. */
        KeyRange told() {
            return rest == null ? range : fromEnd ? range.behind(rest) : range.before(rest);
        }

        /** What was found in {@code part}, as the search has come to it. */
        NavigableMap<Key, Version> foundIn(KeyRange part) {
            NavigableMap<Key, Version> within = found.subMap(part.from(), true, part.to(), false);
            return fromEnd ? within.descendingMap() : within;
        }
    }

    RangeReads(ShardMap shards, HybridClock clock, Reads reads, KnownVersions known, Horizon horizon) {
        this.shards = shards;
        this.clock = clock;
        this.reads = reads;
        this.known = known;
        this.horizon = horizon;
    }

    /**
     * The part of {@code ranges} that each shard has to compare: every shard that a range can touch has one, also where
     * nothing was found, or an insertion there would go unseen (protocol.md 4.1).
     */
    static Map<ShardId, List<RangeRead>> shares(List<RangeRead> ranges, ShardMap shards, ReadRules rules) {
        Map<ShardId, List<RangeRead>> shares = new TreeMap<>();
        for (RangeRead range : ranges) {
            Map<ShardId, List<Read>> seen = new TreeMap<>();
            shards.shardsOf(range.range()).forEach(shard -> seen.put(shard, new ArrayList<>()));
            for (Read read : range.seen()) {
                seen.computeIfAbsent(shards.shardOf(read.key()), s -> new ArrayList<>())
                        .add(read);
            }
            SortedMap<ShardId, RangeRead> parts = new TreeMap<>();
            seen.forEach((shard, reads) -> parts.put(shard, new RangeRead(range.range(), reads)));
            rules.participants(parts)
                    .forEach((shard, part) -> shares.computeIfAbsent(shard, s -> new ArrayList<>())
                            .add(part));
        }
        return shares;
    }

    void read(Turn turn, long call, ClientCall.ReadRange read, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> reads.late(at, call));
        find(turn, call, read, (later, found) -> later.finish(call, found));
    }

    /** Finds what is in a range for an open call; {@link #forget} ends it. */
    void find(Turn turn, long call, ClientCall.ReadRange read, BiConsumer<Turn, CallOutcome.RangeFound> then) {
        Search search = new Search(call, read, then);
        List<ShardId> asked = shards.shardsOf(read.range());
        search.shardsUnderWay = asked.size();
        asked.forEach(shard -> ask(turn, search, shard, read.range()));
    }

    /** Nobody waits any more for what was asked on behalf of {@code call}. */
    void forget(Turn turn, long call) {
        reads.forget(turn, call);
    }

    private void ask(Turn turn, Search search, ShardId shard, KeyRange part) {
        int wanted = search.limit - search.counts.getOrDefault(shard, 0);
        ReadQuery query = new ReadQuery.Range(part, Math.min(wanted, ReadQuery.RANGE_ENTRIES_MAX), search.fromEnd);
        reads.askOne(turn, search.call, shard, query, (later, reply) -> {
            if (reply instanceof IrMessage.Answered answered
                    && answered.answer() instanceof ReadAnswer.Range range
                    && isAnswerTo(range, shard, part)) {
                onAnswer(later, search, shard, part, range);
            } else {
                reads.forget(later, search.call);
                later.finish(search.call, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
            }
        });
    }

    private boolean isAnswerTo(ReadAnswer.Range answer, ShardId shard, KeyRange part) {
        return answer.entries().stream()
                .allMatch(entry -> part.contains(entry.key()) && shards.livesOn(entry.key(), shard));
    }

    private void onAnswer(Turn turn, Search search, ShardId shard, KeyRange part, ReadAnswer.Range answer) {
        horizon.hear(answer.deletedBelow());
        search.deletedBelow.merge(shard, answer.deletedBelow(), Timestamp::max);
        for (ReadAnswer.RangeEntry entry : answer.entries()) {
            search.found.put(entry.key(), known.orNewer(entry.key(), entry.version(), answer.deletedBelow()));
        }
        int count = search.counts.merge(shard, answer.entries().size(), Integer::sum);
        int furthest = search.fromEnd ? 0 : answer.entries().size() - 1;
        KeyRange unread = answer.more()
                ? search.beyond(part, answer.entries().get(furthest).key())
                : null;
        if (unread != null && count < search.limit) {
            ask(turn, search, shard, unread);
            return;
        }
        search.leave(unread);
        search.shardsUnderWay--;
        if (search.shardsUnderWay == 0) {
            finish(turn, search);
        }
    }

    private void finish(Turn turn, Search search) {
        KeyRange read = search.told();
        for (Key key : known.within(read)) {
            Timestamp deletedBelow = search.deletedBelow.get(shards.shardOf(key));
            if (deletedBelow != null && !search.found.containsKey(key)) {
                search.found.put(key, known.orNewer(key, Version.NEVER_THERE, deletedBelow));
            }
        }
        List<Verdict.Newest> found = new ArrayList<>();
        @Nullable Key last = null;
        for (Map.Entry<Key, Version> entry : search.foundIn(read).entrySet()) {
            if (!entry.getValue().equals(Version.NEVER_THERE) && found.size() < search.limit) {
                clock.observe(entry.getValue().timestamp());
                found.add(new Verdict.Newest(entry.getKey(), entry.getValue()));
                last = entry.getKey();
            } else if (!entry.getValue().equals(Version.NEVER_THERE) && last != null) {
                search.leave(search.beyond(search.range, last));
                break;
            }
        }
        if (search.fromEnd) {
            Collections.reverse(found);
        }
        search.then.accept(turn, new CallOutcome.RangeFound(search.told(), found, search.rest));
    }
}
