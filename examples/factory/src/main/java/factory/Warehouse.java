package factory;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.Space;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.client.SpendRule;
import dev.danta.client.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A small warehouse. Its arguments are nodes of a cluster, HOST:PORT; one is enough. */
public final class Warehouse {
    /** What may be sold: never below nothing. */
    private final BoundedCounter available;
    /** What may be sold before it is there: as far as the budget goes. */
    private final BoundedCounter backorderable;
    /** What lies in a bin: nobody takes out more. */
    private final BoundedCounter bins;
    /** What is reserved for an order, by its code and the product. */
    private final Table<Long> reservations;

    private final Space space;
    /** Each run has a warehouse of its own. */
    private final String house = UUID.randomUUID().toString();

    private Warehouse(Space space) {
        this.space = space;
        this.available = space.boundedCounter("available", Bounds.atLeast(0));
        this.backorderable =
                space.boundedCounter("backorderable", Bounds.atLeast(0).allowance(10));
        this.bins = space.boundedCounter("bins", Bounds.atLeast(0));
        this.reservations = space.table("reservations", Codecs.LONG, Mode.STRICT);
    }

    public static void main(String[] endpoints) {
        try (DantaClient client = DantaClient.builder()
                .endpoints(endpoints)
                .deadline(Duration.ofSeconds(20))
                .build()) {
            Warehouse warehouse = new Warehouse(client.space("factory"));
            warehouse.day();
            warehouse.flashSale(500, 5_000);
        }
    }

    private void day() {
        // Goods that come in are in nobody's way: no transaction.
        for (String product : List.of("bolt", "nut")) {
            available.gain(of(product), 20);
            bins.gain(of(product, "left"), 12);
            bins.gain(of(product, "right"), 8);
        }

        order("o1", Map.of("bolt", 15L, "nut", 5L));
        order("o2", Map.of("bolt", 10L, "nut", 5L)); // bolts are short: no nuts are reserved either
        order("o3", Map.of("nut", 15L));

        pick("o1", "bolt", "left", 12);
        pick("o1", "bolt", "left", 3); // the bin is empty
        pick("o1", "bolt", "right", 3);
        pick("o1", "bolt", "right", 1); // nothing is reserved any more

        cancel("o3");
        cancel("o3"); // twice does no harm
        System.out.println("nuts for sale: " + available.value(of("nut")));

        // None is there yet; ten may be sold before they are.
        System.out.println("8 chairs: " + backorder("chair", 8));
        System.out.println("8 more: " + backorder("chair", 8));
    }

    /** Reserves all items, or none. */
    private void order(String code, Map<String, Long> items) {
        String answer = space.run(tx -> {
            // What is short is found out beforehand; the commit depends on it either way.
            String missing = new TreeMap<>(items)
                    .entrySet().stream()
                            .filter(item -> !tx.covers(available, of(item.getKey()), item.getValue()))
                            .map(Map.Entry::getKey)
                            .collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                return "refused, for want of " + missing;
            }
            items.forEach((product, quantity) -> {
                tx.spend(available, of(product), quantity);
                tx.put(reservations, of(code, product), quantity);
            });
            return "placed";
        });
        System.out.println("order " + code + ": " + answer);
    }

    /** Takes out of a bin what is reserved, strictly: neither more than the bin has nor more than is reserved. */
    private void pick(String code, String product, String bin, long quantity) {
        String answer = space.run(tx -> {
            long open = tx.get(reservations, of(code, product)).orElse(0L);
            if (open < quantity) {
                return "only " + open + " are reserved";
            }
            if (!tx.spend(bins, of(product, bin), quantity)) {
                return "the bin has not so many";
            }
            tx.put(reservations, of(code, product), open - quantity);
            return "picked";
        });
        System.out.println(quantity + " of " + product + " for " + code + " out of the bin on the " + bin + ": " + answer);
    }

    /** Gives back what is still reserved. */
    private void cancel(String code) {
        long released = space.run(tx -> {
            long sum = 0;
            for (String product : List.of("bolt", "nut")) {
                long open = tx.get(reservations, of(code, product)).orElse(0L);
                if (open > 0) {
                    tx.gain(available, of(product), open);
                    tx.delete(reservations, of(code, product));
                    sum += open;
                }
            }
            return sum;
        });
        System.out.println("order " + code + " cancelled: " + released + " for sale again");
    }

    private String backorder(String product, long quantity) {
        boolean isSold = space.run(tx -> tx.spend(backorderable, of(product), quantity, true));
        return isSold ? "sold" : "refused";
    }

    /** One product, and many more buyers than units: each unit is sold once. */
    private void flashSale(long units, int buyers) {
        available.gain(of("console"), units);
        // Each client sets something aside and sells of that, in nobody's way; near the end it is strict by itself.
        Spend reserved = Spend.with(SpendRule.RESERVED);
        List<CompletableFuture<SpendResult>> answers = new ArrayList<>();
        for (int i = 0; i < buyers; i++) {
            answers.add(available.spendAsync(of("console"), 1, reserved));
        }
        Map<SpendResult.Status, Long> counts = answers.stream()
                .map(CompletableFuture::join)
                .collect(Collectors.groupingBy(SpendResult::status, TreeMap::new, Collectors.counting()));
        System.out.println("flash sale of " + units + " to " + buyers + ": " + counts);
        System.out.println("left: " + available.value(of("console")));

        // Who buys under a key may ask again, when an answer is lost too: it is done once, and answered as it was first.
        available.gain(of("console"), 1);
        String key = house + "/carl";
        System.out.println("carl, who may ask again: " + buy(key) + ", again: " + buy(key));
    }

    private SpendResult.Status buy(String key) {
        Spend once = Spend.options().idempotencyKey(key);
        while (true) {
            try {
                return available.spend(of("console"), 1, once).status();
            } catch (OutcomeUnknownException unknown) {
                System.out.println("carl does not know, and asks again");
            }
        }
    }

    private Key of(Object... parts) {
        Object[] all = new Object[parts.length + 1];
        all[0] = house;
        System.arraycopy(parts, 0, all, 1, parts.length);
        return Key.of(all);
    }
}
