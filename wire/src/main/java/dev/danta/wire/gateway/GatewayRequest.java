package dev.danta.wire.gateway;

import dev.danta.ir.id.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller asks of a node; {@code danta.proto} says more of each. */
public sealed interface GatewayRequest {
    /**
     * All writes if all conditions hold.
     *
     * @param idempotencyKey under which it takes effect once; empty: none
     * @param content what tells this request from others under the same key
     */
    record Transact(List<Condition> conditions, List<Write> writes, String idempotencyKey, Bytes content)
            implements GatewayRequest {
        public Transact {
            conditions = List.copyOf(conditions);
            writes = List.copyOf(writes);
        }
    }

    /**
     * Values of strict or relaxed keys.
     *
     * @param keys at least one
     */
    record Get(Place place, List<Tuple> keys, Reader reader) implements GatewayRequest {
        public Get {
            keys = List.copyOf(keys);
        }
    }

    /**
     * A page of a strict collection.
     *
     * @param prefix of the keys; null: any
     * @param from of these, the ones that do not come before this; null: all
     * @param before of these, the ones that come before this; null: all
     * @param reverse from the last one to the first
     * @param after goes on beyond this key, in the direction of the scan; null: from its beginning
     * @param limit at most so many entries; 0: as many as a page takes
     * @param transaction that reads; empty: one of its own
     */
    record Scan(
            Place place,
            @Nullable Tuple prefix,
            @Nullable Tuple from,
            @Nullable Tuple before,
            boolean reverse,
            @Nullable Tuple after,
            int limit,
            String transaction)
            implements GatewayRequest {}

    /**
     * A transaction of several calls.
     *
     * @param leaseMillis how long it lives after each call that names it; 0 is {@link #LEASE_MILLIS_USUAL}, and more than
     *     {@link #LEASE_MILLIS_MAX} is that
     */
    record Begin(int leaseMillis) implements GatewayRequest {
        public static final int LEASE_MILLIS_USUAL = 10_000;
        public static final int LEASE_MILLIS_MAX = 60_000;
    }

    /** Writes that a transaction keeps until its commit. */
    record Buffer(String transaction, List<Write> writes) implements GatewayRequest {
        public Buffer {
            writes = List.copyOf(writes);
        }
    }

    /** Another lease. */
    record KeepAlive(String transaction) implements GatewayRequest {}

    /** Ends a transaction with its effect. */
    record Commit(String transaction) implements GatewayRequest {}

    /** Ends a transaction without. */
    record Rollback(String transaction) implements GatewayRequest {}

    /**
     * Relaxed.
     *
     * @param value null: delete
     * @param session that writes; null: none
     */
    record Put(
            Place place,
            Tuple key,
            @Nullable Bytes value,
            @Nullable SessionToken session) implements GatewayRequest {}

    /**
     * Relaxed: to a counter.
     *
     * @param session that adds; null: none
     */
    record Add(
            Place place, Tuple key, long amount, @Nullable SessionToken session) implements GatewayRequest {}

    /**
     * Relaxed: of a counter.
     *
     * @param session that reads; null: none
     */
    record Sum(
            Place place, Tuple key, Level level, @Nullable SessionToken session) implements GatewayRequest {}

    /** What became of it? */
    record Outcome(String handle) implements GatewayRequest {}

    /** A collection. */
    record Place(String space, String collection) {}

    /**
     * Of a strict key.
     *
     * @param value that it is to have; null if only {@code present} counts
     * @param present whether it is to have one
     */
    record Condition(Place place, Tuple key, @Nullable Bytes value, boolean present) {
        public Condition {
            if (value != null && !present) {
                throw new IllegalArgumentException("what has a value is present");
            }
        }
    }

    /**
     * To a strict key.
     *
     * @param value null: delete
     */
    record Write(Place place, Tuple key, @Nullable Bytes value) {}

    /**
     * What a session has seen.
     *
     * @param text as an earlier reply had it; empty: nothing yet
     */
    record SessionToken(String text) {
        /** More than any token has. */
        public static final int CHARS_MAX = 60_000;
    }

    /** Who reads. */
    sealed interface Reader {
        /**
         * Nobody's transaction.
         *
         * @param session that reads; null: none
         */
        record Alone(Level level, @Nullable SessionToken session) implements Reader {}

        /** A transaction. */
        record Within(String transaction) implements Reader {}
    }

    /** How much a read asks for. */
    enum Level {
        STRICT,
        QUORUM,
        SESSION,
        LOCAL
    }
}
