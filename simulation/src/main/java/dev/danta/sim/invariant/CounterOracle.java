package dev.danta.sim.invariant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.Spending;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Bounded counters (protocol.md 8 and 11). The committed versions of a counter's record, in the order of their decisions, are
 * steps that conserve: what goes out of the room or an allotment was spent, by somebody who asked for it, and what comes in was
 * gained, relaxed or by a transaction that said so, or not spent. What q replicas of one epoch have accepted of an allotment is
 * within it, and within what it was closed with, whichever came first; so is what a single one has accepted of a lax one.
 */
final class CounterOracle {
    private final WatermarkLedger watermarks;
    private final EpochLedger epochs;
    private final TreeMap<Key, Account> accounts = new TreeMap<>();
    private final TreeMap<Key, Counter> gains = new TreeMap<>();
    private final TreeMap<Key, Long> accepted = new TreeMap<>();
    /** By allotment, everything its owner has ever said that it has spent. */
    private final TreeMap<Key, Long> sent = new TreeMap<>();

    private final Map<OpId, Spend> spends = new LinkedHashMap<>();
    private final Map<CallId, ClientCall.Spend> open = new LinkedHashMap<>();
    /** What transactions under way spend of counters, less what they gain. */
    private final Map<CallId, Map<Key, Long>> commits = new LinkedHashMap<>();

    private record CallId(ClientId client, long number) {}

    /** What an owner has sent, and who has accepted it. */
    private static final class Spend {
        private final RelaxedUpdate update;
        private final Map<Epoch, Set<ReplicaId>> acceptedBy = new LinkedHashMap<>();

        Spend(RelaxedUpdate update) {
            this.update = update;
        }
    }

    private record Moved(long shift, long allowance) {
        static Moved to(CounterRecord record) {
            return new Moved(record.shift(), record.allowance());
        }
    }

    /** What became of one counter. */
    private static final class Account {
        private final CounterBounds bounds;
        private CounterRecord record;
        /** Every record there has been, by the version that it is in. */
        private final TreeMap<Timestamp, CounterRecord> records = new TreeMap<>();

        private final TreeMap<Timestamp, Allotment> allotments = new TreeMap<>();
        private final TreeMap<Timestamp, Long> closed = new TreeMap<>();
        /** What was spent strictly, and of allotments that are closed, by the record. */
        private long spentStrictly;

        private long spentOfClosed;
        /** What users were told that they have spent, by the way it took. */
        private long toldStrictly;

        private long toldReserved;
        /** What was asked for besides, and may have been spent or be spent yet. */
        private long perhaps;
        /** What transactions have gained by the record; and by what users were told; and besides, as what is spent. */
        private long gainedStrictly;

        private long toldGained;
        private long perhapsGained;
        /** Where anybody has asked for the bound to be moved to. */
        private final Set<Moved> asked = new LinkedHashSet<>();

        Account(CounterBounds bounds) {
            this.bounds = bounds;
            this.record = CounterRecord.initial(bounds);
            records.put(Timestamp.ZERO, record);
        }

        /** A transaction that spends so much, or gains it if it is negative, may take effect; or, less, will not. */
        void mayTakeEffect(long net, int sign) {
            perhaps += sign * Math.max(0, net);
            perhapsGained += sign * Math.max(0, -net);
        }
    }

    CounterOracle(EpochLedger epochs, WatermarkLedger watermarks) {
        this.watermarks = watermarks;
        this.epochs = epochs;
    }

    private Account account(Key key, CounterBounds bounds) {
        Account account = accounts.computeIfAbsent(key, k -> new Account(bounds));
        Violation.unless(account.bounds.equals(bounds), "a counter has one pair of bounds", key, bounds);
        return account;
    }

