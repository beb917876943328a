package dev.danta.scenario.factory;

import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the users of a plant were told, and what of it could not be true. Thread-safe. */
final class Ledger {
    private static final int FOUND_MAX = 20;

    private final Plant plant;
    private final Tally<Place> gained = new Tally<>();
    private final Tally<Place> soldOfWhatIsHeld = new Tally<>();
    private final Tally<Place> slots = new Tally<>();
    private final Tally<Place> picked = new Tally<>();
    private final Tally<Place> released = new Tally<>();
    private final TreeMap<OrderCode, List<Attempt>> attempts = new TreeMap<>();
    private final List<Order> open = new ArrayList<>();
    private final TreeMap<String, Loss> losses = new TreeMap<>();
    private final TreeMap<Place, SortedSet<String>> statuses = new TreeMap<>();
    private final TreeMap<Place, SortedSet<String>> published = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<String, Port.Event>> events = new TreeMap<>();
    private final TreeMap<Integer, SortedSet<String>> acknowledged = new TreeMap<>();
    private final TreeMap<Place, SortedSet<String>> folded = new TreeMap<>();
    private final List<Broken> found = new ArrayList<>();

    /** An order as its buyer was told of it. */
    record Attempt(Order order, Port.Reply told) {}

    /**
     * A loss that was reported.
     *
     * @param told whether it is on record
     */
    record Loss(Sku sku, long amount, Port.Reply told) {}

    Ledger(Plant plant) {
        this.plant = plant;
    }

    /** What came in, into a bin or for sale. */
    Tally<Place> gained() {
        return gained;
    }

    Tally<Place> soldOfWhatIsHeld() {
        return soldOfWhatIsHeld;
    }

    /** What was reserved of slots. */
    Tally<Place> slots() {
        return slots;
    }

    /** What was picked of reservations. */
    Tally<Place> picked() {
        return picked;
    }

    /** What was released of reservations. */
    Tally<Place> released() {
        return released;
    }

    synchronized void broken(String law, String what) {
        if (found.size() < FOUND_MAX) {
            found.add(new Broken(law, what));
        }
    }

    synchronized List<Broken> found() {
        return List.copyOf(found);
    }

    /** Somebody has ordered, and was told that it is placed, or that it is not, or nothing. */
    synchronized void ordered(Order order, Port.Reply told) {
        List<Attempt> same = attempts.computeIfAbsent(order.code(), unused -> new ArrayList<>());
        for (Attempt other : same) {
            if (told == Port.Reply.DONE && other.told() == Port.Reply.DONE) {
                broken("W6", order.code() + " was given to " + other.order().buyer() + " and to " + order.buyer());
            }
        }
        same.add(new Attempt(order, told));
        if (told == Port.Reply.DONE) {
            open.add(order);
        }
    }

    /** Some order that was placed and, as far as anybody has said, not cancelled; null if there is none. */
    synchronized @Nullable Order anyOpen(Port port) {
        return open.isEmpty() ? null : open.get((int) port.draw(open.size()));
    }

    synchronized void closed(Order order) {
        open.remove(order);
    }

    synchronized void lost(String id, Loss loss) {
        losses.put(id, loss);
    }

    /** Before it is put: it may be seen from now on. */
    synchronized void putStatus(Place machine, String status) {
        statuses.computeIfAbsent(machine, unused -> new TreeSet<>()).add(status);
    }

    /** Before it is put, where anybody may read how much is left. */
    synchronized void publishes(Place register, String left) {
        published.computeIfAbsent(register, unused -> new TreeSet<>()).add(left);
    }

    /** Whether somebody has said that. */
    synchronized boolean isPublished(Place register, String left) {
        return published.getOrDefault(register, new TreeSet<>()).contains(left);
    }

    /** Before it is appended. */
    synchronized void appends(int factory, Port.Event event) {
        events.computeIfAbsent(factory, unused -> new TreeMap<>()).put(event.id(), event);
    }

    synchronized void appended(int factory, Port.Event event) {
        acknowledged.computeIfAbsent(factory, unused -> new TreeSet<>()).add(event.id());
    }

    /** A view that has these events is on record. */
    synchronized void folded(Place view, java.util.Collection<String> ids) {
        folded.computeIfAbsent(view, unused -> new TreeSet<>()).addAll(ids);
    }

    synchronized SortedMap<OrderCode, List<Attempt>> attempts() {
        TreeMap<OrderCode, List<Attempt>> all = new TreeMap<>();
        attempts.forEach((code, same) -> all.put(code, List.copyOf(same)));
        return all;
    }

    synchronized SortedMap<String, Loss> losses() {
        return new TreeMap<>(losses);
    }

    synchronized SortedMap<Place, SortedSet<String>> statuses() {
        TreeMap<Place, SortedSet<String>> all = new TreeMap<>();
        statuses.forEach((machine, some) -> all.put(machine, new TreeSet<>(some)));
        return all;
    }

    /** Every event that was ever appended, by its id. */
    synchronized SortedMap<String, Port.Event> events(int factory) {
        return new TreeMap<>(events.getOrDefault(factory, new TreeMap<>()));
    }

    /** The ids of those that a quorum has acknowledged. */
    synchronized SortedSet<String> acknowledged(int factory) {
        return new TreeSet<>(acknowledged.getOrDefault(factory, new TreeSet<>()));
    }

    synchronized SortedSet<String> folded(Place view) {
        return new TreeSet<>(folded.getOrDefault(view, new TreeSet<>()));
    }

    /** A transaction that was true has seen these values, and spent what it has named of some. */
    void seen(List<Work.Counted> counters, List<Long> values, List<Place> spent) {
        for (int i = 0; i < counters.size(); i++) {
            Work.Counted counted = counters.get(i);
            seen(counted.place(), values.get(i));
            if (spent.contains(counted.place())) {
                seen(counted.place(), values.get(i) - counted.amount());
            }
        }
    }

    /** A counter had this value at some moment. */
    void seen(Place counter, long value) {
        if (counter.collection().kind() instanceof Collection.Kind.Counters kind
                && kind.guardsFloor()
                && value < kind.bound() - kind.allowance()) {
            broken(lawOf(counter, kind), counter + " is " + value);
        }
    }

    private String lawOf(Place counter, Collection.Kind.Counters kind) {
        if (counter.collection().equals(plant.bins())) {
            return "W1";
        }
        return kind.allowance() > 0 ? "W3" : "W2";
    }
}
