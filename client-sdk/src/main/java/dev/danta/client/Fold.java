package dev.danta.client;

import dev.danta.client.EventStream.Event;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link View} makes of the events of a stream, one after the other in the order of the stream. Immutable.
 *
 * <p>Its functions are pure: they depend on nothing but what they are given, change nothing of it, and give equal results for
 * equal arguments always. They may be called more often than there are events, by any thread. States are never null.
 */
public final class Fold<E, S> {
    private final S start;
    private final BiFunction<? super S, ? super Event<E>, ? extends S> step;
    private final @Nullable BinaryOperator<S> merge;

    private Fold(
            S start, BiFunction<? super S, ? super Event<E>, ? extends S> step, @Nullable BinaryOperator<S> merge) {
        this.start = Given.notNull("a state to start from", start);
        this.step = Given.notNull("a step, which makes a new state of a state and an event", step);
        this.merge = merge;
    }

    /**
     * Goes from state to state, event by event.
     *
     * @param start the state of a stream without events
     */
    public static <E, S> Fold<E, S> from(S start, BiFunction<? super S, ? super Event<E>, ? extends S> step) {
        return new Fold<>(start, step, null);
    }

    /**
     * Merges what each event amounts to by itself: sums, counts, the greatest of something, maps of such.
     *
     * @param start the state of a stream without events; merged with another, on either side, it is the other
     * @param merge makes one state of those of two stretches of a stream, of which the first is the earlier; associative
     */
    public static <E, S> Fold<E, S> of(S start, Function<? super Event<E>, ? extends S> map, BinaryOperator<S> merge) {
        Given.notNull("a map, which makes a state of an event", map);
        requireMerge(merge);
        return new Fold<>(start, (state, event) -> merge.apply(state, map.apply(event)), merge);
    }

    /**
     * The same for which it is also known how the states of two stretches of a stream, each folded from the start, make that of
     * both. So an event that comes late changes the stretch that it falls into, and what follows is not folded again.
     *
     * @param how as in {@link #of}
     */
    public Fold<E, S> merging(BinaryOperator<S> how) {
        requireMerge(how);
        return new Fold<>(start, step, how);
    }

    private static void requireMerge(Object merge) {
        Given.notNull("a merge, which makes one state of two", merge);
    }

    S start() {
        return start;
    }

    boolean merges() {
        return merge != null;
    }

    S after(S before, Iterable<Event<E>> events) {
        S state = before;
        for (Event<E> event : events) {
            state = notNull(step.apply(state, event));
        }
        return state;
    }

    /** The state of two stretches, one behind the other; where it does not merge, the later one's contains the earlier one's. */
    S joined(S earlier, S later) {
        return merge == null ? later : notNull(merge.apply(earlier, later));
    }

    @SuppressWarnings("ConstantValue") // It is the application's code that has made it.
    private static <S> S notNull(S state) {
        if (state == null) {
            throw new IllegalStateException("a fold made null of a state and an event, or of two states");
        }
        return state;
    }
}