    void onCalled(ClientId client, long number, ClientCall call) {
        if (call instanceof ClientCall.Spend spend) {
            account(spend.key(), spend.bounds()).perhaps += spend.amount();
            open.put(new CallId(client, number), spend);
        } else if (call instanceof ClientCall.ReadCounter read) {
            account(read.key(), read.bounds());
        } else if (call instanceof ClientCall.Hold hold) {
            account(hold.key(), hold.bounds());
        } else if (call instanceof ClientCall.GiveBack back) {
            account(back.key(), back.bounds());
        } else if (call instanceof ClientCall.OpenCounters opening) {
            opening.asks().forEach(ask -> account(ask.key(), ask.bounds()));
        } else if (call instanceof ClientCall.Commit commit) {
            Map<Key, Long> nets = nets(commit);
            nets.forEach((key, net) -> account(key).mayTakeEffect(net, 1));
            commits.put(new CallId(client, number), nets);
        }
    }

    private Account account(Key key) {
        Account account = accounts.get(key);
        if (account == null) {
            throw Violation.broken("who writes the record of a bounded counter has opened it", key);
        }
        return account;
    }

    /** What a transaction spends of each counter whose record it writes, less what it gains. */
    private Map<Key, Long> nets(ClientCall.Commit commit) {
        Map<Key, Long> nets = new TreeMap<>();
        for (Write write : commit.writes()) {
            Account account = accounts.get(write.key());
            if (account != null) {
                Timestamp seen = commit.reads().stream()
                        .filter(read -> read.key().equals(write.key()))
                        .map(Read::seen)
                        .findFirst()
                        .orElseThrow(() -> Violation.broken("a counter's record is read by who writes it", commit));
                CounterRecord before = account.records.get(seen);
                CounterRecord after = CounterRecord.of(new Version(Timestamp.ZERO, write.value()), account.bounds);
                if (before == null || after == null) {
                    throw Violation.broken("what is read and written of a bounded counter is its record", commit);
                }
                account.asked.add(Moved.to(after));
                nets.put(write.key(), net(before, after));
            }
        }
        return nets;
    }

    /** What was taken out of the room, less what was put into it, if gains and allotments are left aside. */
    private static long net(CounterRecord before, CounterRecord after) {
        long room = before.room() + after.shift() - before.shift();
        for (Map.Entry<ClientId, Counter.Total> entry : after.folded().entrySet()) {
            Counter.Total earlier = before.folded().get(entry.getKey());
            room += entry.getValue().sum() - (earlier == null ? 0 : earlier.sum());
        }
        for (Map.Entry<Timestamp, Allotment> entry : before.open().entrySet()) {
            CounterRecord.Closed closed = after.closed().get(entry.getKey());
            room += closed == null ? 0 : entry.getValue().amount() - closed.spent();
        }
        return room - after.room();
    }

    private void onCommitEnded(Map<Key, Long> nets, CallOutcome outcome) {
        nets.forEach((key, net) -> {
            Account account = account(key);
            if (outcome instanceof CallOutcome.Committed) {
                account.mayTakeEffect(net, -1);
                account.toldStrictly += Math.max(0, net);
                account.toldGained += Math.max(0, -net);
            } else if (outcome instanceof CallOutcome.Failed || outcome instanceof CallOutcome.Aborted) {
                account.mayTakeEffect(net, -1);
            }
            checkAsked(key, account);
        });
    }

    void onFinished(ClientId client, long number, CallOutcome outcome) {
        Map<Key, Long> nets = commits.remove(new CallId(client, number));
        if (nets != null) {
            onCommitEnded(nets, outcome);
            return;
        }
        if (outcome instanceof CallOutcome.CountersOpened opened) {
            opened.counters().forEach(this::onOpened);
            return;
        }
        ClientCall.Spend spend = open.remove(new CallId(client, number));
        if (spend == null) {
            return;
        }
        Account account = account(spend.key(), spend.bounds());
        if (outcome instanceof CallOutcome.Spent spent) {
            account.perhaps -= spend.amount();
            if (spent.accepted() && spent.path() == SpendManner.STRICT) {
                account.toldStrictly += spend.amount();
            } else if (spent.accepted()) {
                account.toldReserved += spend.amount();
            }
        } else if (outcome instanceof CallOutcome.Failed) {
            account.perhaps -= spend.amount();
        }
        checkAsked(spend.key(), account);
    }

