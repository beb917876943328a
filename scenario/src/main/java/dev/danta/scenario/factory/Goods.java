package dev.danta.scenario.factory;

import java.util.Locale;

/** How a product may be sold. */
enum Goods {
    /** Made for the customer, or hardly ever there: strictly, and never beyond what is there. */
    RARE,
    /** Never beyond what is there. */
    STOCKED,
    /** Also what is not there yet, within a budget: it comes within its lead time. */
    BACKORDERABLE;

    /** How many kinds there are: they take turns among the numbers of products. */
    static final int KINDS = 3;

    static Goods of(int number) {
        return switch (number % KINDS) {
            case 0 -> RARE;
            case 1 -> STOCKED;
            default -> BACKORDERABLE;
        };
    }

    /** The number of the product of this kind that has so many before it. */
    int number(int before) {
        return KINDS * before
                + switch (this) {
                    case RARE -> 0;
                    case STOCKED -> 1;
                    case BACKORDERABLE -> 2;
                };
    }

    /** The name of the collection of counters that say what may be sold. */
    String available() {
        return "available-" + name().toLowerCase(Locale.ROOT);
    }
}
