package dev.danta.scenario.factory;

import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What there is in a plant when nobody works in it any more. */
final class Stocktaking {
    private static final int RECORDS_EACH = 40;
    private static final int COUNTERS_EACH = 20;
    /** How often one looks for what is to come to the board, and how long one waits in between. */
    private static final int LOOKS_MAX = 60;

    private static final long LOOK_AGAIN_NANOS = 100_000_000;

    private final Plant plant;
    private final Ledger ledger;
    private final Port port;
    private final Board board;
    private final Store store;
    private final Views folding;
    private final Map<Place, String> records = new TreeMap<>();
    private final Map<Place, Long> counters = new TreeMap<>();
    private final Map<Place, String> statuses = new TreeMap<>();
    private final Map<Integer, Map<String, Port.Event>> events = new TreeMap<>();
    private final List<Place> forgetful = new ArrayList<>();
    private final Map<Place, StockView> views = new TreeMap<>();

    /** A second of a factory. */
    private record Bucket(int factory, long number) {}

    Stocktaking(Plant plant, Ledger ledger, Board board, Port port) {
        this.plant = plant;
        this.ledger = ledger;
        this.port = port;
        this.board = board;
        this.store = new Store(plant, ledger, port, "stocktaker.s");
        this.folding = new Views(plant, ledger, port, "stocktaker.v");
    }

    /** Reads everything; told once whether it could. */
    void run(Consumer<Boolean> then) {
        Sequence.run(
                List.<Consumer<Consumer<Boolean>>>of(
                        this::readRecords,
                        this::readCounters,
                        this::readStatuses,
                        this::sayWhatIsShort,
                        this::readEvents,
                        this::readBookings,
                        next -> awaitBoard(LOOKS_MAX, next)),
                Consumer::accept,
                then);
    }

    private void readBookings(Consumer<Boolean> then) {
        Sequence.run(
                batches(plant.slots().stream().map(Plant::booked).toList(), RECORDS_EACH), this::readRecords, then);
    }

    /** What a replica has missed comes to it within a while, and to the board from there. */
    private void awaitBoard(int looks, Consumer<Boolean> then) {
        board.update(port, isUpdated -> {
            boolean isSo = isUpdated && boardDiffers() == null;
            if (isSo || looks == 0) {
                then.accept(board.isBegun());
            } else {
                // What nobody knew the end of may have come meanwhile.
                port.after(
                        LOOK_AGAIN_NANOS,
                        () -> readStatuses(statusesRead -> readBookings(bookingsRead -> awaitBoard(looks - 1, then))));
            }
        });
    }

    private void readRecords(Consumer<Boolean> then) {
        TreeSet<Place> places = new TreeSet<>();
        ledger.attempts().forEach((code, same) -> {
            places.add(plant.order(code));
            same.forEach(attempt ->
                    attempt.order().items().forEach(item -> places.add(plant.reservation(code, item.sku()))));
        });
        ledger.losses().keySet().forEach(id -> places.add(plant.loss(id)));
        Sequence.run(batches(new ArrayList<>(places), RECORDS_EACH), this::readRecords, then);
    }

