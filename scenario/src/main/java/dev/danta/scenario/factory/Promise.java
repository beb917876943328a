package dev.danta.scenario.factory;

import org.jspecify.annotations.Nullable;

/**
 * What is said of an item before it is ordered: a guess, by what somebody has published.
 *
 * @param left how much there was when somebody looked
 * @param days until it is there: 0 where enough is, {@link #NEVER} where it does not come
 */
record Promise(Sku sku, long left, int days) {
    static final int NEVER = -1;

    /** @param published null if nobody has looked yet: then there is what there was at first */
    static Promise of(Order.Item item, @Nullable String published, Size size) {
        long left = published == null ? size.perBin() * size.locations() : Long.parseLong(published);
        if (left >= item.quantity()) {
            return new Promise(item.sku(), left, 0);
        }
        boolean comes = item.sku().goods() == Goods.BACKORDERABLE && left + size.budget() >= item.quantity();
        return new Promise(item.sku(), left, comes ? item.sku().leadDays() : NEVER);
    }
}
