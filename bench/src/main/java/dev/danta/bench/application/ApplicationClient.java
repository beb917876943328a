package dev.danta.bench.application;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.EventStream;
import dev.danta.client.Mode;
import dev.danta.client.SetOf;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.scenario.Application;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Work;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client of a cluster, with all that an application keeps there, in one space. Thread-safe; each user of it is for one thread.
 */
public final class ApplicationClient implements AutoCloseable {
    /** Users report what happened in the last minutes. */
    private static final Duration PAGE = Duration.ofMinutes(10);

    private final DantaClient client;
    private final Duration deadline;
    private final Space space;
    private final Map<String, Table<String>> records = new TreeMap<>();
    private final Map<String, Table<String>> registers = new TreeMap<>();
    private final Map<String, SetOf<String>> sets = new TreeMap<>();
    private final Map<String, EventStream<String>> streams = new TreeMap<>();
    private final Map<String, BoundedCounter> counters = new TreeMap<>();

    /**
     * What the application keeps, through this client, which it owns. A call takes as long at most as the client's own deadline.
     *
     * @param deadline the client's own
     * @param spaceName where; two clients of one name share it
     */
    public ApplicationClient(DantaClient client, Duration deadline, String spaceName, Application application) {
        this.client = client;
        this.deadline = deadline;
        this.space = client.space(spaceName);
        for (Collection collection : application.collections()) {
            open(collection.name(), collection.kind());
        }
    }

    private void open(String name, Collection.Kind kind) {
        if (kind instanceof Collection.Kind.Records) {
            records.put(name, space.table(name, Codecs.STRING, Mode.STRICT));
        } else if (kind instanceof Collection.Kind.Registers) {
            registers.put(name, space.table(name, Codecs.STRING, Mode.RELAXED));
        } else if (kind instanceof Collection.Kind.Sets) {
            sets.put(name, space.setOf(name, Codecs.STRING));
        } else if (kind instanceof Collection.Kind.Streams) {
            streams.put(name, space.eventStream(name, Codecs.STRING, PAGE));
        } else if (kind instanceof Collection.Kind.Counters counted) {
            Bounds bounds = bounds(counted.guardsFloor(), counted.bound(), counted.allowance());
            counters.put(name, space.boundedCounter(name, bounds.initially(counted.initial())));
        }
    }

    /** A counter's own bound. */
    static Bounds bounds(Collection collection, Work.Bound bound) {
        boolean guardsFloor = collection.kind() instanceof Collection.Kind.Counters counted && counted.guardsFloor();
        return bounds(guardsFloor, bound.bound(), bound.allowance());
    }

    private static Bounds bounds(boolean guardsFloor, long bound, long allowance) {
        return (guardsFloor ? Bounds.atLeast(bound) : Bounds.atMost(bound)).allowance(allowance);
    }

    /** One more user of it, with dice of this seed. */
    ApplicationUser user(long seed) {
        return new ApplicationUser(this, client.session(), seed);
    }

    Duration deadline() {
        return deadline;
    }

    Space space() {
        return space;
    }

    Table<String> records(Collection collection) {
        return known(records, collection);
    }

    Table<String> registers(Collection collection) {
        return known(registers, collection);
    }

    SetOf<String> sets(Collection collection) {
        return known(sets, collection);
    }

    EventStream<String> streams(Collection collection) {
        return known(streams, collection);
    }

    BoundedCounter counters(Collection collection) {
        return known(counters, collection);
    }

    private static <T> T known(Map<String, T> all, Collection collection) {
        @Nullable T one = all.get(collection.name());
        if (one == null) {
            throw new IllegalArgumentException(collection + " is not one of the application's");
        }
        return one;
    }

    /** Waits for what is being settled, and closes the client. */
    @Override
    public void close() {
        client.close();
    }
}
