package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one strict transaction makes of a bounded counter's record, and what those who wait are told if it commits
 * (protocol.md 8). "Not enough" is said of a record in which everything gained is folded and nothing is open that could be
 * called in; where something is, it is called in first.
 */
final class CounterPlan {
    /** Who takes an allotment wants to spend of it more than once. */
    private static final int SPENDS_MIN = 2;

    private final ClientId self;
    private final CounterRules rules;
    private final CounterRecord seen;
    private final Map<Long, CallOutcome> answers = new LinkedHashMap<>();
    private final SortedSet<Timestamp> callIn = new TreeSet<>();
    private CounterRecord folded;
    /** With gains folded and allotments closed, before anything is spent. */
    private CounterRecord base;

    private CounterRecord record;
    private long taken;
    private boolean leavesSomebody;

    private CounterPlan(CounterRecord seen, ClientId self, CounterRules rules) {
        this.seen = seen;
        this.folded = seen;
        this.base = seen;
        this.record = seen;
        this.self = self;
        this.rules = rules;
    }

    /**
     * What a client knows of allotments.
     *
     * @param spent what was spent of those that may be closed: nothing more could be spent of them when gains were read
     * @param wantsOne whether this client has none, so that reserved spends take one
     */
    record Known(SortedMap<Timestamp, Long> spent, boolean wantsOne) {}

    /** What {@code ops}, in their order, make of {@code seen}; {@code gains} were read at a quorum before it was. */
    static CounterPlan of(
            CounterRecord seen, Counter gains, Known known, List<CounterOp> ops, ClientId self, CounterRules rules) {
        CounterPlan plan = new CounterPlan(seen, self, rules);
        plan.folded = rules.folding(seen, gains);
        plan.record = plan.folded;
        known.spent().forEach(plan::close);
        plan.base = plan.record;
        ops.forEach(plan::serve);
        if (known.wantsOne()) {
            plan.take(ops);
        }
        return plan;
    }

    private void close(Timestamp id, long spent) {
        Allotment allotment = record.open().get(id);
        if (allotment != null) {
            record = rules.closing(record, id, Math.min(spent, allotment.amount()));
        }
    }

    private void serve(CounterOp op) {
        if (op.what() instanceof ClientCall.Spend spend) {
            if (record.covers(spend.amount(), spend.intoAllowance())) {
                record = record.spending(spend.amount());
                answers.put(op.call(), new CallOutcome.Spent(true, SpendManner.STRICT, record.room()));
            } else if (record.hasCallable()) {
                callIn(null);
            } else if (base.covers(spend.amount(), spend.intoAllowance())) {
                // What is missing is spent by this very transaction, of gains that may have come after others that
                // nobody has
                // told of yet: whether there is too little then is found out when that is on record.
                leavesSomebody = true;
            } else {
                answers.put(op.call(), new CallOutcome.Spent(false, SpendManner.STRICT, record.room()));
            }
        } else if (op.what() instanceof ClientCall.ReadCounter read) {
            if (read.exact() && record.hasCallable()) {
                callIn(null);
            } else {
                answers.put(
                        op.call(),
                        new CallOutcome.CounterValue(record.room(), record.openAmount(), record.shift(), read.exact()));
            }
        } else if (op.what() instanceof ClientCall.GiveBack) {
            if (record.open().values().stream().anyMatch(this::isOwnCallable)) {
                callIn(self);
            } else {
                answers.put(op.call(), new CallOutcome.GivenBack(givenBack()));
            }
        }
    }

    private boolean isOwnCallable(Allotment allotment) {
        return allotment.owner().equals(self) && !allotment.lax();
    }

    private void callIn(@Nullable ClientId owner) {
        record.open().forEach((id, allotment) -> {
            if (!allotment.lax() && (owner == null || allotment.owner().equals(owner))) {
                callIn.add(id);
            }
        });
    }

    private long givenBack() {
        long amount = 0;
        for (Map.Entry<Timestamp, Allotment> entry : seen.open().entrySet()) {
            CounterRecord.Closed closed = record.closed().get(entry.getKey());
            if (closed != null && entry.getValue().owner().equals(self)) {
                amount += entry.getValue().amount() - closed.spent();
            }
        }
        return amount;
    }

    /**
     * Takes an allotment for reserved spends to come, if one was asked for and there is plenty: half of what everybody who has
     * one would get, so that late comers find something, too.
     */
    private void take(List<CounterOp> ops) {
        long largest = ops.stream()
                .filter(CounterOp::isReserved)
                .mapToLong(CounterOp::amount)
                .max()
                .orElse(0);
        boolean scarce = leavesSomebody || !callIn.isEmpty() || refusesSomebody();
        boolean hasOwn = record.open().values().stream().anyMatch(this::isOwnCallable);
        if (largest == 0 || scarce || hasOwn) {
            return;
        }
        long owners =
                record.open().values().stream().map(Allotment::owner).distinct().count();
        long share = record.room() / (2 * (owners + 1));
        if (share / SPENDS_MIN >= largest) {
            record = record.taking(self, share, false);
            taken = share;
        }
    }

    /** What is to be written; the same as was seen if nothing is. */
    CounterRecord record() {
        return record;
    }

    boolean changes() {
        return !record.equals(seen);
    }

    /** Whether nothing is changed but that gains are folded, if even that. */
    boolean onlyFolds() {
        return record.equals(folded);
    }

    /** What is told if it commits; whoever is not named goes on waiting. */
    Map<Long, CallOutcome> answers() {
        return answers;
    }

    /** Whether somebody is told that there is not enough. */
    boolean refusesSomebody() {
        return answers.values().stream()
                .anyMatch(answer -> answer instanceof CallOutcome.Spent spent && !spent.accepted());
    }

    /** Whether somebody is told how much there is. */
    boolean tellsValue() {
        return answers.values().stream().anyMatch(CallOutcome.CounterValue.class::isInstance);
    }

    /** What has to be closed before those who go on waiting can be served. */
    SortedSet<Timestamp> callIn() {
        return callIn;
    }

    /** How much this client gets as an allotment; 0 if it gets none. */
    long taken() {
        return taken;
    }

    /** What was open and is not any more. */
    SortedMap<Timestamp, Allotment> closed() {
        SortedMap<Timestamp, Allotment> closed = new TreeMap<>(seen.open());
        closed.keySet().removeAll(record.open().keySet());
        return closed;
    }
}
