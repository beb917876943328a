package dev.danta.client;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What every error of this client has in common. The message is one line and names each endpoint concerned with its
 * cause. Programming errors (a key of nothing, a closed client) are {@link IllegalArgumentException} and
 * {@link IllegalStateException} instead.
 */
public abstract class DantaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Outcome outcome;
    private final boolean retryable;
    private final @Nullable String txId;
    private final int attempts;
    private final Map<String, String> causes;

    /**
     * What is known when something fails.
     *
     * @param causes what is wrong with each endpoint, by its address
     */
    record Facts(@Nullable String txId, int attempts, Map<String, String> causes) {
        static final Facts NONE = new Facts(null, 0, Map.of());

        Facts {
            causes = Collections.unmodifiableMap(new TreeMap<>(causes));
        }

        static Facts of(Map<String, String> causes) {
            return new Facts(null, 0, causes);
        }

        String sentence(String beginning) {
            String whom = txId == null ? beginning : beginning + " (transaction " + txId + ")";
            if (causes.isEmpty()) {
                return whom;
            }
            return whom
                    + causes.entrySet().stream()
                            .map(cause -> named(cause.getKey(), cause.getValue()))
                            .collect(Collectors.joining("; ", ": ", ""));
        }

        private static String named(String endpoint, String cause) {
            return cause.startsWith(endpoint) ? cause : endpoint + ": " + cause;
        }
    }

    DantaException(String message, @Nullable Throwable cause, Outcome outcome, boolean retryable, Facts facts) {
        super(facts.sentence(message), cause);
        this.outcome = outcome;
        this.retryable = retryable;
        this.txId = facts.txId();
        this.attempts = facts.attempts();
        this.causes = facts.causes();
    }

    /** Whether what was asked for took effect. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether asking for the same again may help, and does no harm. */
    public boolean retryable() {
        return retryable;
    }

    /** The transaction's id, if it got so far as to have one. */
    public Optional<String> txId() {
        return Optional.ofNullable(txId);
    }

    /** How often the transaction's closure was run; 0 if it was not about a transaction. */
    public int attempts() {
        return attempts;
    }

    /** What was wrong with each endpoint, by its address; empty if it was not about endpoints. */
    public Map<String, String> causes() {
        return causes;
    }
}
