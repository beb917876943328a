package dev.danta.scenario.factory;

/**
 * How large a plant is.
 *
 * @param factories how many there are, each on keys of its own
 * @param skus products of each factory
 * @param locations bins of each product
 * @param perBin what is in each bin at first
 * @param budget how far beyond what is there a product may be sold that can be back-ordered
 * @param itemsMax the most items of an order
 * @param codes from so many numbers orders draw theirs: two may draw the same
 * @param slots slots of each factory's line
 * @param capacity how much fits into a slot
 */
public record Size(
        int factories,
        int skus,
        int locations,
        long perBin,
        long budget,
        int itemsMax,
        int codes,
        int slots,
        long capacity) {
    /** What a test has time for: so small that bounds are met and codes are taken. */
    public static final Size SMALL = new Size(1, 6, 2, 6, 8, 4, 5_000, 4, 12);

    /** What a machine is loaded with for a minute. */
    public static final Size DAY = new Size(20, 50, 3, 120, 60, 10, 10_000_000, 60, 400);

    public Size {
        if (factories < 1 || skus < Goods.KINDS || locations < 1 || itemsMax < 1 || itemsMax > skus) {
            throw new IllegalArgumentException(
                    "a plant has a factory, a product of each kind, a bin, and orders with items");
        }
        if (perBin < 0 || budget < 0 || codes < 1 || slots < 1 || capacity < 1) {
            throw new IllegalArgumentException("there is nothing negative in a plant, and there are codes and slots");
        }
    }
}
