package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.Key;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one client holds of one counter (protocol.md 8): at most one allotment of either kind that it spends of, and those that it
 * does not spend of any more and that are not closed yet.
 */
final class OwnAllotments {
    private static final long NANOS_PER_MICRO = 1_000;
    /** What is wanted first, in units of the largest spend that waits. */
    private static final long FIRST_SPENDS = 256;
    /** How much more is wanted than of the one before, at most. */
    private static final int GROWTH_MAX = 8;
    /** An allotment is to last for such a part of its lease. */
    private static final int PARTS_OF_LEASE = 3;

    private final Key counter;
    private final CounterTools tools;
    private final OwnAllotment.Desk desk;
    private final TreeMap<Timestamp, OwnAllotment> all = new TreeMap<>();
    /** How much is likely to be spent in a part of a lease; 0 if that is not known. */
    private long pace;

    OwnAllotments(Key counter, CounterTools tools, OwnAllotment.Desk desk) {
        this.counter = counter;
        this.tools = tools;
        this.desk = desk;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether there is one of which replicas refuse to have anything spent. */
    boolean hasDead() {
        return all.values().stream().anyMatch(OwnAllotment::isDead);
    }

    /** The one of which {@code op} can be spent; null if there is none with enough. */
    @Nullable
    OwnAllotment covering(CounterOp op) {
        for (OwnAllotment allotment : all.values()) {
            boolean isOfItsKind = allotment.isLax() ? op.isLax() : op.isReserved();
            if (isOfItsKind && allotment.covers(op.amount())) {
                return allotment;
            }
        }
        return null;
    }

    /** The one that {@code op} waits for; null if there is none. */
    @Nullable
    OwnAllotment with(CounterOp op) {
        return all.values().stream()
                .filter(allotment -> allotment.has(op))
                .findFirst()
                .orElse(null);
    }

    /** This client has got one. */
    OwnAllotment take(Timestamp id, Allotment allotment, Moment now) {
        OwnAllotment taken = new OwnAllotment(counter, id, allotment, now.monotonicNanos(), tools, desk);
        all.put(id, taken);
        return taken;
    }

    /**
     * What a cycle that serves {@code batch} may close; those that it has to close are stopped.
     *
     * @param fenced what was spent of allotments that are fenced
     * @param fruitless rounds before this one that have served nobody
     */
    CounterPlan.Known known(List<CounterOp> batch, SortedMap<Timestamp, Long> fenced, int fruitless, Moment now) {
        boolean closesAll = batch.stream().anyMatch(CounterOp::wantsAllClosed);
        boolean closesLax = batch.stream().anyMatch(CounterOp::wantsLaxClosed);
        long largest = batch.stream()
                .filter(CounterOp::isReserved)
                .mapToLong(CounterOp::amount)
                .max()
                .orElse(0);
        TreeMap<Timestamp, Long> spent = new TreeMap<>(fenced);
        TreeSet<Timestamp> kept = new TreeSet<>();
        CounterPlan.Lax lax = null;
        boolean hasOne = false;
        for (OwnAllotment allotment : all.values()) {
            boolean hasTooLittle = largest > allotment.left() && largest <= allotment.amount() / 2;
            boolean mustGo = allotment.isLax() ? closesLax : closesAll || hasTooLittle;
            if (mustGo || allotment.left() == 0) {
                learnPace(allotment, now);
                allotment.stop();
            }
            if (allotment.isOver()) {
                spent.put(allotment.id(), allotment.spent());
            } else if (allotment.isKept()) {
                kept.add(allotment.id());
                lax = allotment.isLax() ? new CounterPlan.Lax(allotment.id(), allotment.left()) : lax;
                hasOne |= !allotment.isLax();
            }
        }
        CounterPlan.Terms terms = new CounterPlan.Terms(
                now.wallMicros(),
                tools.settings().counterLeaseNanos() / NANOS_PER_MICRO,
                tools.settings().laxLeaseNanos() / NANOS_PER_MICRO);
        long wants = pace == 0 ? times(largest, FIRST_SPENDS) : pace;
        return new CounterPlan.Known(spent, hasOne ? 0 : wants, lax, kept, terms, fruitless);
    }

    private long partOfLeaseNanos() {
        return Math.max(1, tools.settings().counterLeaseNanos() / PARTS_OF_LEASE);
    }

    /** One comes to its end: the next one is to last for a part of a lease, if this goes on. */
    private void learnPace(OwnAllotment allotment, Moment now) {
        if (allotment.isLax() || !allotment.isKept()) {
            return;
        }
        long lasted = Math.max(1, now.monotonicNanos() - allotment.sinceNanos());
        long spent = allotment.amount() - allotment.left();
        pace = Math.min(times(allotment.amount(), GROWTH_MAX), (long) ((double) spent * partOfLeaseNanos() / lasted));
    }

    private static long times(long amount, long factor) {
        return amount > Long.MAX_VALUE / factor ? Long.MAX_VALUE : amount * factor;
    }

    /**
     * What the newest version has open of this client's: of a lax one of which nobody knew whether it was taken, nothing was spent,
     * and it is held from now on.
     */
    void learn(CounterRecord record, Moment now) {
        for (Map.Entry<Timestamp, Allotment> entry : record.open().entrySet()) {
            Timestamp id = entry.getKey();
            Allotment allotment = entry.getValue();
            if (id.equals(Timestamp.ZERO) || !allotment.owner().equals(tools.self())) {
                continue;
            }
            OwnAllotment known = all.get(id);
            if (known != null) {
                known.raiseTo(allotment.amount());
            } else if (allotment.lax()) {
                boolean hasOne = all.values().stream().anyMatch(one -> one.isLax() && one.isKept());
                OwnAllotment found = take(id, allotment, now);
                if (hasOne) {
                    found.stop();
                }
            }
        }
    }

    /** Takes out those that the version at {@code timestamp}, which is the newest, does not have open any more. */
    List<OwnAllotment> removeClosed(CounterRecord record, Timestamp timestamp) {
        List<OwnAllotment> closed = all.values().stream()
                .filter(one -> !one.id().isAbove(timestamp)
                        && !one.id().equals(timestamp)
                        && !record.open().containsKey(one.id()))
                .toList();
        closed.forEach(one -> all.remove(one.id()));
        return closed;
    }

    /** Stops one that is to be closed: what was spent of it; null if that is not final, or it is not this client's. */
    @Nullable
    Long stop(Timestamp id) {
        OwnAllotment allotment = all.get(id);
        if (allotment == null) {
            return null;
        }
        if (tools.rules().stopsOwn()) {
            allotment.stop();
        } else if (allotment.isIdle()) {
            return allotment.spent();
        }
        return allotment.isOver() ? allotment.spent() : null;
    }

    /** Whether it is this client's, and nobody knows any more what was spent of it: it is closed like another's. */
    boolean isStray(Timestamp id, Allotment allotment) {
        OwnAllotment known = all.get(id);
        return allotment.owner().equals(tools.self())
                && !allotment.lax()
                && !id.equals(Timestamp.ZERO)
                && (known == null || known.isDead() || (!known.isKept() && known.isForsaken()));
    }

    /** Nobody waits any more. What is lax stays: only this client knows what was spent of it. */
    void abandon() {
        all.values().removeIf(one -> one.isDead() && !one.isLax());
    }

    /** After how long {@link #rest} is to be asked; 0 if nothing is held. */
    long restNanos() {
        boolean onlyLax = all.values().stream().allMatch(OwnAllotment::isLax);
        long term =
                onlyLax ? tools.settings().laxLeaseNanos() : tools.settings().counterLeaseNanos();
        return all.isEmpty() ? 0 : Math.max(1, term / 3);
    }

    /** So much of a lease has passed: what was not used meanwhile is to be given back. */
    void rest() {
        for (OwnAllotment allotment : all.values()) {
            if (!allotment.wasUsed() && !allotment.isLax()) {
                pace = 0;
                allotment.stop();
            }
        }
    }
}