    /** A client knows of a version of its own as soon as it is voted for, which may be before any replica has it. */
    private void onOpened(CallOutcome.Opened opened) {
        Account account = account(opened.key());
        CounterRecord record = CounterRecord.of(opened.version(), account.bounds);
        if (record != null) {
            account.records.putIfAbsent(opened.version().timestamp(), record);
        }
    }

    private void checkAsked(Key key, Account account) {
        long spent = Math.addExact(account.spentStrictly, account.spentOfClosed) - forfeited(key, account);
        long asked = Math.addExact(Math.addExact(account.toldStrictly, account.toldReserved), account.perhaps);
        Violation.unless(
                spent <= asked,
                "nothing is spent of a bounded counter that nobody was told of, or waits for, or does not know about",
                key,
                "spent",
                account.spentStrictly,
                "and of closed allotments",
                account.spentOfClosed,
                "told",
                account.toldStrictly,
                account.toldReserved,
                "perhaps",
                account.perhaps);
    }

    /** What counts as spent of lax allotments that were closed by others, and was not. */
    private long forfeited(Key key, Account account) {
        long forfeited = 0;
        for (Map.Entry<Timestamp, Long> one : account.closed.entrySet()) {
            if (isLax(account.allotments.get(one.getKey()))) {
                forfeited += one.getValue() - sent.getOrDefault(AllotmentKey.of(key, one.getKey()), 0L);
            }
        }
        return forfeited;
    }

    private static boolean isLax(@Nullable Allotment allotment) {
        return allotment != null && allotment.lax();
    }

    private boolean isLax(Key allotment) {
        AllotmentKey.Parsed parsed = AllotmentKey.parse(allotment);
        Account account = parsed == null ? null : accounts.get(parsed.counter());
        return parsed != null && account != null && isLax(account.allotments.get(parsed.id()));
    }

    void onSent(OpId id, RelaxedUpdate update) {
        if (update.change() instanceof Counter counter) {
            gains.merge(update.key(), counter, Counter::join);
        } else if (update.change() instanceof Spending spending && !spending.fenced()) {
            spends.putIfAbsent(id, new Spend(update));
            sent.merge(update.key(), spending.cumulative(), Math::max);
        }
    }

    /** A replica says, in an epoch, that {@code id} is durable there. */
    void onExecuted(OpId id, ReplicaId replica, ShardId shard, Epoch epoch) {
        Spend spend = spends.get(id);
        if (spend == null || !(spend.update.change() instanceof Spending spending)) {
            return;
        }
        Set<ReplicaId> acceptedBy = spend.acceptedBy.computeIfAbsent(epoch, e -> new TreeSet<>());
        acceptedBy.add(replica);
        boolean isFinal = epochs.all(shard).stream()
                .filter(members -> members.epoch().equals(epoch))
                .mapToInt(Membership::quorum)
                .anyMatch(quorum -> acceptedBy.size() >= quorum);
        if (isFinal || isLax(spend.update.key())) {
            accepted.merge(spend.update.key(), spending.cumulative(), Math::max);
            checkFinal(spend.update.key());
        }
    }

    private void checkFinal(Key key) {
        AllotmentKey.Parsed allotment = AllotmentKey.parse(key);
        Account account = allotment == null ? null : accounts.get(allotment.counter());
        if (allotment == null || account == null) {
            throw Violation.broken("what is spent is spent of a bounded counter", key);
        }
        long spent = accepted.getOrDefault(key, 0L);
        Allotment taken = account.allotments.get(allotment.id());
        Long closed = account.closed.get(allotment.id());
        Violation.unless(
                taken != null && spent <= taken.amount(),
                "no final spend is beyond its allotment",
                allotment,
                taken,
                "spent",
                spent);
        Violation.unless(
                closed == null || spent <= closed,
                "no final spend is beyond what its allotment was closed with",
                allotment,
                "closed with",
                closed,
                "spent",
                spent);
    }

