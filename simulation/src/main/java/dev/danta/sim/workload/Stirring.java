package dev.danta.sim.workload;

import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients do whose feeds keep what they remember fresh, where something is to go wrong there: many keys are changed in a
 * burst, which feeds have to tell in several pages or not at all; then nothing is changed for a while, so that what was not told stays
 * so; and all the while clients begin to follow, let go, and look again and again.
 */
final class Stirring {
    private static final int CHAINS_MAX = 12;
    private static final int CHAIN_MAX = 6;
    private static final int LOOKS_MAX = 12;
    /** How many keys are looked at at once. */
    private static final int WIDTH_MAX = 8;

    /** How often what is remembered gets too old between two bursts. */
    private static final int QUIET_MIN = 4;

    private static final int QUIET_MAX = 12;

    private final int keys;
    private final long staleNanos;
    private final Steps steps;
    private final List<Caller> callers = new ArrayList<>();
    private long quietUntilNanos;
    private int openChains;

    /** Single calls; {@code done} is called when it is answered. */
    interface Steps {
        void put(Caller caller, SimRandom random, String key, Runnable done);

        /** Reads what is remembered, if it is fresh enough. */
        void look(Caller caller, SimRandom random, String key, Runnable done);

        void keepFresh(Caller caller, SimRandom random, Runnable done);

        /** Ends one of those that were begun. */
        void letGo(Caller caller, SimRandom random, Runnable done);

        /** Whether the client keeps anything fresh, as it knows. */
        boolean isKept(Caller caller);
    }

    Stirring(int keys, long staleNanos, Steps steps) {
        this.keys = keys;
        this.staleNanos = staleNanos;
        this.steps = steps;
    }

    void join(Caller caller) {
        callers.add(caller);
    }

    /** Whether something may be changed yet by what was begun. */
    boolean isOpen() {
        return openChains > 0;
    }

    void act(Caller caller, SimRandom random, Runnable done) {
        if (!steps.isKept(caller)) {
            begin(caller, random, done);
        } else if (random.chance(0.2)) {
            steps.letGo(caller, random, done);
        } else {
            burstUnlessQuiet(caller, random);
            look(caller, random, 1 + random.below(LOOKS_MAX), done);
        }
    }

    /** Looks at everything while feeds begin, and others change it. */
    private void begin(Caller caller, SimRandom random, Runnable done) {
        steps.keepFresh(caller, random, () -> {});
        burstUnlessQuiet(caller, random);
        for (int i = 0; i < keys; i++) {
            look(caller, random, i);
        }
        look(caller, random, 1 + random.below(LOOKS_MAX), done);
    }

    /** One client changes keys, some at the same time and some one after the other; then nobody does for a while. */
    private void burstUnlessQuiet(Caller caller, SimRandom random) {
        if (caller.nowNanos() < quietUntilNanos) {
            return;
        }
        quietUntilNanos = caller.nowNanos() + random.between(QUIET_MIN, QUIET_MAX) * staleNanos;
        Caller by = random.pick(callers.stream().filter(Caller::isAlive).toList());
        int chains = 1 + random.below(CHAINS_MAX);
        for (int i = 0; i < chains; i++) {
            openChains++;
            putNext(by, random, 1 + random.below(CHAIN_MAX));
        }
    }

    private void putNext(Caller by, SimRandom random, int puts) {
        if (puts == 0 || !by.isAlive()) {
            openChains--;
        } else {
            steps.put(by, random, "k" + random.below(keys), () -> putNext(by, random, puts - 1));
        }
    }

    private void look(Caller caller, SimRandom random, int times, Runnable done) {
        if (times == 0) {
            done.run();
            return;
        }
        int width = 1 + random.below(Math.min(keys, WIDTH_MAX));
        int first = random.below(keys);
        for (int i = 0; i < width; i++) {
            look(caller, random, (first + i) % keys);
        }
        caller.after(random.between(1, staleNanos / 2), () -> look(caller, random, times - 1, done));
    }

    private void look(Caller caller, SimRandom random, int key) {
        steps.look(caller, random, "k" + key, () -> {});
    }
}