    private static List<List<Place>> batches(List<Place> all, int each) {
        List<List<Place>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += each) {
            batches.add(all.subList(from, Math.min(all.size(), from + each)));
        }
        return batches;
    }

    private void readRecords(List<Place> places, Consumer<Boolean> then) {
        readSome(port, places, found -> {
            if (found != null) {
                records.putAll(found);
            }
            then.accept(found != null);
        });
    }

    /** Reads any number of records, some at a time. */
    static void readRecords(Port port, List<Place> places, Consumer<@Nullable Map<Place, String>> then) {
        Map<Place, String> all = new TreeMap<>();
        Sequence.run(
                batches(places, RECORDS_EACH),
                (batch, next) -> readSome(port, batch, found -> {
                    if (found != null) {
                        all.putAll(found);
                    }
                    next.accept(found != null);
                }),
                isRead -> then.accept(isRead ? all : null));
    }

    private static void readSome(Port port, List<Place> places, Consumer<@Nullable Map<Place, String>> then) {
        Work work = new Work(places, List.of(), seen -> {
            StringBuilder answer = new StringBuilder();
            for (Place place : places) {
                String value = seen.value(place);
                answer.append(value == null ? "-" : "+" + value).append('\n');
            }
            return Work.Effect.none(answer.toString());
        });
        port.transact(work, ending -> {
            if (!(ending instanceof Work.Ending.Done done)) {
                then.accept(null);
                return;
            }
            Map<Place, String> found = new TreeMap<>();
            String[] values = done.effect().answer().split("\n");
            for (int i = 0; i < values.length; i++) {
                if (values[i].startsWith("+")) {
                    found.put(places.get(i), values[i].substring(1));
                }
            }
            then.accept(found);
        });
    }

    private void readCounters(Consumer<Boolean> then) {
        List<Place> places = new ArrayList<>(plant.slots());
        for (Sku sku : plant.skus()) {
            places.add(plant.available(sku));
            places.addAll(plant.bins(sku));
        }
        Sequence.run(batches(places, COUNTERS_EACH), this::readCounters, then);
    }

    private void readCounters(List<Place> places, Consumer<Boolean> then) {
        Work work = new Work(List.of(), places.stream().map(Work.Counted::look).toList(), seen -> {
            StringBuilder answer = new StringBuilder();
            places.forEach(place -> answer.append(seen.counter(place)).append(' '));
            return Work.Effect.none(answer.toString());
        });
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                String[] values = done.effect().answer().split(" ");
                for (int i = 0; i < values.length; i++) {
                    long value = Long.parseLong(values[i]);
                    counters.put(places.get(i), value);
                    ledger.seen(places.get(i), value);
                }
            }
            then.accept(ending instanceof Work.Ending.Done);
        });
    }

    private void readStatuses(Consumer<Boolean> then) {
        Sequence.run(
                new ArrayList<>(ledger.statuses().keySet()),
                (machine, next) -> port.read(machine, Port.Look.QUORUM, found -> {
                    if (found instanceof Port.Found.Value<@Nullable String> value && value.value() != null) {
                        statuses.put(machine, value.value());
                    }
                    next.accept(found instanceof Port.Found.Value);
                }),
                then);
    }

    /** Whoever finds a loss on record that leaves less than is promised says so, if nobody is known to have. */
    private void sayWhatIsShort(Consumer<Boolean> then) {
        List<String> unsaid = new ArrayList<>();
        ledger.losses().forEach((id, loss) -> {
            if (isShort(id) && !ledger.acknowledged(loss.sku().factory()).contains(Store.shortage(id))) {
                unsaid.add(id);
            }
        });
        Sequence.run(
                unsaid,
                (id, next) -> {
                    Ledger.Loss loss = ledger.losses().get(id);
                    if (loss == null) {
                        throw new IllegalStateException("nobody has reported " + id);
                    }
                    store.sayShort(
                            loss.sku().factory(),
                            id,
                            loss.sku(),
                            loss.amount(),
                            reply -> next.accept(reply == Port.Reply.DONE));
                },
                then);
    }

    private void readEvents(Consumer<Boolean> then) {
        List<Bucket> buckets = new ArrayList<>();
        for (int factory = 0; factory < plant.size().factories(); factory++) {
            TreeSet<Long> numbers = new TreeSet<>();
            ledger.events(factory).values().forEach(event -> numbers.add(event.whenMicros() / Views.BUCKET_MICROS));
            for (long number : numbers) {
                buckets.add(new Bucket(factory, number));
            }
        }
        Sequence.run(buckets, this::readEvents, then);
    }

    private void readEvents(Bucket bucket, Consumer<Boolean> then) {
        Place view = plant.view(bucket.factory(), bucket.number());
        long from = bucket.number() * Views.BUCKET_MICROS;
        Sequence.run(
                List.<Consumer<Consumer<Boolean>>>of(
                        next -> checkView(view, next),
                        next -> port.events(
                                plant.events(bucket.factory()),
                                from,
                                from + Views.BUCKET_MICROS,
                                Port.Look.QUORUM,
                                found -> {
                                    if (found instanceof Port.Found.Value<List<Port.Event>> value) {
                                        Map<String, Port.Event> all =
                                                events.computeIfAbsent(bucket.factory(), unused -> new TreeMap<>());
                                        value.value().forEach(event -> all.put(event.id(), event));
                                    }
                                    next.accept(found instanceof Port.Found.Value);
                                }),
                        next -> folding.fold(
                                bucket.factory(), bucket.number(), reply -> next.accept(reply == Port.Reply.DONE)),
                        next -> readView(view, next)),
                Consumer::accept,
                then);
    }

    /** Before anything more is folded into it. */
    private void checkView(Place view, Consumer<Boolean> then) {
        readView(view, isRead -> {
            StockView there = views.getOrDefault(view, StockView.EMPTY);
            if (isRead && !there.events().keySet().containsAll(ledger.folded(view))) {
                forgetful.add(view);
            }
            then.accept(isRead);
        });
    }

    private void readView(Place view, Consumer<Boolean> then) {
        readRecords(List.of(view), isRead -> {
            views.put(view, StockView.decode(records.get(view)));
            then.accept(isRead);
        });
    }

    // What was found.

    private boolean isShort(String loss) {
        String value = records.get(plant.loss(loss));
        return value != null && value.startsWith("short ");
    }

    @Nullable
    String record(Place place) {
        return records.get(place);
    }

    long counter(Place place) {
        Long value = counters.get(place);
        if (value == null) {
            throw new IllegalStateException(place + " was not read");
        }
        return value;
    }

    @Nullable
    String status(Place machine) {
        return statuses.get(machine);
    }

    Map<String, Port.Event> events(int factory) {
        return events.getOrDefault(factory, Map.of());
    }

    Board board() {
        return board;
    }

    /** What is booked of a slot. */
    long booked(Place slot) {
        String bookings = records.get(Plant.booked(slot));
        long sum = 0;
        for (String booking : bookings == null ? new String[0] : bookings.split(" ")) {
            sum += Long.parseLong(booking.substring(booking.indexOf(':') + 1));
        }
        return sum;
    }

    /** In what the board is not as it should be; null if it is. */
    @Nullable
    String boardDiffers() {
        for (int factory = 0; factory < plant.size().factories(); factory++) {
            TreeSet<String> missing = new TreeSet<>(events(factory).keySet());
            missing.removeAll(board.stock(factory).events().keySet());
            if (!missing.isEmpty()) {
                return "events that it was not told of: " + missing;
            }
        }
        Map<Place, String> there = new TreeMap<>(statuses);
        plant.slots().forEach(slot -> {
            String bookings = records.get(Plant.booked(slot));
            if (bookings != null) {
                there.put(Plant.booked(slot), bookings);
            }
        });
        SortedSet<Place> affected = Board.affected(plant, there);
        if (!affected.equals(board.affected())) {
            return board.affected() + " wait for machines, and should be " + affected;
        }
        return board.values().equals(there) ? null : "it shows " + board.values() + ", not " + there;
    }

    /** The views that did not have all that was known to be folded into them. */
    List<Place> forgetful() {
        return forgetful;
    }

    /** The views of a factory once the last events are folded into them, taken together. */
    StockView view(int factory) {
        StockView all = StockView.EMPTY;
        for (Map.Entry<Place, StockView> entry : views.entrySet()) {
            if (entry.getKey().key().startsWith("f" + factory + "/")) {
                all = all.with(entry.getValue());
            }
        }
        return all;
    }
}
