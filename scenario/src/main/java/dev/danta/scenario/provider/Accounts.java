package dev.danta.scenario.provider;

import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/** Where everything of a provider is, and who is met how often. */
final class Accounts {
    static final Collection OPERATIONS = Collection.records("operations");
    static final Collection EMAILS = Collection.records("emails");
    static final Collection CUSTOMERS = Collection.records("customers");
    static final Collection PROFILES = Collection.registers("profiles");
    static final Collection TAGS = Collection.sets("tags");
    static final Collection SUBSCRIPTIONS = Collection.registers("subscriptions");
    /** The last period of an account that was billed, as somebody has said who billed one. */
    static final Collection BILLED = Collection.registers("billing-periods");
    /** Of accounts that are closed, by their names. */
    static final Collection CLOSED = Collection.records("closed");

    static final Collection PRICES = Collection.registers("prices");
    static final Collection USAGE = Collection.streams("usage");
    static final Collection INVOICES = Collection.records("invoices");
    static final Collection ADJUSTMENTS = Collection.records("adjustments");

    static final Place PRICE = PRICES.at("unit");
    static final long HOUSE_INITIAL = 1_000;

    private static final int HOUSE_ACCOUNTS = 3;
    private static final int PERCENT = 100;
    /** One of so many still has the number of an account that is closed. */
    private static final int OLD_EACH = 8;

    private static final String BETWEEN = "-";
    /** Chances are whole numbers of this size together, so that they are the same everywhere. */
    private static final double CHANCES = 1L << 40;

    private final ProviderSize size;
    private final Collection credit;
    private final Collection prepaid;
    private final Collection house;
    /** Where in a draw each account ends. */
    private final long[] ends;
    /** How many prepaid accounts of each number were closed; the next one is open to somebody else. */
    private final AtomicIntegerArray closed;

    Accounts(ProviderSize size) {
        this.size = size;
        this.credit = Collection.atLeast("credit", 0, 0, size.quota());
        this.prepaid = Collection.atLeast("prepaid", 0, 0, 0);
        this.house = Collection.atLeast("house", 0, HOUSE_INITIAL, 0);
        this.ends = new long[size.accounts()];
        this.closed = new AtomicIntegerArray(size.accounts());
        double[] weights = IntStream.rangeClosed(1, size.accounts())
                .mapToDouble(number -> StrictMath.pow(number, -size.skew()))
                .toArray();
        double sum = Arrays.stream(weights).sum();
        long end = 0;
        for (int i = 0; i < weights.length; i++) {
            end += 1 + (long) (weights[i] / sum * CHANCES);
            ends[i] = end;
        }
    }

    ProviderSize size() {
        return size;
    }

    List<Collection> collections() {
        return List.of(
                credit,
                prepaid,
                house,
                OPERATIONS,
                EMAILS,
                CUSTOMERS,
                PROFILES,
                TAGS,
                SUBSCRIPTIONS,
                BILLED,
                CLOSED,
                PRICES,
                USAGE,
                INVOICES,
                ADJUSTMENTS);
    }

    /** Some account, from 0 on. */
    int draw(Port port) {
        if (size.whalePercent() > 0 && port.draw(PERCENT) < size.whalePercent()) {
            return 0;
        }
        int found = Arrays.binarySearch(ends, 1 + port.draw(ends[ends.length - 1]));
        return found < 0 ? -found - 1 : found;
    }

    /** Another one than {@code account}. */
    int drawOther(Port port, int account) {
        return (int) ((account + 1 + port.draw(size.accounts() - 1L)) % size.accounts());
    }

    static String name(int account) {
        return "a" + account;
    }

    /** The balance of the account that has this number now; now and then of the one that had it before, if that is closed. */
    Place balance(Port port, int account) {
        if (account % 2 == 0) {
            return credit.at(name(account));
        }
        int before = closed.get(account);
        boolean isOld = before > 0 && port.draw(OLD_EACH) == 0;
        return prepaid(account, isOld ? before - 1 : before);
    }

    private Place prepaid(int account, int before) {
        return prepaid.at(before == 0 ? name(account) : name(account) + BETWEEN + before);
    }

    /** Some account that can be closed: a prepaid one. Of others clients may hold something that nobody can call in. */
    Place drawToClose(Port port) {
        int account = draw(port) | 1;
        return balance(port, account < size.accounts() ? account : account - 2);
    }

    /** Whether it may be closed some day. */
    boolean mayClose(Place balance) {
        return balance.collection().equals(prepaid);
    }

    /** Where it is written that an account is closed. */
    static Place closed(Place balance) {
        return CLOSED.at(balance.key());
    }

    /** It is closed: from now on its number is another account's. */
    void hasClosed(Place balance) {
        List<String> parts = List.of(balance.key().split(BETWEEN, -1));
        int before = parts.size() == 1 ? 0 : Integer.parseInt(parts.get(1));
        boolean unused = closed.compareAndSet(Integer.parseInt(parts.get(0).substring(1)), before, before + 1);
    }

    /** How far below zero charges may take a balance. */
    long quota(Place balance) {
        return balance.collection().equals(credit) ? size.quota() : 0;
    }

    static long initial(Place balance) {
        return balance.collection().kind() instanceof Collection.Kind.Counters counters ? counters.initial() : 0;
    }

    /** The provider's own. */
    List<Place> house() {
        return IntStream.range(0, HOUSE_ACCOUNTS)
                .mapToObj(i -> house.at("h" + i))
                .toList();
    }

    long period(long micros) {
        return Math.floorDiv(micros, size.periodMicros());
    }

    long start(long period) {
        return period * size.periodMicros();
    }
}
