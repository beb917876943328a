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

    private final Key counter;
    private final CounterTools tools;
    private final OwnAllotment.Desk desk;
    private final TreeMap<Timestamp, OwnAllotment> all = new TreeMap<>();

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
    OwnAllotment take(Timestamp id, Allotment allotment) {
        OwnAllotment taken = new OwnAllotment(counter, id, allotment, tools, desk);
        all.put(id, taken);
        return taken;
    }

    /**
     * What a cycle that serves {@code batch} may close; those that it has to close are stopped.
     *
     * @param fenced what was spent of allotments that are fenced
     */
    CounterPlan.Known known(List<CounterOp> batch, SortedMap<Timestamp, Long> fenced, Moment now) {
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
        boolean wantsOne = true;
        for (OwnAllotment allotment : all.values()) {
            boolean hasTooLittle = largest > allotment.left() && largest <= allotment.amount() / 2;
            boolean mustGo = allotment.isLax() ? closesLax : closesAll || hasTooLittle;
            if (mustGo || allotment.left() == 0) {
                allotment.stop();
            }
            if (allotment.isOver()) {
                spent.put(allotment.id(), allotment.spent());
            } else if (allotment.isKept()) {
                kept.add(allotment.id());
                lax = allotment.isLax() ? new CounterPlan.Lax(allotment.id(), allotment.left()) : lax;
                wantsOne &= allotment.isLax();
            }
        }
        CounterPlan.Terms terms = new CounterPlan.Terms(
                now.wallMicros(),
                tools.settings().counterLeaseNanos() / NANOS_PER_MICRO,
                tools.settings().laxLeaseNanos() / NANOS_PER_MICRO);
        return new CounterPlan.Known(spent, wantsOne, lax, kept, terms);
    }

    /**
     * What the newest version has open of this client's: of a lax one of which nobody knew whether it was taken, nothing was spent,
     * and it is held from now on.
     */
    void learn(CounterRecord record) {
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
                OwnAllotment found = take(id, allotment);
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
        allotment.stop();
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
                allotment.stop();
            }
        }
    }
}
