package dev.danta.gateway;

import dev.danta.client.CodecException;
import dev.danta.client.ConflictException;
import dev.danta.client.DantaException;
import dev.danta.client.DeadlineExceededException;
import dev.danta.client.IdempotencyMismatchException;
import dev.danta.client.IndexNotKeptException;
import dev.danta.client.ModeMismatchException;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.OverloadedException;
import dev.danta.client.TooLargeException;
import dev.danta.client.UnavailableException;
import dev.danta.wire.gateway.GatewayReply.Effect;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayReply.Refused.Kind;
import java.util.Map;
import java.util.Optional;

/** The client's errors in the words of {@code danta.v1}. */
final class Refusals {
    private static final Map<Class<? extends DantaException>, Kind> KINDS = Map.of(
            ConflictException.class, Kind.CONFLICT,
            DeadlineExceededException.class, Kind.DEADLINE_EXCEEDED,
            OutcomeUnknownException.class, Kind.OUTCOME_UNKNOWN,
            UnavailableException.class, Kind.UNAVAILABLE,
            OverloadedException.class, Kind.OVERLOADED,
            ModeMismatchException.class, Kind.MODE_MISMATCH,
            TooLargeException.class, Kind.TOO_LARGE,
            IdempotencyMismatchException.class, Kind.IDEMPOTENCY_MISMATCH,
            IndexNotKeptException.class, Kind.INDEX_NOT_KEPT,
            CodecException.class, Kind.INTERNAL);

    private Refusals() {}

    /** What a caller is told of {@code thrown}; empty if it is a bug of ours. */
    static Optional<Refused> of(Throwable thrown) {
        if (thrown instanceof RefusedException answer) {
            return Optional.of(answer.refused());
        }
        if (thrown instanceof DantaException known) {
            return Optional.of(of(known));
        }
        // How the client says that what it was given makes no sense.
        return thrown instanceof IllegalArgumentException
                ? Optional.of(new Refused(Kind.INVALID_REQUEST, oneLine(thrown)))
                : Optional.empty();
    }

    private static Refused of(DantaException known) {
        String handle = known instanceof OutcomeUnknownException unknown
                ? unknown.handle().toString()
                : "";
        return new Refused(
                KINDS.getOrDefault(known.getClass(), Kind.REFUSED),
                effect(known.outcome()),
                known.retryable(),
                sentence(known),
                known.txId().orElse(""),
                known.attempts(),
                known.causes(),
                handle);
    }

    /** The client says what to do about an index in Java; who calls a node cannot. */
    private static String sentence(DantaException known) {
        return known instanceof IndexNotKeptException indexed
                ? "the table has the index " + indexed.index()
                        + ", which only clients in Java keep: write it from there"
                : oneLine(known);
    }

    static Effect effect(dev.danta.client.Outcome outcome) {
        return switch (outcome) {
            case NOT_APPLIED -> Effect.NOT_APPLIED;
            case APPLIED -> Effect.APPLIED;
            case UNKNOWN -> Effect.UNKNOWN;
        };
    }

    private static String oneLine(Throwable thrown) {
        return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    }
}