    /** Whether the allotment of {@code key} was closed by a committed version. */
    boolean isClosed(Key key) {
        AllotmentKey.Parsed allotment = AllotmentKey.parse(key);
        if (allotment == null) {
            return false;
        }
        Account account = accounts.get(allotment.counter());
        return account != null && account.closed.containsKey(allotment.id());
    }

    /** A committed transaction has written {@code version}, which is the newest of its key. */
    void onWritten(Key key, Version version) {
        Account account = accounts.get(key);
        if (account == null) {
            return;
        }
        CounterRecord before = account.record;
        CounterRecord after = CounterRecord.of(version, account.bounds);
        if (after == null || version.isDeletion()) {
            throw Violation.broken("what is at a bounded counter's key is its record", key, version);
        }
        checkBound(key, account, before, after);
        account.record = after;
        account.records.put(version.timestamp(), after);
        long room = Math.addExact(before.room(), Math.subtractExact(after.shift(), before.shift()));
        room = Math.addExact(room, folded(key, before, after));
        room = Math.subtractExact(room, taken(key, version.timestamp(), account, before, after));
        room = Math.addExact(room, returned(key, version.timestamp(), account, before, after));
        long spent = Math.subtractExact(room, after.room());
        account.gainedStrictly = Math.addExact(account.gainedStrictly, Math.max(0, -spent));
        Violation.unless(
                account.gainedStrictly <= account.toldGained + account.perhapsGained,
                "base + open allotments + spent = supply + folded gains",
                key,
                "spent",
                spent,
                before,
                after);
        boolean isLowered = after.room() - after.shift() < before.room() - before.shift();
        Violation.unless(
                !isLowered || after.room() >= -after.allowance(),
                "a counter is not taken beyond its allowance",
                key,
                before,
                after);
        account.spentStrictly = Math.addExact(account.spentStrictly, Math.max(0, spent));
        checkAsked(key, account);
    }

    private static void checkBound(Key key, Account account, CounterRecord before, CounterRecord after) {
        Violation.unless(
                Moved.to(before).equals(Moved.to(after)) || account.asked.contains(Moved.to(after)),
                "a counter's bound stays where it is unless somebody moves it",
                key,
                before,
                after);
        boolean isLess = after.shift() < before.shift() || after.allowance() < before.allowance();
        Violation.unless(
                !isLess || after.open().values().stream().allMatch(Allotment::lax),
                "what can be called in is called in before a bound is tightened",
                key,
                before,
                after);
    }

    /** How much of what was gained is folded in by this step; of each client what it was, or more. */
    private long folded(Key key, CounterRecord before, CounterRecord after) {
        Counter gained = gains.getOrDefault(key, Counter.ZERO);
        long folded = 0;
        for (Map.Entry<ClientId, Counter.Total> entry : after.folded().entrySet()) {
            Counter.Total earlier = before.folded().get(entry.getKey());
            Counter.Total all = gained.totals().get(entry.getKey());
            long sum = entry.getValue().sum();
            Violation.unless(
                    all != null && sum <= all.sum(), "only what was gained is folded", key, entry, "gained", all);
            folded = Math.addExact(folded, sum - (earlier == null ? 0 : earlier.sum()));
            Violation.unless(
                    earlier == null || (sum >= earlier.sum() && entry.getValue().sequence() >= earlier.sequence()),
                    "what is folded never goes back",
                    key,
                    before.folded(),
                    after.folded());
        }
        Violation.unless(
                after.folded().keySet().containsAll(before.folded().keySet()),
                "what is folded never goes back",
                key,
                before.folded(),
                after.folded());
        return folded;
    }

