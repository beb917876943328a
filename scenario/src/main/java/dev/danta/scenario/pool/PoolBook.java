package dev.danta.scenario.pool;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.scenario.Broken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the users of pools were told, and what was found in the end. Thread-safe. */
final class PoolBook {
    /** Of one kind of trouble so much is told. */
    private static final int BROKEN_MAX = 20;

    private static final int DUELLISTS = 2;

    private final PoolModel model;
    private final CheckOptions check;
    private final List<Operation<PoolModel.Input, PoolModel.Output>> operations = new ArrayList<>();
    /** Who asked may be gone before it is answered. */
    private final Set<Asked> open = new LinkedHashSet<>();

    private final Map<String, Reservation> reservations = new LinkedHashMap<>();
    private final Map<String, Long> published = new TreeMap<>();
    /** How many are about to publish something of a pool, by the pool. */
    private final Map<String, Integer> publishing = new TreeMap<>();

    private final List<Duel> duels = new ArrayList<>();
    private final Map<String, List<Broken>> broken = new TreeMap<>();
    private final List<Broken> found = new ArrayList<>();
    private final List<Broken> undecided = new ArrayList<>();
    private long processes;
    private long users;
    private long quietSinceNanos;

    /** What became of a reservation, as its user was told. */
    enum Fate {
        /** It was asked for, or nobody could say. */
        UNKNOWN,
        FULL,
        NOT_DONE,
        LIVE,
        /** It was to be released, and nobody could say. */
        MAYBE_RELEASED,
        RELEASED
    }

    /** A reservation that was asked for. */
    static final class Reservation {
        private final String pool;
        private final long units;
        private Fate fate = Fate.UNKNOWN;

        Reservation(String pool, long units) {
            this.pool = pool;
            this.units = units;
        }

        String pool() {
            return pool;
        }

        long units() {
            return units;
        }
    }

    /** Two at most want the last unit of one pool. */
    static final class Duel {
        private final int number;
        private final List<String> ids = new ArrayList<>();

        Duel(int number) {
            this.number = number;
        }

        String pool() {
            return "last-" + number;
        }

        String id(String user) {
            return pool() + "-" + user;
        }
    }

    /** Something that is asked of a pool. */
    static final class Asked {
        private final PoolModel.Input input;
        private final long at;

        private Asked(PoolModel.Input input, long at) {
            this.input = input;
            this.at = at;
        }
    }

    PoolBook(PoolModel model, CheckOptions check) {
        this.model = model;
        this.check = check;
    }

    synchronized long newUser() {
        return users++;
    }

    /** Somebody does something now. */
    synchronized void isActive(long now) {
        quietSinceNanos = now;
    }

    /** When somebody did something last. */
    synchronized long quietSinceNanos() {
        return quietSinceNanos;
    }

    synchronized void asked(String id, Reservation reservation) {
        reservations.put(id, reservation);
    }

    synchronized void told(Reservation reservation, Fate fate) {
        reservation.fate = fate;
    }

    /** It is asked now. As long as it is not answered, nobody knows whether it took effect. */
    synchronized Asked asks(PoolModel.Input input, long now) {
        Asked asked = new Asked(input, now);
        open.add(asked);
        return asked;
    }

    synchronized void answered(Asked asked, PoolModel.Output output, long now) {
        open.remove(asked);
        operations.add(Operation.known(processes++, asked.input, output, asked.at, now));
    }

    /** It did not take effect. */
    synchronized void failed(Asked asked) {
        open.remove(asked);
    }

    /** Somebody begins to put where everybody reads it how often a pool has flipped. */
    synchronized void publishes(String pool) {
        publishing.merge(pool, 1, Integer::sum);
    }

    /** And has seen that what is there is true. */
    synchronized void hasPublished(String pool) {
        publishing.merge(pool, -1, Integer::sum);
    }

    /** It was seen that everybody can read that the pool has flipped so often. */
    synchronized void published(String pool, long flips) {
        published.merge(pool, flips, Math::max);
    }

    /** Whether everybody can read it, and nobody was cut short who may have put something older over it. */
    synchronized boolean isPublished(String pool, long flips) {
        return published.getOrDefault(pool, 0L) >= flips && publishing.getOrDefault(pool, 0) == 0;
    }

