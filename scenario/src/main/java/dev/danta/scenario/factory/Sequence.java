package dev.danta.scenario.factory;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One thing after the other, each begun when the one before has ended well, however deep its caller is then. What ends badly
 * is done again, a few times.
 */
final class Sequence<T> {
    private static final int ATTEMPTS_MAX = 10;

    private final List<T> items;
    private final Each<T> each;
    private final Consumer<Boolean> then;
    private final int attemptsMax;
    private final AtomicInteger due = new AtomicInteger();
    private int ended;
    private int attempts;

    /** What is done with an item. */
    interface Each<T> {
        /** Does it, and says once whether it ended well. */
        void with(T item, Consumer<Boolean> then);
    }

    private Sequence(List<T> items, Each<T> each, int attemptsMax, Consumer<Boolean> then) {
        this.attemptsMax = attemptsMax;
        this.items = items;
        this.each = each;
        this.then = then;
    }

    /** @param then told once, whether all of them ended well */
    static <T> void run(List<T> items, Each<T> each, Consumer<Boolean> then) {
        new Sequence<>(items, each, ATTEMPTS_MAX, then).next();
    }

    /** The same, and nothing is done again. */
    static <T> void once(List<T> items, Each<T> each, Consumer<Boolean> then) {
        new Sequence<>(items, each, 1, then).next();
    }

    private void next() {
        if (due.getAndIncrement() != 0) {
            return;
        }
        do {
            if (ended == items.size()) {
                then.accept(true);
            } else if (attempts == attemptsMax) {
                then.accept(false);
            } else {
                attempts++;
                each.with(items.get(ended), this::ended);
            }
        } while (due.decrementAndGet() != 0);
    }

    private void ended(boolean well) {
        if (well) {
            ended++;
            attempts = 0;
        }
        next();
    }
}
