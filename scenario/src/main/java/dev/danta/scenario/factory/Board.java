package dev.danta.scenario.factory;

import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Port.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What hangs in the office: what has to be re-ordered, and which slots are booked whose machine is down. Views over what changes,
 * as it changes; whoever comes by brings them up to date, from where it was left. Where what comes next cannot be told any more
 * it begins anew, with what there is. Thread-safe.
 */
final class Board {
    /** Whoever is about it and has not been heard of for so long is gone. */
    private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final int FAILURES_MAX = 6;

    private final Plant plant;
    private final Reading reading;
    private final Map<Collection, Port.Cursor> cursors = new LinkedHashMap<>();
    /** What each event says, by its id, of each factory. */
    private final Map<Integer, TreeMap<String, String>> stock = new TreeMap<>();

    private final Map<Place, String> newest = new TreeMap<>();
    private boolean isBusy;
    private long turn;
    private long busyNanos;
    private int failures;

    /** Reads some records, strictly: of each what there is, by its place. */
    interface Reading {
        void records(Port port, List<Place> places, Consumer<@Nullable Map<Place, String>> then);
    }

    Board(Plant plant, Reading reading) {
        this.plant = plant;
        this.reading = reading;
    }

    /** Brings it up to date, as far as the replicas that are asked know; says whether it could. */
    void update(Port port, Consumer<Boolean> then) {
        long mine;
        boolean isNew;
        synchronized (this) {
            if (isBusy && port.nowNanos() - busyNanos < GONE_NANOS) {
                mine = -1;
            } else {
                isBusy = true;
                busyNanos = port.nowNanos();
                mine = ++turn;
            }
            isNew = cursors.isEmpty();
        }
        if (mine < 0) {
            then.accept(false);
        } else if (isNew) {
            new Beginning(port, mine, then).go();
        } else {
            Sequence.<Collection>once(
                    plant.followed(),
                    (collection, next) -> follow(port, mine, collection, next),
                    isDone -> end(mine, isDone, then));
        }
    }

    private synchronized void end(long mine, boolean isDone, Consumer<Boolean> then) {
        if (mine == turn) {
            isBusy = false;
        }
        then.accept(isDone);
    }

    private synchronized Port.@Nullable Cursor cursor(Collection collection) {
        return cursors.get(collection);
    }

    private void follow(Port port, long mine, Collection collection, Consumer<Boolean> then) {
        port.follow(collection, cursor(collection), found -> then.accept(take(mine, collection, found)));
    }

    private synchronized boolean take(long mine, Collection collection, Found<Port.News> found) {
        if (mine != turn) {
            return false;
        }
        Port.Cursor next =
                found instanceof Found.Value<Port.News> value ? value.value().next() : null;
        boolean isOver = found instanceof Found.Value ? next == null : ++failures >= FAILURES_MAX;
        if (isOver) {
            // A cursor is good for one replica, and what it has forgotten nobody tells.
            cursors.clear();
        }
        if (next == null) {
            return false;
        }
        failures = 0;
        cursors.put(collection, next);
        if (found instanceof Found.Value<Port.News> value) {
            value.value().changes().forEach(this::take);
        }
        return true;
    }

    private void take(Port.Change change) {
        Port.Event event = change.event();
        if (event != null) {
            stock.computeIfAbsent(Plant.factoryOf(change.place()), unused -> new TreeMap<>())
                    .put(event.id(), event.what());
        } else if (!change.isOvertaken()) {
            show(newest, change.place(), change.value());
        }
    }

    private static void show(Map<Place, String> values, Place place, @Nullable String value) {
        if (value == null) {
            values.remove(place);
        } else {
            values.put(place, value);
        }
    }

    /** Where the logs end first, and what there is second: what comes in between is told twice. */
    private final class Beginning {
        private final Port port;
        private final long mine;
        private final Consumer<Boolean> then;
        private final Map<Collection, Port.Cursor> ends = new LinkedHashMap<>();
        private final Map<Integer, TreeMap<String, String>> there = new TreeMap<>();
        private final Map<Place, String> values = new TreeMap<>();

        Beginning(Port port, long mine, Consumer<Boolean> then) {
            this.port = port;
            this.mine = mine;
            this.then = then;
        }

        void go() {
            List<Consumer<Consumer<Boolean>>> steps = new ArrayList<>();
            plant.followed().forEach(collection -> steps.add(next -> end(collection, next)));
            for (int factory = 0; factory < plant.size().factories(); factory++) {
                int one = factory;
                steps.add(next -> events(one, next));
            }
            plant.machines().forEach(machine -> steps.add(next -> machine(machine, next)));
            steps.add(this::bookings);
            Sequence.once(steps, Consumer::accept, isRead -> {
                install(isRead);
                Board.this.end(mine, isRead, then);
            });
        }

        private void end(Collection collection, Consumer<Boolean> next) {
            port.follow(collection, null, found -> {
                Port.Cursor end = found instanceof Found.Value<Port.News> value
                        ? value.value().next()
                        : null;
                if (end != null) {
                    ends.put(collection, end);
                }
                next.accept(end != null);
            });
        }

        private void events(int factory, Consumer<Boolean> next) {
            port.events(plant.events(factory), 0, Long.MAX_VALUE / 2, Port.Look.QUORUM, found -> {
                if (found instanceof Found.Value<List<Port.Event>> value) {
                    TreeMap<String, String> all = new TreeMap<>();
                    value.value().forEach(event -> all.put(event.id(), event.what()));
                    there.put(factory, all);
                }
                next.accept(found instanceof Found.Value);
            });
        }

        private void machine(Place machine, Consumer<Boolean> next) {
            port.read(machine, Port.Look.QUORUM, found -> {
                if (found instanceof Found.Value<@Nullable String> value) {
                    show(values, machine, value.value());
                }
                next.accept(found instanceof Found.Value);
            });
        }

        private void bookings(Consumer<Boolean> next) {
            List<Place> booked = plant.slots().stream().map(Plant::booked).toList();
            reading.records(port, booked, found -> {
                if (found != null) {
                    values.putAll(found);
                }
                next.accept(found != null);
            });
        }

        private void install(boolean isRead) {
            synchronized (Board.this) {
                if (isRead && mine == turn) {
                    failures = 0;
                    cursors.putAll(ends);
                    stock.clear();
                    stock.putAll(there);
                    newest.clear();
                    newest.putAll(values);
                }
            }
        }
    }

    /** Whether it shows anything yet. */
    synchronized boolean isBegun() {
        return !cursors.isEmpty();
    }

    /** What it knows of a factory's stock: the list to re-order is of this. */
    synchronized StockView stock(int factory) {
        return new StockView(stock.getOrDefault(factory, new TreeMap<>()));
    }

    /** The slots that are booked and whose machine is down, by what it knows. */
    synchronized SortedSet<Place> affected() {
        return affected(plant, newest);
    }

    /** The slots that are booked and whose machine is down, by what these places have. */
    static SortedSet<Place> affected(Plant plant, Map<Place, String> values) {
        TreeSet<Place> affected = new TreeSet<>();
        for (Place slot : plant.slots()) {
            String machine = values.get(plant.machineOf(slot));
            if (values.containsKey(Plant.booked(slot)) && machine != null && machine.startsWith(Lines.DOWN)) {
                affected.add(slot);
            }
        }
        return affected;
    }

    /** What it has of bookings and machines. */
    synchronized Map<Place, String> values() {
        return new TreeMap<>(newest);
    }
}
