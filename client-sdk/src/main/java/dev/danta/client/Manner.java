package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a relaxed collection is read and written: by itself, in a session, with or without what is remembered. Immutable.
 *
 * @param maxAgeNanos how old what is remembered may be, where a read does not say more; 0 if it is to be asked for
 */
record Manner(Calls calls, @Nullable Session session, long maxAgeNanos) {
    static Manner plain(Calls calls) {
        return new Manner(calls, null, 0);
    }

    Manner in(Session newSession) {
        if (!Given.notNull("a session", newSession).isOf(calls)) {
            throw new IllegalArgumentException("the session is of another client: give its token to this one");
        }
        return new Manner(calls, newSession, maxAgeNanos);
    }

    Manner cached(Duration maxStaleness) {
        return new Manner(calls, session, Calls.nanos(Calls.requirePositive("a staleness", maxStaleness)));
    }

    /**
     * Reads a relaxed key.
     *
     * @param level null for what is usual in this manner
     */
    LongFunction<CompletableFuture<Optional<RelaxedState>>> read(
            dev.danta.occ.Key key, @Nullable Read level, String what) {
        if (level == Read.SESSION && session == null) {
            throw new IllegalArgumentException("what a session has seen, only a session knows: read with in(session)");
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

    LongFunction<CompletableFuture<Void>> put(dev.danta.occ.Key key, @Nullable Bytes value, String what) {
        return left -> changed(
                key,
                calls.update(
                        session == null ? new ClientCall.PutRegister(key, value) : session.put(key, value),
                        what,
                        left));
    }

    LongFunction<CompletableFuture<Void>> add(dev.danta.occ.Key key, long amount, String what) {
        return left -> changed(key, calls.update(new ClientCall.AddToCounter(key, amount), what, left));
    }

    private CompletableFuture<Void> changed(dev.danta.occ.Key key, CompletableFuture<RelaxedState> update) {
        return update.thenAccept(change -> {
            if (session != null) {
                session.wrote(key, change);
            }
        });
    }
}
