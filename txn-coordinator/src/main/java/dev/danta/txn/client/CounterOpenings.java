package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The bounded counters that transactions want to decide about, each of them a {@link CounterOpening}. */
final class CounterOpenings {
    private final CounterTools tools;
    private final BiFunction<Key, Timestamp, @Nullable Long> stopOwn;
    private final Map<Long, Whole> underWay = new TreeMap<>();

    /** All that one call asks for. */
    private final class Whole implements CounterOpening.Whole {
        private final long call;
        private final Map<Key, CounterOpening> parts = new LinkedHashMap<>();

        Whole(long call, ClientCall.OpenCounters open) {
            this.call = call;
            open.asks()
                    .forEach(ask -> parts.put(
                            ask.key(),
                            new CounterOpening(
                                    call, ask, open.cached(), tools, id -> stopOwn.apply(ask.key(), id), this)));
        }

        @Override
        public void onOpened(Turn turn) {
            List<CallOutcome.Opened> opened = new ArrayList<>();
            for (CounterOpening part : parts.values()) {
                CallOutcome.Opened one = part.opened();
                if (one == null) {
                    return;
                }
                opened.add(one);
            }
            underWay.remove(call);
            turn.finish(call, new CallOutcome.CountersOpened(opened));
        }

        @Override
        public void onFailed(Turn turn, CallOutcome.Failure failure) {
            turn.finish(call, end(turn, failure));
        }

        private CallOutcome end(Turn turn, CallOutcome.Failure failure) {
            underWay.remove(call);
            SortedMap<ReplicaId, String> causes = new TreeMap<>();
            parts.values().forEach(part -> causes.putAll(part.abandon(turn)));
            return new CallOutcome.Failed(failure, causes);
        }
    }

    /** @param stopOwn as {@link CounterOpening} has it, of the counter with this key */
    CounterOpenings(CounterTools tools, BiFunction<Key, Timestamp, @Nullable Long> stopOwn) {
        this.tools = tools;
        this.stopOwn = stopOwn;
    }

    /** Calls that are not answered yet. */
    int underWay() {
        return underWay.size();
    }

    void open(Turn turn, long call, ClientCall.OpenCounters open, long deadlineNanos) {
        Whole whole = new Whole(call, open);
        turn.open(call, deadlineNanos, at -> whole.end(at, CallOutcome.Failure.DEADLINE));
        CallOutcome.Failed refusal = tools.reach().refusal(turn, () -> shardsOf(open));
        if (refusal != null) {
            turn.finish(call, refusal);
        } else if (tools.updates().admit(turn, call)) {
            underWay.put(call, whole);
            List.copyOf(whole.parts.values()).forEach(part -> part.begin(turn));
        }
    }

    private List<ShardId> shardsOf(ClientCall.OpenCounters open) {
        return open.asks().stream()
                .map(ask -> tools.shards().shardOf(ask.key()))
                .distinct()
                .toList();
    }

    void onTryAgain(Turn turn, CounterOpening.TryAgain timer) {
        Whole whole = underWay.get(timer.call());
        CounterOpening part = whole == null ? null : whole.parts.get(timer.counter());
        if (part != null) {
            part.onTryAgain(turn);
        }
    }
}
