package dev.danta.cli.stock;

import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Sells one article in every manner, one after the other: all buyers take unit after unit until each has been told that there
 * are none. Before each sale that counts a smaller one is held, which does not.
 */
public final class StockBench {
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    /** Of the stock, in the sale that does not count. */
    private static final int WARM_UP_PART = 4;

    private static final int WARM_UP_UNITS_MIN = 200;
    private static final long TICK_MILLIS = 250;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final StockSettings settings;
    private final List<DantaClient> clients;
    private final Consumer<String> progress;

    /** What one buyer was told. */
    private record Shift(List<StockRound.Sale> sales, List<Long> soldOutNanos, int unknown) {}

    /**
     * Not begun.
     *
     * @param clients of one cluster, as many as there are to be instances
     * @param progress hears how it goes, one line at a time
     */
    public StockBench(StockSettings settings, List<DantaClient> clients, Consumer<String> progress) {
        if (clients.size() != settings.instances()) {
            throw new IllegalArgumentException(settings.instances() + " instances, but " + clients.size() + " clients");
        }
        this.settings = settings;
        this.clients = List.copyOf(clients);
        this.progress = progress;
    }

    /** Every sale, in the order of the manners. */
    public List<StockRound> run() throws InterruptedException {
        List<StockRound> rounds = new ArrayList<>();
        for (Manner manner : settings.units().keySet()) {
            int units = settings.units().getOrDefault(manner, 1);
            int few = Math.max(Math.min(WARM_UP_UNITS_MIN, units), units / WARM_UP_PART);
            StockRound unused = sale(manner, few, "warm-up");
            rounds.add(sale(manner, units, "hot"));
        }
        return rounds;
    }

    private StockRound sale(Manner manner, int units, String article) throws InterruptedException {
        Key key = Key.of(article, manner.name());
        List<Manner.Stall> stalls = clients.stream().map(manner::open).toList();
        stalls.get(0).supply(key, units, CALL_MAX);
        AtomicInteger sold = new AtomicInteger();
        ExecutorService buyers = Executors.newFixedThreadPool(settings.buyers(), task -> {
            Thread thread = new Thread(task, "stock-buyer");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long start = System.nanoTime();
            List<Future<Shift>> shifts = new ArrayList<>();
            for (int i = 0; i < settings.buyers(); i++) {
                Manner.Stall stall = stalls.get(i % stalls.size());
                shifts.add(buyers.submit(() -> shift(stall, key, start, sold)));
            }
            buyers.shutdown();
            String name = manner.name().toLowerCase(Locale.ROOT) + ("hot".equals(article) ? "" : ", " + article);
            long end = start + settings.within().toNanos() + CALL_MAX.toNanos() + GRACE_NANOS;
            while (!buyers.awaitTermination(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                progress.accept(String.format(Locale.ROOT, "%s: %,d of %,d sold", name, sold.get(), units));
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("a buyer has no answer although its time is up");
                }
            }
            return together(manner, units, shifts, stalls.get(0).left(key, CALL_MAX));
        } finally {
            buyers.shutdownNow();
        }
    }

    private Shift shift(Manner.Stall stall, Key article, long startNanos, AtomicInteger sold) {
        List<StockRound.Sale> sales = new ArrayList<>();
        List<Long> soldOut = new ArrayList<>();
        int unknown = 0;
        long endNanos = startNanos + settings.within().toNanos();
        while (soldOut.isEmpty() && System.nanoTime() < endNanos) {
            long asked = System.nanoTime() - startNanos;
            boolean isSold;
            try {
                isSold = stall.sell(article, CALL_MAX);
            } catch (OutcomeUnknownException lost) {
                Outcome outcome = lost.handle().resolve(CALL_MAX);
                unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
                if (outcome != Outcome.APPLIED) {
                    continue;
                }
                // What has nothing to write leaves nothing behind that could be unknown.
                isSold = true;
            } catch (DantaException failed) {
                if (!failed.retryable()) {
                    throw failed;
                }
                continue;
            }
            long told = System.nanoTime() - startNanos;
            if (isSold) {
                sales.add(new StockRound.Sale(asked, told));
                sold.incrementAndGet();
            } else {
                soldOut.add(told);
            }
        }
        return new Shift(sales, soldOut, unknown);
    }

    private static StockRound together(Manner manner, int units, List<Future<Shift>> shifts, long left)
            throws InterruptedException {
        List<StockRound.Sale> sales = new ArrayList<>();
        List<Long> soldOut = new ArrayList<>();
        int unknown = 0;
        for (Future<Shift> future : shifts) {
            Shift shift = of(future);
            sales.addAll(shift.sales());
            soldOut.addAll(shift.soldOutNanos());
            unknown += shift.unknown();
        }
        return new StockRound(manner, units, sales, soldOut, unknown, left);
    }

    private static Shift of(Future<Shift> shift) throws InterruptedException {
        try {
            return shift.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
