package dev.danta.scenario.provider;

import dev.danta.scenario.Port;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Does something with each of many things, one after the other, until one cannot be done again and again. */
final class OneByOne<T> {
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_NANOS = 100_000_000;

    private final Port port;
    private final Iterator<T> things;
    private final BiConsumer<T, Consumer<Boolean>> each;
    private final Consumer<Boolean> then;

    private OneByOne(Port port, Iterator<T> things, BiConsumer<T, Consumer<Boolean>> each, Consumer<Boolean> then) {
        this.port = port;
        this.things = things;
        this.each = each;
        this.then = then;
    }

    /**
     * Does it.
     *
     * @param each is told one thing, and says once whether it could be done
     * @param then whether all could
     */
    static <T> void all(Port port, Iterable<T> things, BiConsumer<T, Consumer<Boolean>> each, Consumer<Boolean> then) {
        new OneByOne<>(port, things.iterator(), each, then).goOn();
    }

    /** An answer within its question goes on in the loop, or many would be a deep recursion: whoever comes second goes on. */
    private void goOn() {
        AtomicBoolean isSecond;
        do {
            if (!things.hasNext()) {
                then.accept(true);
                return;
            }
            AtomicBoolean second = new AtomicBoolean();
            isSecond = second;
            attempt(things.next(), 1, () -> {
                if (second.getAndSet(true)) {
                    goOn();
                }
            });
        } while (isSecond.getAndSet(true));
    }

    private void attempt(T thing, int number, Runnable done) {
        each.accept(thing, is -> {
            if (is) {
                done.run();
            } else if (number < ATTEMPTS) {
                port.after(PAUSE_NANOS, () -> attempt(thing, number + 1, done));
            } else {
                then.accept(false);
            }
        });
    }
}
