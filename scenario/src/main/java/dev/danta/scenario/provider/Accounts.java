package dev.danta.scenario.provider;

import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Where everything of a provider is, and who is met how often. */
final class Accounts {
    static final Collection OPERATIONS = Collection.records("operations");
    static final Collection EMAILS = Collection.records("emails");
    static final Collection CUSTOMERS = Collection.records("customers");
    static final Collection PROFILES = Collection.registers("profiles");
    static final Collection TAGS = Collection.sets("tags");
    static final Collection PRICES = Collection.registers("prices");
    static final Collection USAGE = Collection.streams("usage");
    static final Collection INVOICES = Collection.records("invoices");
    static final Collection ADJUSTMENTS = Collection.records("adjustments");

    static final Place PRICE = PRICES.at("unit");
    static final long HOUSE_INITIAL = 1_000;

    private static final int HOUSE_ACCOUNTS = 3;
    /** Chances are whole numbers of this size together, so that they are the same everywhere. */
    private static final double CHANCES = 1L << 40;

    private final ProviderSize size;
    private final Collection credit;
    private final Collection prepaid;
    private final Collection house;
    /** Where in a draw each account ends. */
    private final long[] ends;

    Accounts(ProviderSize size) {
        this.size = size;
        this.credit = Collection.atLeast("credit", 0, 0, size.quota());
        this.prepaid = Collection.atLeast("prepaid", 0, 0, 0);
        this.house = Collection.atLeast("house", 0, HOUSE_INITIAL, 0);
        this.ends = new long[size.accounts()];
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
                PRICES,
                USAGE,
                INVOICES,
                ADJUSTMENTS);
    }

    /** Some account, from 0 on. */
    int draw(Port port) {
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

    Place balance(int account) {
        return (account % 2 == 0 ? credit : prepaid).at(name(account));
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
