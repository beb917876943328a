package dev.danta.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.HashKey;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a relaxed collection is read and changed: in a cluster ({@link InCluster}), or apart from any ({@link Offline}). */
interface Manner {
    /**
     * The same in a session.
     *
     * @throws IllegalArgumentException if the session has nothing to do with it
     */
    Manner in(Session session);

    /** The same, content with what is remembered and not older than that. */
    Manner cached(Duration maxStaleness);

    /** The same, with changes acknowledged so. */
    Manner with(Ack ack);

    /** Makes the call that changes a relaxed key. */
    @FunctionalInterface
    interface Change {
        /** The change, which comes after that and is acknowledged so. */
        ClientCall.Change call(Timestamp after, ClientCall.Ack ack);
    }

    /** How long something may take that is not told. */
    long deadlineNanos();

    /** Until when a call that begins now, and takes several steps, may take, by {@link System#nanoTime()}. */
    default long deadlineAt() {
        return System.nanoTime() + deadlineNanos();
    }

    /** How much time is left for the next step. */
    static long left(long deadlineAt) {
        return Math.max(1, deadlineAt - System.nanoTime());
    }

    /**
     * Reads a relaxed key.
     *
     * @param level null for what is usual in this manner
     * @param what as in "no answer to what"
     * @param leftNanos how long that may take
     */
    CompletableFuture<Optional<RelaxedState>> read(
            dev.danta.occ.Key key, @Nullable Read level, String what, long leftNanos);

    /** {@link #read(dev.danta.occ.Key, Read, String, long)} as a call of its own. */
    default CompletableFuture<Optional<RelaxedState>> read(dev.danta.occ.Key key, @Nullable Read level, String what) {
        return read(key, level, what, deadlineNanos());
    }

    /**
     * The hashes of what is under relaxed keys, of those of which it can be said: the same as of what a read would show.
     *
     * @param level as for a read
     */
    default CompletableFuture<Map<dev.danta.occ.Key, Long>> hashes(
            List<dev.danta.occ.Key> keys, HashKey hashKey, @Nullable Read level, String what, long leftNanos) {
        Map<dev.danta.occ.Key, CompletableFuture<Long>> hashes = new TreeMap<>();
        keys.forEach(key ->
                hashes.put(key, read(key, level, what, leftNanos).thenApply(found -> hashKey.of(found.orElse(null)))));
        return CompletableFuture.allOf(hashes.values().toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> {
                    Map<dev.danta.occ.Key, Long> found = new TreeMap<>();
                    hashes.forEach((key, hash) -> found.put(key, hash.join()));
                    return found;
                });
    }

    /**
     * What changes in a collection from there on.
     *
     * @throws IllegalStateException apart from a cluster
     * @throws ModeMismatchException if a snapshot is asked for
     */
    <V> ChangeFeed<V> changes(Collection collection, ChangeFeed.Decoder<V> decoder, From from);

    /**
     * Has what is remembered of a collection kept fresh.
     *
     * @throws IllegalStateException apart from a cluster
     */
    KeptFresh keepFresh(Collection collection, Duration maxStaleness);

    /**
     * Changes a relaxed key.
     *
     * @param change asked once
     * @param what as in "what failed"
     * @param leftNanos how long that may take
     */
    CompletableFuture<Void> change(dev.danta.occ.Key key, Change change, String what, long leftNanos);

    /** {@link #change(dev.danta.occ.Key, Change, String, long)} as a call of its own. */
    default CompletableFuture<Void> change(dev.danta.occ.Key key, Change change, String what) {
        return change(key, change, what, deadlineNanos());
    }

