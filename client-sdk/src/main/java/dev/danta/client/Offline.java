package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.Counter.Total;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.ClientCall;
import dev.danta.wire.codec.MalformedMessageException;
import dev.danta.wire.codec.StorageCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Relaxed collections apart from any cluster, on this machine alone: read and changed as usual, at once, and brought together with
 * a cluster whenever there is one ({@link #merge}). It merges what others have changed meanwhile, so nothing is ever in
 * conflict; where last writers win, they do by their clocks.
 *
 * <p>It knows the keys that it has been asked for, and what they held when it was merged last. All of it is in memory;
 * {@link #save} is for keeping it. Thread-safe.
 */
public final class Offline {
    private static final byte FORMAT = 1;
    /** How many keys are brought to the cluster at the same time. */
    private static final int KEYS_AT_ONCE = 64;

    private final ClientId self;
    private final Clock clock;
    private final TreeMap<dev.danta.occ.Key, Held> held = new TreeMap<>();
    private final Map<List<String>, Collection> declared = new TreeMap<>(Offline::inOrder);

    /**
     * What is known of one key.
     *
     * @param state with all changes; null if nothing is there
     * @param unmerged the changes that no cluster has acknowledged; null if there are none
     */
    private record Held(
            Collection collection,
            @Nullable RelaxedState state,
            @Nullable RelaxedState unmerged) {}

    private Offline(Clock clock) {
        // As for a client: named anew in each life, so that what was added before is not counted with what is added
        // now.
        SecureRandom random = new SecureRandom();
        this.self = new ClientId(random.nextLong(), random.nextLong());
        this.clock = clock;
    }

    /** One that knows nothing. */
    public static Offline empty() {
        return new Offline(Clock.systemUTC());
    }

    static Offline empty(Clock clock) {
        return new Offline(clock);
    }

    /**
     * What {@link #save} gave. The same may be loaded more than once; what each adds counts.
     *
     * @throws IllegalArgumentException if it is none, or only a part of one
     */
    public static Offline load(byte[] saved) {
        Offline offline = empty();
        offline.read(Given.notNull("what was saved", saved));
        return offline;
    }

    /** The relaxed table of this name, here. */
    public <V> Table<V> table(String space, String collection, Codec<V> codec) {
        Collection table = declared(space, collection, Collection.Kind.RELAXED_TABLE);
        return new Table<>(table, Space.given(codec), new Apart(table));
    }

    /** The counters of this name, here. */
    public Counter counter(String space, String collection) {
        Collection counters = declared(space, collection, Collection.Kind.COUNTER);
        return new Counter(counters, new Apart(counters));
    }

    /** The sets of this name, here. */
    public <E> SetOf<E> setOf(String space, String collection, Codec<E> codec) {
        Collection sets = declared(space, collection, Collection.Kind.SET);
        return new SetOf<>(sets, Space.given(codec), new Apart(sets));
    }

    /** The sets of this name, each spread over so many pages, here; as {@link Space#setOf(String, Codec, int)}. */
    public <E> SetOf<E> setOf(String space, String collection, Codec<E> codec, int pages) {
        Collection sets = declared(Collection.ofPages(space, collection, Collection.Kind.SET, pages));
        return new SetOf<>(sets, Space.given(codec), new Apart(sets));
    }

    /** The sets of this name that only grow, here. */
    public <E> GrowSetOf<E> growSetOf(String space, String collection, Codec<E> codec) {
        Collection sets = declared(space, collection, Collection.Kind.GROW_SET);
        return new GrowSetOf<>(sets, Space.given(codec), new Apart(sets));
    }

    /** The sets of this name that only grow, each spread over so many pages, here. */
    public <E> GrowSetOf<E> growSetOf(String space, String collection, Codec<E> codec, int pages) {
        Collection sets = declared(Collection.ofPages(space, collection, Collection.Kind.GROW_SET, pages));
        return new GrowSetOf<>(sets, Space.given(codec), new Apart(sets));
    }

    /** The maps of this name, here. */
    public <F, V> MapOf<F, V> mapOf(String space, String collection, Codec<F> fields, Codec<V> values) {
        Collection maps = declared(space, collection, Collection.Kind.MAP);
        return new MapOf<>(maps, Space.given(fields), Space.given(values), new Apart(maps));
    }

    /** The event streams of this name, here. The pages of a stream that was read come with the merge after that of its index. */
    public <E> EventStream<E> eventStream(String space, String collection, Codec<E> codec, Duration page) {
        Collection streams = declared(space, collection, Collection.Kind.EVENT_STREAM);
        return new EventStream<>(streams, Space.given(codec), page, this::apart, clock);
    }

    /** How many keys have changes that no cluster has acknowledged. */
    public synchronized int unmerged() {
        return (int)
                held.values().stream().filter(one -> one.unmerged() != null).count();
    }

    /**
     * Brings what was changed here to the client's cluster, and what is there, by a quorum, to here: for every key that was read
     * or changed here. Returns when all of it is done. What was acknowledged before an error need not be brought again, and what
     * comes twice counts once.
     *
     * @throws ModeMismatchException if the cluster knows one of the collections as something else
     * @throws OutcomeUnknownException if no quorum acknowledged by the client's deadline; as the other ones, a reason to merge
     *     again later
     */
    public void merge(DantaClient client) {
        Given.notNull("a client", client);
        List<dev.danta.occ.Key> keys;
        synchronized (this) {
            keys = new ArrayList<>(held.keySet());
        }
        for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
            List<CompletableFuture<Void>> merging = new ArrayList<>();
            for (dev.danta.occ.Key key : keys.subList(from, Math.min(from + KEYS_AT_ONCE, keys.size()))) {
                merging.add(merge(client, key));
            }
            // All have ended before an error is thrown: nothing is left to go on behind the caller's back.
            CompletableFuture<Void> all = CompletableFuture.allOf(merging.toArray(new CompletableFuture<?>[0]));
            Results.await(all);
        }
    }

    private CompletableFuture<Void> merge(DantaClient client, dev.danta.occ.Key key) {
        Held before = held(key);
        Collection collection = before.collection();
        RelaxedState change = before.unmerged();
        try {
            Manner there = new Manner.InCluster(client.calls(), client.declare(collection));
            CompletableFuture<Void> brought = change == null
                    ? CompletableFuture.completedFuture(null)
                    : there.change(
                                    key,
                                    (after, ack) -> new ClientCall.Join(key, change, ack),
                                    "a merge of " + collection)
                            .thenRun(() -> acknowledged(key, change));
            return brought.thenCompose(done -> there.read(key, Read.QUORUM, "a merge of " + collection))
                    .thenAccept(found -> found.ifPresent(state -> arrived(key, state)));
        } catch (DantaException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private synchronized Held held(dev.danta.occ.Key key) {
        Held known = held.get(key);
        if (known == null) {
            throw new IllegalStateException("nothing is known of " + key);
        }
        return known;
    }

    /** What was changed since is still to be brought, together with this: it is not told apart. */
    private synchronized void acknowledged(dev.danta.occ.Key key, RelaxedState change) {
        Held now = held(key);
        if (change.equals(now.unmerged())) {
            held.put(key, new Held(now.collection(), now.state(), null));
        }
    }

    private synchronized void arrived(dev.danta.occ.Key key, RelaxedState state) {
        Held now = held(key);
        if (now.state() != null && !now.state().joins(state)) {
            throw new ModeMismatchException(
                    now.collection() + " holds a " + state.typeName() + " in the cluster under this key", Facts.NONE);
        }
        held.put(key, new Held(now.collection(), joined(now.state(), state), now.unmerged()));
    }

    private static RelaxedState joined(@Nullable RelaxedState before, RelaxedState change) {
        return before == null ? change : before.join(change);
    }

    private Collection declared(String space, String name, Collection.Kind kind) {
        return declared(new Collection(space, name, kind));
    }

    private synchronized Collection declared(Collection collection) {
        String space = Collection.requireName("a space's name", collection.space());
        Collection before = declared.putIfAbsent(List.of(space, collection.name()), collection);
        if (before != null && !before.equals(collection)) {
            throw new ModeMismatchException(
                    collection.fullName() + " is a " + before.words() + " here, not a " + collection.words(),
                    Facts.NONE);
        }
        return collection;
    }

    private Manner apart(Collection collection) {
        return new Apart(declared(collection.space(), collection.name(), collection.kind()));
    }

    private static int inOrder(List<String> one, List<String> other) {
        int order = one.get(0).compareTo(other.get(0));
        return order != 0 ? order : one.get(1).compareTo(other.get(1));
    }

    /** What the clock says, or above what is under the key already, or {@code after}: whatever the clock does. */
    private Timestamp stampAbove(@Nullable RelaxedState there, Timestamp after) {
        Instant now = clock.instant();
        Timestamp stamp = new Timestamp(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000, self);
        Timestamp greatest = there == null ? Timestamp.ZERO : there.greatestStamp();
        return stamp.raisedAbove(Timestamp.max(greatest, after));
    }

    private synchronized Optional<RelaxedState> read(Collection collection, dev.danta.occ.Key key) {
        return Optional.ofNullable(
                held.computeIfAbsent(key, k -> new Held(collection, null, null)).state());
    }

    private synchronized void change(Collection collection, dev.danta.occ.Key key, ClientCall call) {
        Held before = held.getOrDefault(key, new Held(collection, null, null));
        RelaxedState change = changeOf(call, before.state());
        RelaxedState after = joined(before.state(), change);
        if (after.isTooLarge()) {
            throw new TooLargeException(
                    "the " + after.typeName() + " under a key of " + collection + " would take " + after.sizeBytes()
                            + " bytes, more than " + RelaxedState.SIZE_MAX,
                    Facts.NONE);
        }
        held.put(key, new Held(collection, after, joined(before.unmerged(), change)));
    }

    private RelaxedState changeOf(ClientCall call, @Nullable RelaxedState before) {
        if (call instanceof ClientCall.Stamped stamped) {
            return stamped.at(stampAbove(before, stamped.after()));
        } else if (call instanceof ClientCall.AddToCounter add) {
            Total own = before instanceof dev.danta.relaxed.Counter counter
                    ? counter.totals().get(self)
                    : null;
            return dev.danta.relaxed.Counter.of(self, own == null ? new Total(1, add.amount()) : more(own, add));
        } else if (call instanceof ClientCall.Join join) {
            return join.change();
        }
        throw new IllegalStateException("not a relaxed change: " + call);
    }

    private static Total more(Total own, ClientCall.AddToCounter add) {
        try {
            return new Total(own.sequence() + 1, Math.addExact(own.sum(), add.amount()));
        } catch (ArithmeticException overflow) {
            throw new RefusedException("what was added here does not fit a long any more", Facts.NONE);
        }
    }

    /** One collection here. */
    private final class Apart implements Manner {
        private final Collection collection;

        Apart(Collection collection) {
            this.collection = collection;
        }

        @Override
        public Manner in(Session session) {
            throw new IllegalArgumentException("a session is of a client, and this is apart from any");
        }

        @Override
        public Manner cached(Duration maxStaleness) {
            return this;
        }

        @Override
        public Manner with(Ack ack) {
            return this;
        }

        @Override
        public <V> ChangeFeed<V> changes(Collection changed, ChangeFeed.Decoder<V> decoder, From from) {
            throw new IllegalStateException("a feed is of a cluster, and " + changed + " is apart from any");
        }

        @Override
        public KeptFresh keepFresh(Collection kept, Duration maxStaleness) {
            throw new IllegalStateException("feeds are of a cluster, and " + kept + " is apart from any");
        }

        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public CompletableFuture<Optional<RelaxedState>> read(
                dev.danta.occ.Key key, @Nullable Read level, String what, long leftNanos) {
            if (level != null && level != Read.LOCAL) {
                throw new IllegalArgumentException("apart from a cluster only Read.LOCAL can be had, not " + level);
            }
            return CompletableFuture.completedFuture(Offline.this.read(collection, key));
        }

        @Override
        public CompletableFuture<Void> change(dev.danta.occ.Key key, Change change, String what, long leftNanos) {
            try {
                Offline.this.change(collection, key, change.call(Timestamp.ZERO, ClientCall.Ack.ONE));
                return CompletableFuture.completedFuture(null);
            } catch (DantaException refused) {
                return CompletableFuture.failedFuture(refused);
            }
        }
    }

    /** All of it, with what is not merged yet, for {@link #load}. */
    public synchronized byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeInt(held.size());
            for (Map.Entry<dev.danta.occ.Key, Held> entry : held.entrySet()) {
                Held one = entry.getValue();
                out.writeUTF(one.collection().space());
                out.writeUTF(one.collection().name());
                out.writeUTF(one.collection().type());
                write(out, entry.getKey().bytes().toArray());
                write(out, encoded(one.state()));
                write(out, encoded(one.unmerged()));
            }
            CRC32 crc = new CRC32();
            crc.update(bytes.toByteArray());
            out.writeInt((int) crc.getValue());
        } catch (IOException impossible) {
            throw new IllegalStateException("memory cannot be written to", impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] encoded(@Nullable RelaxedState state) {
        return state == null ? new byte[0] : StorageCodec.encodeRelaxed(state);
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private synchronized void read(byte[] saved) {
        int end = saved.length - Integer.BYTES;
        CRC32 crc = new CRC32();
        crc.update(saved, 0, Math.max(0, end));
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved))) {
            if (end < 1
                    || new DataInputStream(new ByteArrayInputStream(saved, end, Integer.BYTES)).readInt()
                            != (int) crc.getValue()) {
                throw new IllegalArgumentException("not what was saved, or a part of it");
            }
            if (in.readByte() != FORMAT) {
                throw new IllegalArgumentException("it was saved by a later version");
            }
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                Collection collection = declared(Collection.parse(in.readUTF(), in.readUTF(), in.readUTF()));
                dev.danta.occ.Key key = new dev.danta.occ.Key(Bytes.wrap(bytes(in)));
                held.put(key, new Held(collection, decoded(bytes(in)), decoded(bytes(in))));
            }
        } catch (IOException | MalformedMessageException e) {
            throw new IllegalArgumentException("not what was saved", e);
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static @Nullable RelaxedState decoded(byte[] bytes) {
        return bytes.length == 0 ? null : StorageCodec.decodeRelaxed(bytes);
    }
}
