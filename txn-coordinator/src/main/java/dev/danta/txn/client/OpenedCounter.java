package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Invariant;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded counter as one attempt at a transaction has found it, and what the transaction makes of it (protocol.md 8), however
 * often it is opened: what was called in stays called in, with what was spent of it then, and what was told stays so, or the
 * attempt has seen two states and is to be begun anew.
 *
 * <p>It asks nobody. Whoever runs the transaction opens the counter where one of the methods that return an {@link Ask} says so,
 * and brings the answer. <em>Sightings</em> are the versions and ranges that the transaction has seen so far, those of counters
 * included. Not thread-safe.
 */
public final class OpenedCounter {
    private final CounterRules rules;
    private final Key key;
    private final CounterBounds bounds;
    private final Version version;
    private CounterRecord opened;
    /** Whether the record has to be written for what was found to be so. */
    private boolean found;
    /** What had been seen when gains were read last, itself included: nothing of that was after them. */
    private int seenBefore;

    private boolean isAll;
    private Need need;
    /** Whether something was told that gains which come later would make untrue. */
    private boolean isTold;
    /** What the transaction gains, less what it spends. */
    private long net;
    /** Where it moves the bound; null if it does not. */
    private @Nullable Moved moved;

    private record Moved(long shift, long allowance) {}

    /**
     * One that is opened for the first time.
     *
     * @param ask what was asked for
     * @param first what was answered
     * @param sightings how many there had been when it was asked for
     */
    public OpenedCounter(CounterRules rules, Ask ask, CallOutcome.Opened first, int sightings) {
        this.rules = rules;
        this.key = ask.key();
        this.bounds = ask.bounds();
        this.version = first.version();
        this.opened = first.record();
        this.found = first.changed();
        this.isAll = first.isAll();
        this.need = ask.need();
        this.seenBefore = sightings + 1;
    }

    /** What the commit depends on. */
    public Version version() {
        return version;
    }

    /** The record as the transaction leaves it. */
    public CounterRecord record() {
        return with(moved, 0);
    }

    /** Whether the commit has to write {@link #record}. */
    public boolean isWritten() {
        return found || net != 0 || moved != null;
    }

    /** How it is to be opened once more before it can be said whether there is room for {@code amount}; null if it need not be. */
    public @Nullable Ask toCover(long amount, boolean intoAllowance) {
        if (isAll || rules.covers(record(), bounds, amount, intoAllowance)) {
            return null;
        }
        boolean isAnAmount = moved == null && net < amount && net >= amount - Long.MAX_VALUE;
        return isAnAmount ? ask(amount - net, intoAllowance, need) : ask(0, intoAllowance, Need.ALL);
    }

    /** How it is to be opened once more before so much of it can be told; null if it need not be. */
    public @Nullable Ask toTell(Need wanted) {
        return need.compareTo(wanted) < 0 ? ask(0, false, wanted) : null;
    }

    /** How it is to be opened once more before its bound can be moved so; null if it need not be. */
    public @Nullable Ask toBound(long shift, long allowance) {
        boolean isLess = shift < opened.shift() || allowance < opened.allowance();
        return isLess && need != Need.ALL && rules.callsInBeforeTightening() ? ask(0, false, Need.ALL) : null;
    }

    /**
     * How gains are to be read once more before the commit, for {@link #confirms}; null if they need not be. What was seen after
     * something was told of this counter may have come after gains that were not there yet.
     */
    public @Nullable Ask toConfirm(int sightings) {
        return isTold && seenBefore < sightings ? new Ask(key, bounds, 0, false, Need.TO_CHANGE) : null;
    }

    private Ask ask(long amount, boolean intoAllowance, Need wanted) {
        return new Ask(key, bounds, amount, intoAllowance, wanted, calledIn());
    }

    /** What was spent of what was called in: what this transaction has decided rests on that. */
    private SortedMap<Timestamp, Long> calledIn() {
        TreeMap<Timestamp, Long> spent = new TreeMap<>();
        opened.closed().forEach((id, closed) -> {
            if (closed.at().equals(Timestamp.ZERO) && rules.keepsCalledIn()) {
                spent.put(id, closed.spent());
            }
        });
        return spent;
    }

    /**
     * It was opened once more.
     *
     * @param sightings how many there had been when it was asked for
     * @return whether it is as it was; if not, the attempt has seen two states, and nothing is changed
     */
    public boolean isOpenedAgain(Ask ask, CallOutcome.Opened now, int sightings) {
        if (!confirms(now)) {
            return false;
        }
        Invariant.check(
                now.record().room() >= opened.room() || !rules.keepsCalledIn(),
                "what was there for a transaction stays there",
                opened,
                now);
        opened = now.record();
        found |= now.changed();
        isAll = now.isAll();
        need = ask.need();
        seenBefore = sightings;
        return true;
    }

    /** Whether everything that was told of it is so still, if it was opened so late that all else had been seen. */
    public boolean confirms(CallOutcome.Opened now) {
        boolean hasGained = isTold && !now.record().folded().equals(opened.folded());
        return !hasGained && now.version().equals(version);
    }

    /** Whether there is room for {@code amount} beside what the transaction spends already, once it is opened {@link #toCover} that. */
    public boolean covers(long amount, boolean intoAllowance) {
        boolean covers = rules.covers(record(), bounds, amount, intoAllowance);
        isTold |= !covers;
        return covers;
    }

    /** The record as the transaction leaves it, of which is told what it was opened {@link #toTell}. */
    public CounterRecord told() {
        isTold = true;
        return record();
    }

    /**
     * The transaction gains so much; or spends it, if it is negative.
     *
     * @throws ArithmeticException if the counter does not fit a long with it; nothing is changed then
     */
    public void change(long more) {
        with(moved, more);
        net += more;
    }

    /**
     * Its bound is moved, once it is opened {@link #toBound} that.
     *
     * @param shift from where the collection's bound is
     * @throws ArithmeticException if the counter does not fit a long with it; nothing is changed then
     */
    public void bound(long shift, long allowance) {
        Moved after = new Moved(shift, allowance);
        with(after, 0);
        moved = after;
    }

    private CounterRecord with(@Nullable Moved bound, long more) {
        CounterRecord record = bound == null ? opened : rules.bounded(opened, bound.shift(), bound.allowance());
        long sum = Math.addExact(net, more);
        return sum < 0 ? record.spending(Math.negateExact(sum)) : record.gaining(sum);
    }
}
