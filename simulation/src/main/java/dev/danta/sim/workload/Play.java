package dev.danta.sim.workload;

import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What is done in a run that is said to the last detail: each client has a part, and performs it once. */
public final class Play implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final long IDLE_NANOS = 500 * MILLI;

    private final List<Key> keys;
    private final List<Part> parts;
    private final Consumer<Map<Key, Version>> verdict;
    private final List<Caller> cast = new ArrayList<>();
    private Map<Key, Version> end = new TreeMap<>();

    /** What one client does. */
    public interface Part {
        /** Performs it, and says when it is over. */
        void perform(Caller caller, Runnable done);
    }

    /**
     * A play.
     *
     * @param keys what it is about: read by every client in the end
     * @param parts one for each client, in their order
     * @param verdict looks at what the keys were in the end, and throws a
     *     {@link dev.danta.sim.invariant.Violation} if that cannot be
     */
    public Play(List<Key> keys, List<Part> parts, Consumer<Map<Key, Version>> verdict) {
        this.keys = List.copyOf(keys);
        this.parts = List.copyOf(parts);
        this.verdict = verdict;
    }

    /** Does {@code then} so many milliseconds after the start of the run, or at once if that is over. */
    public static void at(Caller caller, long millis, Runnable then) {
        caller.after(Math.max(0, millis * MILLI - caller.nowNanos()), then);
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        boolean isNew = !cast.contains(caller);
        if (isNew) {
            cast.add(caller);
        }
        Part part = parts.get(cast.indexOf(caller));
        boolean[] due = {isNew};
        return done -> {
            if (due[0]) {
                due[0] = false;
                part.perform(caller, done);
            } else {
                caller.after(IDLE_NANOS, done);
            }
        };
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        ReadOnly.run(caller, random, keys, came -> {
            if (came instanceof TxnEnd.Committed committed) {
                end = committed.seen();
            }
            answered.accept(came instanceof TxnEnd.Committed);
        });
    }

    @Override
    public void judge() {
        verdict.accept(end);
    }
}