    synchronized void broke(String id, String what) {
        List<Broken> ofId = broken.computeIfAbsent(id, unused -> new ArrayList<>());
        if (ofId.size() < BROKEN_MAX) {
            ofId.add(new Broken(id, what));
        }
    }

    /** Somebody is to try for a last unit: for one that one other has tried for or is to try for, or for a new one. */
    synchronized Duel joinDuel(String user) {
        Duel last = duels.isEmpty() ? null : duels.get(duels.size() - 1);
        if (last == null || last.ids.size() == DUELLISTS || last.ids.contains(last.id(user))) {
            last = new Duel(duels.size());
            duels.add(last);
        }
        last.ids.add(last.id(user));
        return last;
    }

    synchronized boolean isComplete(Duel duel) {
        return duel.ids.size() == DUELLISTS;
    }

    synchronized List<String> ids() {
        return List.copyOf(reservations.keySet());
    }

    /** What is found in the end, anew. */
    synchronized void beginAudit() {
        found.clear();
        undecided.clear();
    }

    /**
     * What is there in the end.
     *
     * @param records of reservations, by id; of those that have none nothing
     * @param used of pools, by their counters
     */
    synchronized void audit(Map<String, String> records, Map<String, Long> used) {
        Map<String, Long> live = new TreeMap<>();
        reservations.forEach((id, reservation) -> {
            String record = records.get(id);
            boolean isLive = record != null && record.startsWith(PoolWork.LIVE);
            if (isLive) {
                live.merge(reservation.pool, reservation.units, Long::sum);
            }
            String told = contradiction(reservation.fate, record, isLive);
            if (!told.isEmpty()) {
                found.add(new Broken("C3", told + ": " + id + " has " + record));
            }
        });
        used.forEach((pool, units) -> {
            long taken = live.getOrDefault(pool, 0L);
            if (units != taken) {
                found.add(new Broken("C2", pool + " has " + units + " units in use and " + taken + " reserved"));
            }
        });
        for (Duel duel : duels) {
            long winners = duel.ids.stream()
                    .map(records::get)
                    .filter(record -> record != null && record.startsWith(PoolWork.LIVE))
                    .count();
            // Who was cut short, or told that nothing was done, may have left the unit to nobody.
            boolean isDecided = duel.ids.stream().anyMatch(id -> hasFate(id, Fate.LIVE) || hasFate(id, Fate.FULL));
            if (winners > 1 || (winners == 0 && isDecided)) {
                found.add(new Broken("C5", duel.pool() + " of one unit has " + winners + " winners of " + duel.ids));
            }
        }
    }

    private boolean hasFate(String id, Fate fate) {
        Reservation reservation = reservations.get(id);
        return reservation != null && reservation.fate == fate;
    }

    private static String contradiction(Fate fate, @Nullable String record, boolean isLive) {
        return switch (fate) {
            case UNKNOWN -> "";
            case FULL -> isLive ? "told that it is full" : "";
            case NOT_DONE -> isLive ? "told that nothing was done" : "";
            case LIVE -> isLive ? "" : "told that it is reserved";
            case MAYBE_RELEASED -> record == null ? "told that it is reserved" : "";
            case RELEASED -> isLive || record == null ? "told that it is released" : "";
        };
    }

    synchronized void found(String id, String what) {
        found.add(new Broken(id, what));
    }

    /** Each answer must have been true at one moment. */
    void judge() {
        History<PoolModel.Input, PoolModel.Output> history;
        synchronized (this) {
            List<Operation<PoolModel.Input, PoolModel.Output>> all = new ArrayList<>(operations);
            for (Asked asked : open) {
                all.add(Operation.unknown(processes++, asked.input, asked.at));
            }
            history = History.of(all);
        }
        Result<?, ?> result = HistoryCheck.check(model, history, check.withAcceptVacuous(true));
        synchronized (this) {
            if (result instanceof Result.Invalid) {
                found.add(new Broken("C6", result.sentence()));
            } else if (result instanceof Result.Unknown) {
                undecided.add(new Broken("C6", result.sentence()));
            }
        }
    }

    synchronized List<Broken> verdict() {
        List<Broken> all = new ArrayList<>();
        broken.values().forEach(all::addAll);
        all.addAll(found);
        return all;
    }

    synchronized List<Broken> undecided() {
        return List.copyOf(undecided);
    }
}
