package dev.danta.scenario.provider;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What users were told about balances: P1, P2, P3 and P7. Thread-safe.
 *
 * <p>Where nothing was ever held laxly, every answer is explained: also that there was not enough, and what a balance was. Where
 * something was, a client that died may have taken it along, so that only what was done is: that it went nowhere below where it may.
 */
final class MoneyBook {
    /** The search for an order of all that was done with one account is for so many operations at most; sums are for any number. */
    private static final int SEARCHED_MAX = 1_000;

    private final Accounts accounts;
    private final CheckOptions options;
    private final Map<Place, Account> books = new TreeMap<>();
    private final Map<String, Long> done = new TreeMap<>();
    private final List<Broken> broken = new ArrayList<>();
    private final List<Broken> undecided = new ArrayList<>();

    MoneyBook(Accounts accounts, CheckOptions options) {
        this.accounts = accounts;
        this.options = options;
    }

    private static final class Account {
        private final List<Entry> entries = new ArrayList<>();
        /** Whether anybody has tried to hold something of it laxly. */
        private boolean isHeld;

        private @Nullable Long audited;
        private final List<Closure> closures = new ArrayList<>();
        /** Whether it is closed in the end. */
        private boolean isClosed;
    }

    /** Somebody closes an account; it may have been done as long as nobody says otherwise. */
    final class Closure {
        private final long begunNanos;
        private long completedNanos = Operation.NEVER;
        private boolean isVoid;

        private Closure(long begunNanos) {
            this.begunNanos = begunNanos;
        }

        void done(long nowNanos) {
            synchronized (MoneyBook.this) {
                completedNanos = nowNanos;
            }
        }

        /** It was not done and will not be. */
        void notDone() {
            synchronized (MoneyBook.this) {
                isVoid = true;
            }
        }
    }

    /** One thing that is done with one account; it may have been done as long as nobody says otherwise. */
    final class Entry {
        private final Input input;
        private final boolean isStrict;
        private final long invokedNanos;
        private @Nullable Output output;
        private long completedNanos = Operation.NEVER;
        private boolean isVoid;

        private Entry(Input input, boolean isStrict, long invokedNanos) {
            this.input = input;
            this.isStrict = isStrict;
            this.invokedNanos = invokedNanos;
        }

        /** Its user was told. */
        void answered(Output told, long nowNanos) {
            synchronized (MoneyBook.this) {
                output = told;
                completedNanos = nowNanos;
            }
        }

        private Operation<Input, Output> operation(long process) {
            return new Operation<>(
                    process, input, output, invokedNanos, completedNanos, Operation.NO_LINE, Operation.NO_LINE);
        }

        /** It was not done and will not be. */
        void notDone() {
            synchronized (MoneyBook.this) {
                isVoid = true;
            }
        }
    }

    private Account book(Place account) {
        return books.computeIfAbsent(account, place -> new Account());
    }

    /**
     * Something is going to be done with {@code account}; all of its inputs name it as {@link Place#toString} does.
     *
     * @param isStrict whether it can see that the account is closed
     */
    synchronized Entry begin(Place account, Input input, boolean isStrict, long nowNanos) {
        Entry entry = new Entry(input, isStrict, nowNanos);
        book(account).entries.add(entry);
        return entry;
    }

    /** Somebody is going to close it. */
    synchronized Closure closing(Place account, long nowNanos) {
        Closure closure = new Closure(nowNanos);
        book(account).closures.add(closure);
        return closure;
    }

