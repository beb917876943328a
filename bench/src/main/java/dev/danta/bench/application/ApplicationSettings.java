package dev.danta.bench.application;

import java.time.Duration;
import java.util.List;

/**
 * How an application is put under load.
 *
 * @param users at the same time, over all clients
 * @param phases one after the other, at least one
 * @param seed of what users do; not of how it comes out
 * @param patience how long preparing and auditing may take, each
 * @param journalMax calls taken down at most
 */
public record ApplicationSettings(int users, List<Phase> phases, long seed, Duration patience, int journalMax) {
    /**
     * A part of the load.
     *
     * @param name of its own, in a few characters
     * @param perSecond steps that are begun in each second; 0 for closed loops: each user begins one as soon as the one before
     *     has ended
     * @param length how long it lasts
     */
    public record Phase(String name, double perSecond, Duration length) {
        public Phase {
            if (!(perSecond >= 0 && perSecond <= 1e6)) {
                throw new IllegalArgumentException("from 0 to a million steps are begun in a second, not " + perSecond);
            }
            if (length.isZero() || length.isNegative()) {
                throw new IllegalArgumentException("a load lasts longer than " + length);
            }
        }

        boolean isClosedLoop() {
            return perSecond == 0;
        }
    }

    public ApplicationSettings {
        phases = List.copyOf(phases);
        if (users < 1 || phases.isEmpty() || journalMax < 1) {
            throw new IllegalArgumentException("a load has a user, a phase and a journal");
        }
        if (patience.isZero() || patience.isNegative()) {
            throw new IllegalArgumentException("nothing comes about within " + patience);
        }
    }
}
