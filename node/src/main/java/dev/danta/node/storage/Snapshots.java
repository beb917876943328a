package dev.danta.node.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

/**
 * Read transactions that are kept for the next reader instead of being begun anew, without being bound to a thread. To be
 * used inside the gate only, and {@link #closeIdle} with the gate shut.
 */
final class Snapshots {
    private final Environment environment;
    private final ConcurrentLinkedDeque<Reader> idle = new ConcurrentLinkedDeque<>();

    Snapshots(Environment environment) {
        this.environment = environment;
    }

    /** Gives {@code work} what is durable now. */
    <T> T read(Function<Reader, T> work) {
        Reader reader = taken();
        try {
            return work.apply(reader);
        } finally {
            reader.reset();
            idle.push(reader);
        }
    }

    private Reader taken() {
        Reader kept = idle.poll();
        if (kept == null) {
            return new Reader(environment.tables(), environment.env().txnRead());
        }
        kept.renew();
        return kept;
    }

    void closeIdle() {
        List<Reader> all = new ArrayList<>(idle);
        idle.clear();
        all.forEach(Reader::close);
    }
}