    /** Those that somebody has tried to close. */
    synchronized List<Place> closed() {
        return books.entrySet().stream()
                .filter(entry -> !entry.getValue().closures.isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether an account is closed in the end. */
    synchronized void audited(Place account, boolean isClosed) {
        book(account).isClosed = isClosed;
    }

    /** A client is going to hold something of it laxly. */
    synchronized void hold(Place account) {
        book(account).isHeld = true;
    }

    /** It was said to have been done just now, under this id; how often by now. */
    synchronized void didUnder(String operation) {
        if (done.merge(operation, 1L, Math::addExact) == 2) {
            broken.add(new Broken("P3", operation + " was done twice"));
        }
    }

    /** What the provider's own accounts had together at one moment. */
    synchronized void houseHas(long sum) {
        long expected = Accounts.HOUSE_INITIAL * accounts.house().size();
        if (sum != expected) {
            broken.add(new Broken("P2", "the house had " + sum + " at one moment, not " + expected));
        }
    }

    /** What a balance was at one moment, with what is held of it laxly counted as spent. */
    synchronized void seen(Place account, long balance) {
        if (balance < -accounts.quota(account)) {
            broken.add(new Broken("P1", account + " was at " + balance));
        }
    }

    synchronized void audited(Place account, long balance) {
        seen(account, balance);
        book(account).audited = balance;
    }

    /** The accounts that somebody has done something with. */
    synchronized List<Place> touched() {
        return List.copyOf(books.keySet());
    }

    /** Those of which somebody may hold something laxly. */
    synchronized List<Place> held() {
        return books.entrySet().stream()
                .filter(entry -> entry.getValue().isHeld)
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized List<Broken> verdict() {
        List<Broken> all = new ArrayList<>(broken);
        books.forEach((place, account) -> {
            addBroken(all, judgedBySums(place, account));
            addBroken(all, judgedInTheEnd(place, account));
            addBroken(all, judgedAsClosed(place, account));
        });
        judgeInOrder(all);
        return all;
    }

    /** Of which accounts the last {@link #verdict} could not say whether P1 holds. */
    synchronized List<Broken> undecided() {
        return List.copyOf(undecided);
    }

    private static void addBroken(List<Broken> all, @Nullable Broken one) {
        if (one != null) {
            all.add(one);
        }
    }

    /**
     * At each spend there must have been so much: all that came in begun before it ended, less all that went out and ended before it
     * began. Necessary, and cheap enough for any number.
     */
    private static @Nullable Broken judgedBySums(Place place, Account account) {
        List<Entry> gains = new ArrayList<>();
        List<Entry> spends = new ArrayList<>();
        for (Entry entry : account.entries) {
            if (entry.input instanceof Input.Gain && !entry.isVoid) {
                gains.add(entry);
            } else if (entry.input instanceof Input.Spend && entry.output instanceof Output.Accepted) {
                spends.add(entry);
            }
        }
        gains.sort(Comparator.comparingLong(entry -> entry.invokedNanos));
        List<Entry> byEnd = new ArrayList<>(spends);
        byEnd.sort(Comparator.comparingLong(entry -> entry.completedNanos));
        NavigableMap<Long, Long> cameIn = sums(gains, true);
        NavigableMap<Long, Long> wentOut = sums(byEnd, false);
        for (Entry entry : spends) {
            Map.Entry<Long, Long> in = cameIn.floorEntry(entry.completedNanos);
            Map.Entry<Long, Long> out = wentOut.lowerEntry(entry.invokedNanos);
            long most = Accounts.initial(place)
                    + (in == null ? 0 : in.getValue())
                    - (out == null ? 0 : out.getValue())
                    - amount(entry.input);
            if (entry.input instanceof Input.Spend spend && most < -spend.allowance()) {
                return new Broken("P1", place + " was at " + most + " at most after " + spend);
            }
        }
        return null;
    }

    /** From each moment on, how much it was together. */
    private static NavigableMap<Long, Long> sums(List<Entry> ordered, boolean byBeginning) {
        TreeMap<Long, Long> sums = new TreeMap<>();
        long sum = 0;
        for (Entry entry : ordered) {
            sum += amount(entry.input);
            sums.put(byBeginning ? entry.invokedNanos : entry.completedNanos, sum);
        }
        return sums;
    }

    private static long amount(Input input) {
        if (input instanceof Input.Spend spend) {
            return spend.amount();
        }
        return input instanceof Input.Gain gain ? gain.amount() : 0;
    }

    /** When nobody does anything any more, or holds anything: what came in less what went out. */
    private @Nullable Broken judgedInTheEnd(Place place, Account account) {
        if (account.audited == null) {
            return null;
        }
        long gained = 0;
        long gainedPerhaps = 0;
        long spent = 0;
        long spentPerhaps = 0;
        for (Entry entry : account.entries) {
            long amount = amount(entry.input);
            boolean isDone = entry.output instanceof Output.Accepted;
            boolean isPerhaps = entry.output == null && !entry.isVoid;
            if (entry.input instanceof Input.Gain) {
                gained += isDone ? amount : 0;
                gainedPerhaps += isPerhaps ? amount : 0;
            } else {
                spent += isDone ? amount : 0;
                spentPerhaps += isPerhaps ? amount : 0;
            }
        }
        long between = Accounts.initial(place) + gained - spent;
        boolean mayBeForfeited = account.isHeld && accounts.size().forfeits();
        long least = mayBeForfeited ? Long.MIN_VALUE : between - spentPerhaps;
        long most = between + gainedPerhaps;
        return account.audited < least || account.audited > most
                ? new Broken("P2", place + " is at " + account.audited + " in the end, not at " + least + " to " + most)
                : null;
    }

    /**
     * Nothing is done with a closed account that could see it; and what is on it is what came in since, which nobody could refuse.
     */
    private static @Nullable Broken judgedAsClosed(Place place, Account account) {
        List<Closure> told = account.closures.stream()
                .filter(closure -> closure.completedNanos != Operation.NEVER)
                .toList();
        List<Closure> possible =
                account.closures.stream().filter(closure -> !closure.isVoid).toList();
        if (told.size() > 1) {
            return new Broken("P7", place + " was closed " + told.size() + " times");
        }
        long closedNanos = told.isEmpty() ? Operation.NEVER : told.get(0).completedNanos;
        for (Entry entry : account.entries) {
            if (entry.isStrict
                    && !(entry.input instanceof Input.Read)
                    && entry.output instanceof Output.Accepted
                    && entry.invokedNanos > closedNanos) {
                return new Broken("P7", place + " was closed, and then there was " + entry.input);
            }
        }
        if (account.audited == null) {
            return null;
        }
        if (account.isClosed ? possible.isEmpty() : !told.isEmpty()) {
            return new Broken("P7", place + (account.isClosed ? " is closed by nobody" : " was closed and is not"));
        }
        return account.isClosed ? judgedBalanceAsClosed(place, account, account.audited, closedNanos, possible) : null;
    }

    private static @Nullable Broken judgedBalanceAsClosed(
            Place place, Account account, long balance, long closedNanos, List<Closure> possible) {
        long begunNanos =
                possible.stream().mapToLong(closure -> closure.begunNanos).min().orElse(0);
        long least = 0;
        long most = 0;
        for (Entry entry : account.entries) {
            if (entry.input instanceof Input.Gain && !entry.isStrict && !entry.isVoid) {
                boolean isDone = entry.output instanceof Output.Accepted;
                least += isDone && entry.invokedNanos > closedNanos ? amount(entry.input) : 0;
                most += entry.completedNanos > begunNanos ? amount(entry.input) : 0;
            }
        }
        return balance < least || balance > most
                ? new Broken("P7", place + " is closed and at " + balance + ", not at " + least + " to " + most)
                : null;
    }

    /** Every account by itself, all at once. */
    private void judgeInOrder(List<Broken> all) {
        Map<Long, List<Operation<Input, Output>>> byInitial = new TreeMap<>();
        long[] process = new long[1];
        books.forEach((place, account) -> {
            List<Entry> entries = account.entries.stream()
                    .filter(entry -> !account.isHeld || isOrMayBeDone(entry))
                    .filter(entry -> !entry.isVoid && !(entry.output == null && entry.input instanceof Input.Read))
                    .toList();
            if (entries.size() <= SEARCHED_MAX) {
                List<Operation<Input, Output>> operations =
                        byInitial.computeIfAbsent(Accounts.initial(place), initial -> new ArrayList<>());
                entries.forEach(entry -> operations.add(entry.operation(process[0]++)));
            }
        });
        undecided.clear();
        byInitial.forEach((initial, operations) -> judgeInOrder(initial, History.of(operations), all));
    }

    private static boolean isOrMayBeDone(Entry entry) {
        return !(entry.input instanceof Input.Read)
                && (entry.output == null || entry.output instanceof Output.Accepted);
    }

    private void judgeInOrder(long initial, History<Input, Output> history, List<Broken> all) {
        Result<Input, Output> result = HistoryCheck.check(
                new BoundedCounterModel(initial, 0, Long.MAX_VALUE),
                history,
                options.withAll(true).withAcceptVacuous(true));
        if (result instanceof Result.Invalid<Input, Output> invalid) {
            invalid.failures().forEach(one -> all.add(new Broken("P1", one.partition() + ": " + one.explanation())));
        } else if (result instanceof Result.Unknown) {
            undecided.add(new Broken("P1", result.sentence()));
        }
    }
}
