package dev.danta.cli.demo;

import dev.danta.cli.report.SaleRound;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Lets all buyers in, as many at a time as there are tills, until each has an answer or time is up. */
final class SaleRun {
    /** How long a till waits for its next buyer, at most. */
    private static final long PAUSE_NANOS_MAX = 2_000_000;

    /** What tills need, after time is up, to notice. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final DemoSettings settings;
    private final IntConsumer onSold;
    private final long startNanos;
    private final long giveUpAtNanos;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger sold = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    SaleRun(DemoSettings settings, long startNanos, IntConsumer onSold) {
        this.settings = settings;
        this.onSold = onSold;
        this.startNanos = startNanos;
        this.giveUpAtNanos = startNanos + settings.within().toNanos();
    }

    int sold() {
        return sold.get();
    }

    int served() {
        return served.get();
    }

    /** What all tills have sold. */
    record Takings(List<SaleRound.Answer> answers, long elapsedNanos, long retries, int resolved, int unanswered) {}

    /** Runs the sale; to be called once. */
    Takings run(List<? extends Till> tills) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(tills.size(), work -> {
            Thread thread = new Thread(work, "demo-till");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Takings>> shifts = new ArrayList<>();
            for (Till till : tills) {
                shifts.add(pool.submit(() -> shift(till)));
            }
            pool.shutdown();
            if (!pool.awaitTermination(giveUpAtNanos + GRACE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("a till does not answer although its time is up");
            }
            return together(shifts);
        } finally {
            pool.shutdownNow();
        }
    }

    private Takings shift(Till till) {
        List<SaleRound.Answer> answers = new ArrayList<>();
        long retries = 0;
        int resolved = 0;
        int unanswered = 0;
        for (int buyer = next.getAndIncrement(); buyer < settings.buyers(); buyer = next.getAndIncrement()) {
            SplittableRandom random = new SplittableRandom(settings.seed() * 31 + buyer);
            LockSupport.parkNanos(random.nextLong(PAUSE_NANOS_MAX));
            long asked = System.nanoTime();
            Purchase purchase = till.serve(random, giveUpAtNanos);
            long told = purchase.toldAtNanos();
            retries += purchase.retries();
            resolved += purchase.resolved() ? 1 : 0;
            if (purchase.answer() == Purchase.Answer.NONE) {
                unanswered++;
            } else {
                boolean bought = purchase.answer() == Purchase.Answer.BOUGHT;
                answers.add(new SaleRound.Answer(told - startNanos, told - asked, bought));
                if (bought) {
                    onSold.accept(sold.incrementAndGet());
                }
            }
            served.incrementAndGet();
        }
        return new Takings(answers, System.nanoTime() - startNanos, retries, resolved, unanswered);
    }

    private static Takings together(List<Future<Takings>> shifts) throws InterruptedException {
        List<SaleRound.Answer> answers = new ArrayList<>();
        long elapsed = 0;
        long retries = 0;
        int resolved = 0;
        int unanswered = 0;
        for (Future<Takings> shift : shifts) {
            Takings takings = of(shift);
            answers.addAll(takings.answers());
            elapsed = Math.max(elapsed, takings.elapsedNanos());
            retries += takings.retries();
            resolved += takings.resolved();
            unanswered += takings.unanswered();
        }
        return new Takings(answers, elapsed, retries, resolved, unanswered);
    }

    private static Takings of(Future<Takings> shift) throws InterruptedException {
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
