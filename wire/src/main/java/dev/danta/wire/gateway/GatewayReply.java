package dev.danta.wire.gateway;

import dev.danta.ir.id.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a node answers to a {@link GatewayRequest}. */
public sealed interface GatewayReply {
    /**
     * To {@link GatewayRequest.Transact}: all conditions held.
     *
     * @param commit null if an earlier call with the same idempotency key did it
     */
    record Applied(@Nullable Commit commit) implements GatewayReply {}

    /**
     * To {@link GatewayRequest.Transact}: some did not, and nothing was written.
     *
     * @param failed by the condition's number from 0 on, what the key has; ascending
     */
    record NotApplied(List<Failed> failed) implements GatewayReply {
        public NotApplied {
            failed = List.copyOf(failed);
        }
    }

    /**
     * A condition that did not hold.
     *
     * @param condition its number in the request, from 0 on
     * @param value that the key has; null: none
     */
    record Failed(int condition, @Nullable Bytes value) {}

    /**
     * To {@link GatewayRequest.Get}: for each key.
     *
     * @param session to go on with; empty if it was in none
     */
    record Got(List<Found> found, String session) implements GatewayReply {
        public Got {
            found = List.copyOf(found);
        }
    }

    /** @param value null: none */
    record Found(@Nullable Bytes value) {}

    /**
     * To {@link GatewayRequest.Scan}.
     *
     * @param more whether there may be more
     */
    record Page(List<Entry> entries, boolean more) implements GatewayReply {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** Of a page. */
    record Entry(Tuple key, Bytes value) {}

    /** To {@link GatewayRequest.Begin}. */
    record Begun(String transaction, int leaseMillis, int node) implements GatewayReply {}

    /** It is done, and there is nothing to be said of it. */
    record Done() implements GatewayReply {}

    /** To {@link GatewayRequest.Commit}. */
    record Committed(Commit commit) implements GatewayReply {}

    /**
     * To {@link GatewayRequest.Put} and {@link GatewayRequest.Add}: it is acknowledged.
     *
     * @param session to go on with; empty if it was in none
     */
    record Acknowledged(String session) implements GatewayReply {}

    /**
     * To {@link GatewayRequest.Sum}.
     *
     * @param session to go on with; empty if it was in none
     */
    record Summed(long value, String session) implements GatewayReply {}

    /** To {@link GatewayRequest.Outcome}. */
    record Outcome(Effect effect) implements GatewayReply {}

    /**
     * How a transaction was committed.
     *
     * @param timestamp empty if it wrote nothing
     */
    record Commit(String timestamp, int attempts, Path path) {
        /** In how many round trips, or by whom. */
        public enum Path {
            FAST,
            SLOW,
            SETTLED
        }
    }

    /** Whether something took effect. */
    enum Effect {
        NOT_APPLIED,
        APPLIED,
        UNKNOWN
    }

    /**
     * To anything: it was not done, or it is not known whether.
     *
     * @param message one sentence
     * @param transactionId empty if there is none
     * @param causes what was wrong with each node, by its address
     * @param handle to ask for the outcome with; empty if there is none
     */
    record Refused(
            Kind kind,
            Effect effect,
            boolean retryable,
            String message,
            String transactionId,
            int attempts,
            Map<String, String> causes,
            String handle)
            implements GatewayReply {
        public Refused {
            causes = Collections.unmodifiableMap(new TreeMap<>(causes));
        }

        /** Nothing was done, and doing the same again will not help. */
        public Refused(Kind kind, String message) {
            this(kind, Effect.NOT_APPLIED, false, message, "", 0, Map.of(), "");
        }

        /** Nothing is known of transactions or nodes. */
        public Refused(Kind kind, Effect effect, boolean retryable, String message) {
            this(kind, effect, retryable, message, "", 0, Map.of(), "");
        }

        /** Why. */
        public enum Kind {
            CONFLICT,
            DEADLINE_EXCEEDED,
            OUTCOME_UNKNOWN,
            UNAVAILABLE,
            OVERLOADED,
            MODE_MISMATCH,
            TOO_LARGE,
            REFUSED,
            INVALID_REQUEST,
            UNSUPPORTED,
            TRANSACTION_ENDED,
            TRANSACTION_BUSY,
            WRONG_NODE,
            WRONG_CLUSTER,
            INTERNAL,
            IDEMPOTENCY_MISMATCH,
            INDEX_NOT_KEPT
        }
    }
}
