package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Invariant;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Others' allotments are called in so much after their leases are over: clocks differ. */
    private static final long LEASE_GRACE_MICROS = 1_000_000;

    private final ClientId self;
    private final CounterRules rules;
    private final CounterRecord seen;
    private final Known known;
    private final Map<Long, CallOutcome> answers = new LinkedHashMap<>();
    private final SortedSet<Timestamp> callIn = new TreeSet<>();
    private final SortedSet<Timestamp> over = new TreeSet<>();
    private CounterRecord folded;
    /** With gains folded and allotments closed, before anything is spent. */
    private CounterRecord base;

    private CounterRecord record;
    private long taken;
    private boolean leavesSomebody;
    private boolean isShort;
    /** This client's lax allotment in {@link #record}; null if it has none. */
    private @Nullable Timestamp lax;
    /** What will be left of it for those who are not served by this plan. */
    private long laxLeft;

    private boolean laxIsRaised;
    private int renewed;

    private CounterPlan(CounterRecord seen, Known known, ClientId self, CounterRules rules) {
        this.seen = seen;
        this.known = known;
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
     * @param wants how much this client wants for reserved spends to come; 0 if it has an allotment for them
     * @param lax its lax allotment, of which it goes on spending; null if it has none
     * @param kept its own that it means to keep
     * @param fruitless how many rounds before this one have called something in and served nobody
     */
    record Known(
            SortedMap<Timestamp, Long> spent,
            long wants,
            @Nullable Lax lax,
            Set<Timestamp> kept,
            Terms terms,
            int fruitless) {}

    /** A lax allotment, and about what is left of it. */
    record Lax(Timestamp id, long left) {}

    /**
     * For how long allotments are kept.
     *
     * @param nowMicros by this client's clock
     * @param leaseMicros one that is not lax, from now on
     * @param laxLeaseMicros a lax one
     */
    record Terms(long nowMicros, long leaseMicros, long laxLeaseMicros) {
        private long until(boolean isLax) {
            return nowMicros + (isLax ? laxLeaseMicros : leaseMicros);
        }

        /** Whether more than half of the time has passed. */
        private boolean isDue(Allotment allotment) {
            long term = allotment.lax() ? laxLeaseMicros : leaseMicros;
            return allotment.leaseMicros() - nowMicros < term - term / 2;
        }

        private boolean isOver(Allotment allotment) {
            return allotment.leaseMicros() < nowMicros - LEASE_GRACE_MICROS;
        }
    }

    /** What {@code ops}, in their order, make of {@code seen}; {@code gains} were read at a quorum before it was. */
    static CounterPlan of(
            CounterRecord seen, Counter gains, Known known, List<CounterOp> ops, ClientId self, CounterRules rules) {
        CounterPlan plan = new CounterPlan(seen, known, self, rules);
        plan.folded = rules.folding(seen, gains);
        plan.record = plan.folded;
        known.spent().forEach(plan::close);
        plan.findOver();
        Lax own = known.lax();
        if (own != null && plan.record.open().containsKey(own.id())) {
            plan.lax = own.id();
            plan.laxLeft = own.left();
        }
        plan.base = plan.record;
        ops.forEach(plan::serve);
        if (known.wants() > 0) {
            plan.take(ops);
        }
        plan.renew();
        return plan;
    }

    private void close(Timestamp id, long spent) {
        Allotment allotment = record.open().get(id);
        if (allotment != null && spent <= allotment.amount()) {
            record = rules.closing(record, id, spent);
        } else if (allotment != null) {
            // One that was raised, in a version before that: it is not the newest.
            Invariant.check(allotment.lax(), "no more is spent of an allotment than it has", allotment, id, spent);
        }
    }

    /** Those of others whose lease is over are called in; lax ones are closed as if all of them were spent. */
    private void findOver() {
        record.open().forEach((id, allotment) -> {
            if (!allotment.owner().equals(self) && known.terms().isOver(allotment)) {
                over.add(id);
            }
        });
        for (Timestamp id : List.copyOf(over)) {
            Allotment allotment = record.open().get(id);
            if (allotment != null && !rules.isCallable(allotment)) {
                record = rules.closing(record, id, allotment.amount());
                over.remove(id);
            }
        }
    }

    private void serve(CounterOp op) {
        if (op.what() instanceof ClientCall.Spend spend) {
            if (!spend.manner().isLax()) {
                spendStrictly(op, spend);
            } else if (laxLeft >= spend.amount() || raise(spend.amount() - laxLeft)) {
                // It is spent of the allotment when that is on record.
                laxLeft -= spend.amount();
            } else if (spend.manner() == SpendManner.LAX) {
                spendStrictly(op, spend);
            } else {
                isShort = true;
                answers.put(op.call(), new CallOutcome.Spent(false, SpendManner.LAX, laxLeft));
            }
        } else if (op.what() instanceof ClientCall.Hold hold) {
            hold(op, hold.amount());
        } else if (op.what() instanceof ClientCall.ReadCounter read) {
            if (read.exact() && rules.hasCallable(record)) {
                callable().forEach(one -> callIn.add(one.getKey()));
            } else if (!read.exact() && !over.isEmpty()) {
                callIn.addAll(over);
            } else {
                answers.put(
                        op.call(),
                        new CallOutcome.CounterValue(record.room(), record.openAmount(), record.shift(), read.exact()));
            }
        } else if (op.what() instanceof ClientCall.GiveBack) {
            if (record.open().values().stream()
                    .noneMatch(allotment -> allotment.owner().equals(self))) {
                answers.put(op.call(), new CallOutcome.GivenBack(givenBack()));
            } else {
                callable().stream()
                        .filter(one -> one.getValue().owner().equals(self))
                        .forEach(one -> callIn.add(one.getKey()));
            }
        }
    }

    private void spendStrictly(CounterOp op, ClientCall.Spend spend) {
        if (covers(record, spend)) {
            record = record.spending(spend.amount());
            answers.put(op.call(), new CallOutcome.Spent(true, SpendManner.STRICT, record.room()));
        } else if (rules.hasCallable(record)) {
            callInFor(spend.amount() - (spend.intoAllowance() ? most() : record.room()));
        } else if (covers(base, spend)) {
            // What is missing is spent by this very transaction, of gains that may have come after others that nobody
            // has
            // told of yet: whether there is too little then is found out when that is on record.
            leavesSomebody = true;
        } else {
            isShort = true;
            answers.put(op.call(), new CallOutcome.Spent(false, SpendManner.STRICT, record.room()));
        }
    }

    private boolean covers(CounterRecord now, ClientCall.Spend spend) {
        return rules.covers(now, spend.bounds(), spend.amount(), spend.intoAllowance());
    }

    /** As much as there is, after everything that can be called in was. */
    private void hold(CounterOp op, long amount) {
        long missing = Math.max(0, amount - laxLeft);
        long more = Math.min(missing, Math.max(0, most()));
        if (more < missing && rules.hasCallable(record)) {
            callInFor(missing - more);
            return;
        }
        if (more > 0 && !addLax(more)) {
            // This version has taken another allotment.
            leavesSomebody = true;
            return;
        }
        isShort |= more < missing;
        answers.put(op.call(), new CallOutcome.Held(laxLeft));
    }

    /**
     * Moves {@code missing} to this client's lax allotment, and more for spends to come where nobody has asked for all of the
     * allowance yet: half of what everybody who has one would get.
     */
    private boolean raise(long missing) {
        long allowance = record.allowance();
        long others = record.open().values().stream()
                .filter(one -> one.lax() && !one.owner().equals(self))
                .count();
        long share = Math.min(allowance, Math.max(0, most())) / (2 * (others + 1)) - laxLeft;
        for (long more : List.of(Math.max(missing, share), missing)) {
            boolean isWithin = more <= allowance && laxLeft <= allowance - more;
            if (isWithin && record.covers(more, true) && addLax(more)) {
                return true;
            }
        }
        return false;
    }

    /** What lax allotments could take at most. */
    private long most() {
        long room = record.room();
        long allowance = record.allowance();
        return room > Long.MAX_VALUE - allowance ? Long.MAX_VALUE : room + allowance;
    }

    private boolean addLax(long more) {
        Timestamp id = lax == null ? Timestamp.ZERO : lax;
        boolean isNew = !record.open().containsKey(id);
        boolean isAnothers = lax == null && !isNew;
        if (isAnothers || record.openAmount() > Long.MAX_VALUE - more) {
            return false;
        }
        record = isNew
                ? record.taking(new Allotment(self, more, true, known.terms().until(true)))
                : record.raising(id, more);
        lax = id;
        laxLeft += more;
        laxIsRaised = true;
        return true;
    }

    private List<Map.Entry<Timestamp, Allotment>> callable() {
        return record.open().entrySet().stream()
                .filter(one -> rules.isCallable(one.getValue()))
                .toList();
    }

    /**
     * Calls in what may have {@code missing}: as few as that takes if nothing was spent of them, and twice as many after each round
     * that found too little, so that who sells the last units does not stop all others each time. Every client begins with
     * another one.
     */
    private void callInFor(long missing) {
        List<Map.Entry<Timestamp, Allotment>> callable = callable();
        int first = (int) Long.remainderUnsigned(self.low(), callable.size());
        long leastMany = 1L << Math.min(known.fruitless(), 30);
        long amount = 0;
        for (int i = 0; i < callable.size() && (i < leastMany || amount < missing); i++) {
            Map.Entry<Timestamp, Allotment> one = callable.get((first + i) % callable.size());
            amount += one.getValue().amount();
            callIn.add(one.getKey());
        }
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
     * Takes an allotment for reserved spends to come, if one was asked for and there is plenty: what this client wants, but no more
     * than half of what everybody who has one would get of all that is left, and half of what nobody has.
     */
    private void take(List<CounterOp> ops) {
        long largest = ops.stream()
                .filter(CounterOp::isReserved)
                .mapToLong(CounterOp::amount)
                .max()
                .orElse(0);
        boolean scarce = leavesSomebody || !callIn.isEmpty() || refusesSomebody();
        boolean hasOwn = record.open().entrySet().stream()
                .anyMatch(one -> one.getKey().equals(Timestamp.ZERO)
                        || (one.getValue().owner().equals(self)
                                && !one.getValue().lax()));
        if (largest == 0 || scarce || hasOwn) {
            return;
        }
        List<Allotment> others = callable().stream().map(Map.Entry::getValue).toList();
        long owners = others.stream().map(Allotment::owner).distinct().count();
        long left = Math.max(0, record.room())
                + others.stream().mapToLong(Allotment::amount).sum();
        long share = Math.min(known.wants(), Math.min(left / (owners + 1), record.room()) / 2);
        if (share / SPENDS_MIN >= largest) {
            record = record.taking(
                    new Allotment(self, share, false, known.terms().until(false)));
            taken = share;
        }
    }

    /** What this client means to keep it keeps for longer, if it is time for that, or the record is written anyway. */
    private void renew() {
        List<Map.Entry<Timestamp, Allotment>> kept = record.open().entrySet().stream()
                .filter(one -> known.kept().contains(one.getKey()))
                .toList();
        if (!changes() && kept.stream().noneMatch(one -> known.terms().isDue(one.getValue()))) {
            return;
        }
        for (Map.Entry<Timestamp, Allotment> one : kept) {
            long until = known.terms().until(one.getValue().lax());
            if (until > one.getValue().leaseMicros()) {
                record = record.renewing(one.getKey(), until);
                renewed++;
            }
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
        return isShort;
    }

    /** Whether somebody is told how much there is. */
    boolean tellsValue() {
        return answers.values().stream().anyMatch(CallOutcome.CounterValue.class::isInstance);
    }

    /** What has to be closed before those who go on waiting can be served. */
    SortedSet<Timestamp> callIn() {
        return callIn;
    }

    /** Those of others that have to be closed because their leases are over. */
    SortedSet<Timestamp> over() {
        return over;
    }

    /** Whether this client gets a lax allotment, or more of the one that it has. */
    boolean raisesLax() {
        return laxIsRaised;
    }

    /** How many of its own allotments this client keeps for longer. */
    int renewed() {
        return renewed;
    }

    /** How much this client gets as an allotment that is not lax; 0 if it gets none. */
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
