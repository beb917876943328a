package dev.danta.scenario.factory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants.
 *
 * @param buyer who wants it: no two attempts to order have the same
 * @param items of different products
 */
record Order(OrderCode code, String buyer, List<Item> items) {
    /** So much of a product. */
    record Item(Sku sku, long quantity) {}

    Order {
        items = List.copyOf(items);
    }

    /** How an order is taken, by what is in it. */
    enum Rule {
        /** Something in it is not to be back-ordered: strictly, of what is there. */
        STRICT,
        /** All of it may be back-ordered: strictly, into the budget. */
        INTO_BUDGET,
        /** A single product that may be back-ordered: of what the client holds of the budget, where it can. */
        OF_WHAT_IS_HELD
    }

    Rule rule() {
        boolean isBackorderable = items.stream().allMatch(item -> item.sku().goods() == Goods.BACKORDERABLE);
        if (!isBackorderable) {
            return Rule.STRICT;
        }
        return items.size() == 1 ? Rule.OF_WHAT_IS_HELD : Rule.INTO_BUDGET;
    }

    /** What is on record of it. */
    String encode() {
        StringBuilder text = new StringBuilder(buyer);
        items.forEach(
                item -> text.append(' ').append(item.sku().number()).append(':').append(item.quantity()));
        return text.toString();
    }

    /** What {@link #encode} wrote; null of nothing. */
    static @Nullable Order decode(OrderCode code, @Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] words = text.split(" ");
        List<Item> items = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            Sku sku = new Sku(code.factory(), Integer.parseInt(words[i].substring(0, colon)));
            items.add(new Item(sku, Long.parseLong(words[i].substring(colon + 1))));
        }
        return new Order(code, words[0], items);
    }
}