    /**
     * In the cluster that the client belongs to: by itself, in a session, with or without what is remembered. Immutable.
     *
     * @param maxAgeNanos how old what is remembered may be, where a read does not say more; 0 if it is to be asked for
     * @param ack how changes are acknowledged
     */
    record InCluster(
            Calls calls, Declaration declaration, @Nullable Session session, long maxAgeNanos, Ack ack)
            implements Manner {
        InCluster(Calls calls, Declaration declaration) {
            this(calls, declaration, null, 0, Ack.QUORUM);
        }

        @Override
        public Manner in(Session newSession) {
            if (!Given.notNull("a session", newSession).isOf(calls)) {
                throw new IllegalArgumentException("the session is of another client: give its token to this one");
            }
            return new InCluster(calls, declaration, newSession, maxAgeNanos, ack);
        }

        @Override
        public Manner cached(Duration maxStaleness) {
            long maxAge = Calls.nanos(Calls.requirePositive("a staleness", maxStaleness));
            return new InCluster(calls, declaration, session, maxAge, ack);
        }

        @Override
        public Manner with(Ack newAck) {
            return new InCluster(
                    calls, declaration, session, maxAgeNanos, Given.notNull("how changes are acknowledged", newAck));
        }

        @Override
        public long deadlineNanos() {
            return calls.defaultDeadlineNanos();
        }

        @Override
        public CompletableFuture<Optional<RelaxedState>> read(
                dev.danta.occ.Key key, @Nullable Read level, String what, long leftNanos) {
            return declaration.whenAgreed(leftNanos, reading(key, level, what));
        }

        private LongFunction<CompletableFuture<Optional<RelaxedState>>> reading(
                dev.danta.occ.Key key, @Nullable Read level, String what) {
            if (level == Read.SESSION && session == null) {
                throw new IllegalArgumentException(
                        "what a session has seen, only a session knows: read with in(session)");
            }
            if (session != null
                    && level != Read.LOCAL
                    && declaration.collection().isSpread()) {
                return left -> session.readPage(key, what, left);
            }
            if (session != null && level != Read.LOCAL) {
                long maxAge = level == null ? maxAgeNanos : 0;
                return left -> session.read(key, level == Read.QUORUM, maxAge, what, left);
            }
            ClientCall.ReadRelaxed read = level == null && maxAgeNanos > 0
                    ? new ClientCall.ReadRelaxed(key, ClientCall.Level.QUORUM, null, maxAgeNanos)
                    : new ClientCall.ReadRelaxed(
                            key, level == Read.QUORUM ? ClientCall.Level.QUORUM : ClientCall.Level.LOCAL);
            return left -> calls.readRelaxed(read, what, left).thenApply(found -> Optional.ofNullable(found.state()));
        }

        /** Sends no values; in a session they have to be seen, and come. */
        @Override
        public CompletableFuture<Map<dev.danta.occ.Key, Long>> hashes(
                List<dev.danta.occ.Key> keys, HashKey hashKey, @Nullable Read level, String what, long leftNanos) {
            if (session != null) {
                return Manner.super.hashes(keys, hashKey, level, what, leftNanos);
            }
            ClientCall.Level inMachine = level == Read.QUORUM ? ClientCall.Level.QUORUM : ClientCall.Level.LOCAL;
            ClientCall.HashRelaxed hash = new ClientCall.HashRelaxed(keys, hashKey, inMachine);
            return declaration.whenAgreed(
                    leftNanos, left -> calls.hashRelaxed(hash, what, left).thenApply(CallOutcome.Hashes::hashes));
        }

        @Override
        public <V> ChangeFeed<V> changes(Collection collection, ChangeFeed.Decoder<V> decoder, From from) {
            if (Given.notNull("where the feed begins", from).kind() == From.Kind.SNAPSHOT) {
                throw new ModeMismatchException(
                        "there is no snapshot of all of " + collection + ": begin with now, and then read",
                        DantaException.Facts.NONE);
            }
            declaration.await(calls.defaultDeadlineNanos());
            return ChangeFeed.open(calls, collection, decoder, from, Stream::empty);
        }

        @Override
        public KeptFresh keepFresh(Collection collection, Duration maxStaleness) {
            declaration.await(calls.defaultDeadlineNanos());
            return KeptFresh.begin(calls, collection, maxStaleness);
        }

        @Override
        public CompletableFuture<Void> change(dev.danta.occ.Key key, Change change, String what, long leftNanos) {
            return declaration.whenAgreed(leftNanos, left -> {
                Timestamp after = session == null ? Timestamp.ZERO : session.greatest();
                return calls.update(change.call(after, ack.inMachine()), what, left)
                        .thenAccept(changed -> {
                            if (session != null) {
                                remember(session, key, changed);
                            }
                        });
            });
        }

        private void remember(Session mine, dev.danta.occ.Key key, RelaxedState changed) {
            if (ack == Ack.ONE || declaration.collection().isSpread()) {
                mine.comesAfter(changed);
            } else {
                mine.wrote(key, changed);
            }
        }
    }
}
