package dev.danta.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongFunction;
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

    /** How long something may take that is not told. */
    long deadlineNanos();

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
     * Changes a relaxed key.
     *
     * @param call the change, given what it comes after; asked once
     * @param what as in "what failed"
     * @param leftNanos how long that may take
     */
    CompletableFuture<Void> change(
            dev.danta.occ.Key key, Function<Timestamp, ClientCall> call, String what, long leftNanos);

    /** {@link #change(dev.danta.occ.Key, Function, String, long)} as a call of its own. */
    default CompletableFuture<Void> change(dev.danta.occ.Key key, Function<Timestamp, ClientCall> call, String what) {
        return change(key, call, what, deadlineNanos());
    }

    /**
     * In the cluster that the client belongs to: by itself, in a session, with or without what is remembered. Immutable.
     *
     * @param maxAgeNanos how old what is remembered may be, where a read does not say more; 0 if it is to be asked for
     */
    record InCluster(
            Calls calls, Declaration declaration, @Nullable Session session, long maxAgeNanos) implements Manner {
        InCluster(Calls calls, Declaration declaration) {
            this(calls, declaration, null, 0);
        }

        @Override
        public Manner in(Session newSession) {
            if (!Given.notNull("a session", newSession).isOf(calls)) {
                throw new IllegalArgumentException("the session is of another client: give its token to this one");
            }
            return new InCluster(calls, declaration, newSession, maxAgeNanos);
        }

        @Override
        public Manner cached(Duration maxStaleness) {
            return new InCluster(
                    calls, declaration, session, Calls.nanos(Calls.requirePositive("a staleness", maxStaleness)));
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

        @Override
        public CompletableFuture<Void> change(
                dev.danta.occ.Key key, Function<Timestamp, ClientCall> call, String what, long leftNanos) {
            return declaration.whenAgreed(leftNanos, left -> {
                Timestamp after = session == null ? Timestamp.ZERO : session.greatest();
                return calls.update(call.apply(after), what, left).thenAccept(change -> {
                    if (session != null) {
                        session.wrote(key, change);
                    }
                });
            });
        }
    }
}
