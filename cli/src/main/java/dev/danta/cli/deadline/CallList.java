package dev.danta.cli.deadline;

import dev.danta.client.Codecs;
import dev.danta.client.Counter;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Entry;
import dev.danta.client.EventStream;
import dev.danta.client.Fold;
import dev.danta.client.GrowSetOf;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.MapOf;
import dev.danta.client.Mode;
import dev.danta.client.Read;
import dev.danta.client.SetOf;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.client.View;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The kinds of calls that an application makes, each under a name. Thread-safe. */
public final class CallList {
    private static final Key ANN = Key.of("ann");
    private static final Key BOB = Key.of("bob");

    private final Map<String, Runnable> calls = new LinkedHashMap<>();

    /**
     * What became of one call.
     *
     * @param error empty if it was answered; else the exception's name
     * @param text of the exception
     */
    public record Answer(String call, Duration took, String error, String text) {}

    /**
     * The calls of {@code client}; makes each of them once, and so needs a cluster that is there.
     *
     * @param deadline that of the client
     */
    public CallList(DantaClient client, Duration deadline) {
        Space space = client.space("deadlines");
        Table<Long> strict = space.table("strict", Codecs.LONG, Mode.STRICT);
        Table<Long> relaxed = space.table("relaxed", Codecs.LONG, Mode.RELAXED);
        addTransactions(space, strict);
        addElements(space);
        addSingles(space.counter("counter"), strict, relaxed);
        String committed = committed(space, strict);
        calls.put("outcomeOf", () -> client.outcomeOf(committed).resolve(deadline));
        // From now on the client knows what these collections are.
        calls.values().forEach(Runnable::run);
    }

    /** The name of a transaction that took effect. */
    private static String committed(Space space, Table<Long> strict) {
        try (Tx tx = space.begin()) {
            tx.put(strict, ANN, 0L);
            return tx.commit().timestamp();
        }
    }

    private void addTransactions(Space space, Table<Long> strict) {
        calls.put("run", () -> space.execute(tx -> tx.update(strict, ANN, 0L, value -> value + 1)));
        calls.put("run, writes only", () -> space.execute(tx -> tx.put(strict, ANN, 1L)));
        calls.put(
                "run, idempotent",
                () -> space.execute(
                        Tx.options().idempotencyKey("k" + System.nanoTime()), tx -> tx.put(strict, ANN, 1L)));
        calls.put("runAsync", () -> space.runAsync(tx -> tx.get(strict, ANN)).join());
        calls.put("read", () -> space.read(tx -> tx.getAll(strict, List.of(ANN, BOB))));
        calls.put("read, a range", () -> space.read(tx -> tx.range(strict, KeyRange.all())));
        calls.put("begin, commit", () -> {
            try (Tx tx = space.begin()) {
                tx.put(strict, BOB, 1L);
                tx.commit();
            }
        });
    }

    private void addElements(Space space) {
        SetOf<String> sets = space.setOf("sets", Codecs.STRING);
        MapOf<String, Long> maps = space.mapOf("maps", Codecs.STRING, Codecs.LONG);
        GrowSetOf<String> growing = space.growSetOf("growing", Codecs.STRING);
        EventStream<String> events = space.eventStream("events", Codecs.STRING, Duration.ofMinutes(1));
        calls.put("set, add", () -> sets.add(ANN, "element"));
        calls.put("set, members QUORUM", () -> sets.members(ANN, Read.QUORUM));
        calls.put("map, put", () -> maps.put(ANN, "field", 1L));
        calls.put("map, get LOCAL", () -> maps.get(ANN, "field", Read.LOCAL));
        calls.put("growing set, add", () -> growing.add(ANN, "element"));
        calls.put("events, append", () -> events.append(ANN, "event"));
        Instant begin = Instant.now();
        calls.put("events, read QUORUM", () -> events.read(ANN, begin, Instant.now(), Read.QUORUM));
        View<String> last = events.view("last", 1, Fold.from("", (before, event) -> event.event()), Codecs.STRING);
        calls.put("view, read QUORUM", () -> last.read(ANN, Read.QUORUM));
    }

    private void addSingles(Counter counter, Table<Long> strict, Table<Long> relaxed) {
        calls.put("get STRICT", () -> strict.get(ANN, Read.STRICT));
        calls.put("scan", () -> {
            try (Stream<Entry<Long>> entries = strict.scan(KeyRange.all())) {
                long unused = entries.count();
            }
        });
        calls.put("put", () -> relaxed.put(ANN, 1L));
        calls.put("putAsync", () -> relaxed.putAsync(ANN, 1L).join());
        calls.put("get LOCAL", () -> relaxed.get(ANN, Read.LOCAL));
        calls.put("get QUORUM", () -> relaxed.get(ANN, Read.QUORUM));
        calls.put("add", () -> counter.add(ANN, 1));
        calls.put("sum QUORUM", () -> counter.get(ANN, Read.QUORUM));
    }

    /** Their names, in the order in which they are made. */
    public List<String> names() {
        return List.copyOf(calls.keySet());
    }

    /** Makes one of them. */
    public Answer make(String name) {
        Runnable call = calls.get(name);
        if (call == null) {
            throw new IllegalArgumentException("no call is named " + name);
        }
        return timed(name, call);
    }

    /** Makes a call of somebody else's. */
    public static Answer timed(String name, Runnable call) {
        long begun = System.nanoTime();
        try {
            call.run();
            return new Answer(name, since(begun), "", "");
        } catch (DantaException failed) {
            return failed(name, begun, failed);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof DantaException known) {
                return failed(name, begun, known);
            }
            throw failed;
        }
    }

    private static Answer failed(String name, long begun, DantaException failed) {
        Duration took = since(begun);
        String kind = failed.getClass().getSimpleName();
        return new Answer(name, took, kind, String.valueOf(failed.getMessage()));
    }

    private static Duration since(long begun) {
        return Duration.of(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun), ChronoUnit.MICROS);
    }
}
