package dev.danta.gateway;

import dev.danta.wire.gateway.GatewayReply.Refused;

/** Ends a call with this answer. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refused refused;

    RefusedException(Refused refused) {
        // It is an answer, not a failure: nobody looks at where it came from.
        super(refused.message(), null, false, false);
        this.refused = refused;
    }

    RefusedException(Refused.Kind kind, String message) {
        this(new Refused(kind, message));
    }

    Refused refused() {
        return refused;
    }
}
