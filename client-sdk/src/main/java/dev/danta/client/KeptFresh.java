package dev.danta.client;

import dev.danta.occ.KeyRange;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a client remembers of a collection is kept fresh by feeds from its nodes until this is closed, or the client is. Costs a
 * question to one node of each shard, or a quorum of them if the collection is relaxed, three times in the time that was asked
 * for, and what changes in the collection, whether this client reads it or not. Several for one collection share that.
 * Thread-safe.
 *
 * <p>A node that cannot be followed for a while, or has lost what comes next, does no harm: until another is followed, what is
 * remembered is what it is without feeds.
 */
public final class KeptFresh implements AutoCloseable {
    private final Calls calls;
    private final long kept;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KeptFresh(Calls calls, long kept) {
        this.calls = calls;
        this.kept = kept;
    }

    static KeptFresh begin(Calls calls, Collection collection, Duration within) {
        KeyRange keys = collection.encodePrefix(List.of());
        ClientCall.KeepFresh keep = new ClientCall.KeepFresh(
                keys, collection.kind().isStrict(), Calls.nanos(Calls.requirePositive("a staleness", within)));
        return new KeptFresh(calls, calls.keepFresh(keep, collection + " could not be kept fresh"));
    }

    /**
     * How far behind the feeds are: all that had come to the nodes that are followed so long ago is known here, in every shard.
     * Empty while that is not known, because they have just begun, or closed.
     *
     * @throws IllegalStateException if the client is closed
     */
    public Optional<Duration> lag() {
        return calls.lag(new ClientCall.ReadLag(kept));
    }

    /** The feeds end, unless others want them. What is remembered stays, and gets old. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            calls.letGo(new ClientCall.LetGo(kept));
        }
    }
}
