package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings one bounded counter to where a transaction can decide about it (protocol.md 8): gains are read at a quorum, then the
 * record, into which they are folded. Where that is not enough for what the transaction wants, allotments are called in, gains
 * and record are read anew, and what was called in is closed.
 *
 * <p>Nothing is written here. What is found is so only if the transaction that uses it commits, with the version among what it
 * has read and the record, if it was changed, among what it writes.
 */
final class CounterOpening {
    private final long call;
    private final ClientCall.OpenCounters.Ask ask;
    private final CounterTools tools;
    private final Function<Timestamp, @Nullable Long> stopOwn;
    private final Whole whole;
    private final Fencing fencing;
    /** What was spent of those that were called in. */
    private final TreeMap<Timestamp, Long> spent = new TreeMap<>();

    /** Whether what this client remembers of the record will do. */
    private boolean cached;

    private boolean versionIsRemembered;
    private @Nullable Version version;
    private @Nullable Counter gains;
    /** What gains were when they were read before with the same version; null if they were not. */
    private @Nullable Counter gainsBefore;
    /** Whether the gains were read when the version was at hand already. */
    private boolean gainsAreLater;
    /** Of what is under way; 0 while it pauses, or allotments are being called in. */
    private long errand;

    private int attempts;
    private CallOutcome.@Nullable Opened opened;

    /** It goes on after a pause. */
    record TryAgain(long call, Key counter) implements Timer {}

    /** The call that it is a part of. */
    interface Whole {
        void onOpened(Turn turn);

        void onFailed(Turn turn, CallOutcome.Failure failure);
    }

    /**
     * @param call that it is a part of
     * @param cached whether what this client remembers of the record will do at first
     * @param stopOwn stops an allotment of this client's own, and tells what was spent of it; null if that is not final, or it is
     *     not its own: then it is fenced
     */
    CounterOpening(
            long call,
            ClientCall.OpenCounters.Ask ask,
            boolean cached,
            CounterTools tools,
            Function<Timestamp, @Nullable Long> stopOwn,
            Whole whole) {
        this.call = call;
        this.ask = ask;
        this.cached = cached;
        this.tools = tools;
        this.stopOwn = stopOwn;
        this.whole = whole;
        this.spent.putAll(ask.calledIn());
        this.fencing = new Fencing(ask.key(), tools, this::onCalledIn);
    }

    /** What was found; null as long as it is being looked for. */
    CallOutcome.@Nullable Opened opened() {
        return opened;
    }

    void begin(Turn turn) {
        version = null;
        gainsBefore = null;
        readGains(turn);
    }

    private void readGains(Turn turn) {
        errand = turn.errand(this::onGains);
        ClientCall.Level level = tools.rules().gains();
        tools.reads().findRelaxed(turn, errand, new ClientCall.ReadRelaxed(ask.key(), level));
    }

    private void onGains(Turn turn, CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Relaxed relaxed)) {
            pause(turn);
            return;
        }
        if (relaxed.state() != null && !(relaxed.state() instanceof Counter)) {
            whole.onFailed(turn, CallOutcome.Failure.REFUSED);
            return;
        }
        Counter read = relaxed.state() instanceof Counter counter ? counter : Counter.ZERO;
        gains = read;
        gainsAreLater = version != null;
        if (version == null) {
            readRecord(turn);
        } else {
            decide(turn, version, read);
        }
    }

    private void readRecord(Turn turn) {
        long asked = turn.errand((later, outcome) -> pause(later));
        errand = asked;
        tools.reads().find(turn, asked, List.of(ask.key()), cached, (later, found) -> {
            if (errand == asked && gains != null) {
                later.drop(asked);
                versionIsRemembered = found.cached() > 0;
                version = found.versions().get(0);
                decide(later, version, gains);
            }
        });
    }

    private void decide(Turn turn, Version at, Counter gained) {
        CounterRecord recorded = CounterRecord.of(at, ask.bounds());
        if (recorded == null) {
            whole.onFailed(turn, CallOutcome.Failure.REFUSED);
            return;
        }
        CounterRecord seen = recorded.forgetting(tools.horizon().g());
        CounterRecord record = closing(tools.rules().folding(seen, gained));
        boolean lacks =
                ask.amount() > 0 && !tools.rules().covers(record, ask.bounds(), ask.amount(), ask.intoAllowance());
        boolean tells = ask.need() != ClientCall.OpenCounters.Need.TO_CHANGE;
        if (tools.rules().hasCallable(record)
                && (ask.need() == ClientCall.OpenCounters.Need.ALL
                        || (lacks && tools.rules().callsInBeforeLimit()))) {
            callIn(turn, record);
            return;
        }
        boolean asksAgain = (lacks && tools.rules().asksAgainBeforeLimit() && !gainsAreLater)
                || (tells && tools.rules().asksAgainBeforeValue() && !(gainsAreLater && gained.equals(gainsBefore)));
        if (asksAgain) {
            gainsBefore = gained;
            readGains(turn);
            return;
        }
        errand = 0;
        boolean isAll = gainsAreLater && !tools.rules().hasCallable(record);
        opened = new CallOutcome.Opened(ask.key(), at, record, !record.equals(seen), isAll);
        whole.onOpened(turn);
    }

    private CounterRecord closing(CounterRecord folded) {
        CounterRecord record = folded;
        for (Map.Entry<Timestamp, Long> one : spent.entrySet()) {
            if (record.open().containsKey(one.getKey())) {
                long amount = record.open().get(one.getKey()).amount();
                Invariant.check(one.getValue() <= amount, "no more is spent of an allotment than it has", one);
                record = tools.rules().closing(record, one.getKey(), one.getValue());
            }
        }
        return record;
    }

    /** Calls in everything that can be, unless it is only remembered that it is open. */
    private void callIn(Turn turn, CounterRecord record) {
        if (versionIsRemembered) {
            cached = false;
            begin(turn);
            return;
        }
        errand = 0;
        record.open().forEach((id, allotment) -> {
            if (!tools.rules().isCallable(allotment)) {
                return;
            }
            Long known = stopOwn.apply(id);
            if (known != null) {
                spent.put(id, known);
            } else {
                fencing.fence(turn, id, false);
            }
        });
        if (!fencing.isUnderWay()) {
            begin(turn);
        }
    }

    /** Gains are read only now: so nobody sees a spend without the gain that came first. */
    private void onCalledIn(Turn turn) {
        boolean hasLearned = !spent.keySet().containsAll(fencing.spent().keySet());
        spent.putAll(fencing.spent());
        if (hasLearned) {
            begin(turn);
        } else {
            pause(turn);
        }
    }

    /** It begins anew a little later. */
    private void pause(Turn turn) {
        errand = 0;
        attempts++;
        turn.arm(new TryAgain(call, ask.key()), 0, tools.retries().ceilingNanos(attempts));
    }

    void onTryAgain(Turn turn) {
        if (errand == 0 && opened == null && !fencing.isUnderWay()) {
            begin(turn);
        }
    }

    /** Nobody waits any more; what was missing. */
    SortedMap<ReplicaId, String> abandon(Turn turn) {
        SortedMap<ReplicaId, String> causes = new TreeMap<>();
        fencing.abandon(turn);
        turn.cancel(new TryAgain(call, ask.key()));
        if (errand != 0) {
            turn.drop(errand);
            causes.putAll(tools.reads().forget(turn, errand));
            causes.putAll(tools.updates().stopWaiting(errand));
        }
        return causes;
    }
}