    private static long taken(Key key, Timestamp written, Account account, CounterRecord before, CounterRecord after) {
        long taken = 0;
        for (Map.Entry<Timestamp, Allotment> entry : after.open().entrySet()) {
            Allotment earlier = before.open().get(entry.getKey());
            if (earlier == null) {
                Violation.unless(
                        entry.getKey().equals(written) && account.allotments.put(written, entry.getValue()) == null,
                        "an allotment is named by the version that has it first",
                        key,
                        written,
                        after.open());
                taken = Math.addExact(taken, entry.getValue().amount());
            } else {
                Allotment later = entry.getValue();
                long more = later.amount() - earlier.amount();
                Violation.unless(
                        earlier.owner().equals(later.owner())
                                && earlier.lax() == later.lax()
                                && (later.lax() ? more >= 0 : more == 0),
                        "an allotment stays as it is, but that there may be more of a lax one",
                        key,
                        earlier,
                        entry);
                account.allotments.put(entry.getKey(), later);
                taken = Math.addExact(taken, more);
            }
        }
        return taken;
    }

    private long returned(Key key, Timestamp written, Account account, CounterRecord before, CounterRecord after) {
        long returned = 0;
        for (Map.Entry<Timestamp, Allotment> entry : before.open().entrySet()) {
            Timestamp id = entry.getKey();
            if (!after.open().containsKey(id)) {
                CounterRecord.Closed closed = after.closed().get(id);
                if (closed == null || !closed.at().equals(written) || account.closed.put(id, closed.spent()) != null) {
                    throw Violation.broken("an allotment is closed once, with what was spent of it", key, id, after);
                }
                Violation.unless(
                        closed.spent() <= entry.getValue().amount(),
                        "of an allotment no more is spent than it has",
                        key,
                        entry,
                        closed);
                returned = Math.addExact(returned, entry.getValue().amount() - closed.spent());
                account.spentOfClosed = Math.addExact(account.spentOfClosed, closed.spent());
                checkFinal(AllotmentKey.of(key, id));
            }
        }
        after.closed().forEach((id, closed) -> {
            Long spent = account.closed.get(id);
            Violation.unless(
                    spent != null && spent == closed.spent(), "what is closed was open", key, id, before, after);
        });
        before.closed()
                .forEach((id, closed) -> Violation.unless(
                        closed.equals(after.closed().get(id))
                                || (!after.closed().containsKey(id)
                                        && closed.at().isAtOrBelow(watermarks.deleted())),
                        "what is closed is known until it is forgotten",
                        key,
                        id,
                        closed,
                        after));
        return returned;
    }

    /** The end of a run: what users were told that they have spent was spent. */
    void checkComplete() {
        accounts.forEach((key, account) -> {
            long ofOpen = 0;
            for (Map.Entry<Timestamp, Allotment> entry : account.record.open().entrySet()) {
                Allotment allotment = entry.getValue();
                // Of a lax one nobody knows.
                ofOpen += allotment.lax()
                        ? allotment.amount()
                        : accepted.getOrDefault(AllotmentKey.of(key, entry.getKey()), 0L);
            }
            Violation.unless(
                    account.toldStrictly <= account.spentStrictly,
                    "what was accepted strictly was spent",
                    key,
                    account.toldStrictly,
                    account.spentStrictly);
            Violation.unless(
                    account.toldGained <= account.gainedStrictly,
                    "what was gained by transactions was gained",
                    key,
                    account.toldGained,
                    account.gainedStrictly);
            Violation.unless(
                    account.toldReserved <= account.spentOfClosed + ofOpen,
                    "what was accepted of allotments was spent",
                    key,
                    account.toldReserved,
                    account.spentOfClosed,
                    ofOpen);
        });
    }
}
