package dev.danta.client;

/**
 * What became of a spend of a {@link BoundedCounter}, and how.
 *
 * @param status whether it was done
 * @param path how it was done, or found out that it could not be
 * @param remainingEstimate about how much is left to be spent, as far as this client knows; what others have in allotments is
 *     not in it. On the path RELAXED: exactly what this client still held to be spent so
 * @param rule the name of the {@link SpendRule} that chose
 * @param reason why it went this way
 */
public record SpendResult(Status status, Path path, long remainingEstimate, String rule, Reason reason) {
    /** What is to be told to whoever wanted to spend. */
    public enum Status {
        /** It was done: the bound is kept with it. */
        ACCEPTED,
        /** Nothing was done: there was not enough, nor in what others held. Decided strictly, and true at one moment. */
        LIMIT,
        /**
         * Nothing was done: it was to be relaxed or nothing ({@link Spend#withoutEscalation}), and this client neither held enough
         * for that nor could get it. There may be enough otherwise.
         */
        NOT_HELD
    }

    /** How a spend is done. */
    public enum Path {
        /** Of an allotment that this client holds: in one round trip, and in nobody's way. */
        RESERVED,
        /**
         * Of what this client holds to be spent relaxed: acknowledged by one node, also while no others can be reached. Nobody
         * else can spend that, so it is done even if that node is lost.
         */
        RELAXED,
        /** By a strict transaction, together with whoever else of this client was waiting. */
        STRICT
    }

    /** Why a spend went its way. */
    public enum Reason {
        /** The rule asked for nothing else, and this client held enough. */
        PLENTY,
        /** The rule asked for strict or for relaxed, and so it was. */
        RULE,
        /** The rule threw, which means strict. */
        RULE_FAILED,
        /** It has an idempotency key, which means strict: the rule was not asked. */
        IDEMPOTENCY_KEY,
        /**
         * The rule let it be reserved or relaxed, but this client did not hold enough: it was served by the transaction that gets
         * more.
         */
        NOT_HELD
    }

    public boolean isAccepted() {
        return status == Status.ACCEPTED;
    }
}
