package dev.danta.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one spend of a {@link BoundedCounter} is to be done. Immutable; begin with {@link #options()} or {@link #with}. */
public final class Spend {
    static final Spend DEFAULTS = new Spend(SpendRule.NEAR_BOUND, null, false, true, null);

    private final SpendRule rule;
    private final @Nullable Duration deadline;
    private final boolean intoAllowance;
    private final boolean escalates;
    private final @Nullable String idempotencyKey;

    private Spend(
            SpendRule rule,
            @Nullable Duration deadline,
            boolean intoAllowance,
            boolean escalates,
            @Nullable String idempotencyKey) {
        this.rule = rule;
        this.deadline = deadline;
        this.intoAllowance = intoAllowance;
        this.escalates = escalates;
        this.idempotencyKey = idempotencyKey;
    }

    /** By {@link SpendRule#NEAR_BOUND}, within the client's deadline, not into the allowance. */
    public static Spend options() {
        return DEFAULTS;
    }

    /** {@link #options()}, but by this rule. */
    public static Spend with(SpendRule rule) {
        return DEFAULTS.rule(rule);
    }

    /** The rule that chooses between reserved, strict and relaxed. */
    public Spend rule(SpendRule newRule) {
        return new Spend(
                Given.notNull("a rule: there are those of SpendRule", newRule),
                deadline,
                intoAllowance,
                escalates,
                idempotencyKey);
    }

    /** It may take this long; in place of the client's own deadline. */
    public Spend deadline(Duration newDeadline) {
        return new Spend(
                rule, Calls.requirePositive("a deadline", newDeadline), intoAllowance, escalates, idempotencyKey);
    }

    /** It may go beyond the bound, as far as the counter's allowance goes ({@link Bounds#allowance}). */
    public Spend intoAllowance() {
        return new Spend(rule, deadline, true, escalates, idempotencyKey);
    }

    /**
     * Where the rule asks for relaxed, relaxed or not at all: if this client neither holds enough for that nor can get it, the
     * answer is {@link SpendResult.Status#NOT_HELD}. Without this such a spend is strict.
     */
    public Spend withoutEscalation() {
        return new Spend(rule, deadline, intoAllowance, false, idempotencyKey);
    }

    /**
     * It is done once, however often it is asked for with this key in the counter's space, by any client, for a day: whoever asks
     * again is given the first answer, also if that was that there is not enough. So what ended with {@link
     * OutcomeUnknownException} may be asked for again. For that it is a strict transaction, whatever the rule says, with a record
     * beside the counter: it is not combined with others of this client, and is in the way of all that are strict.
     *
     * @param newIdempotencyKey at least one character; the same for the same spend, and for nothing else in the space
     */
    public Spend idempotencyKey(String newIdempotencyKey) {
        if (Given.notNull("an idempotency key", newIdempotencyKey).isEmpty()) {
            throw new IllegalArgumentException("an idempotency key has at least one character");
        }
        return new Spend(rule, deadline, intoAllowance, escalates, newIdempotencyKey);
    }

    public SpendRule rule() {
        return rule;
    }

    /** Empty: the client's. */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    /** Whether a relaxed spend that cannot be done so is done strictly. */
    public boolean isEscalating() {
        return escalates;
    }

    /** Empty: asked for again it is done again. */
    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }

    /** Whether it may use the counter's allowance. */
    public boolean isIntoAllowance() {
        return intoAllowance;
    }
}
