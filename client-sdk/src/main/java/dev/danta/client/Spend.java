package dev.danta.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one spend of a {@link BoundedCounter} is to be done. Immutable; begin with {@link #options()} or {@link #with}. */
public final class Spend {
    static final Spend DEFAULTS = new Spend(SpendRule.NEAR_BOUND, null, false, true);

    private final SpendRule rule;
    private final @Nullable Duration deadline;
    private final boolean intoAllowance;
    private final boolean escalates;

    private Spend(SpendRule rule, @Nullable Duration deadline, boolean intoAllowance, boolean escalates) {
        this.rule = rule;
        this.deadline = deadline;
        this.intoAllowance = intoAllowance;
        this.escalates = escalates;
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
                Given.notNull("a rule: there are those of SpendRule", newRule), deadline, intoAllowance, escalates);
    }

    /** It may take this long; in place of the client's own deadline. */
    public Spend deadline(Duration newDeadline) {
        return new Spend(rule, Calls.requirePositive("a deadline", newDeadline), intoAllowance, escalates);
    }

    /** It may go beyond the bound, as far as the counter's allowance goes ({@link Bounds#allowance}). */
    public Spend intoAllowance() {
        return new Spend(rule, deadline, true, escalates);
    }

    /**
     * Where the rule asks for relaxed, relaxed or not at all: if this client neither holds enough for that nor can get it, the
     * answer is {@link SpendResult.Status#NOT_HELD}. Without this such a spend is strict.
     */
    public Spend withoutEscalation() {
        return new Spend(rule, deadline, intoAllowance, false);
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

    /** Whether it may use the counter's allowance. */
    public boolean isIntoAllowance() {
        return intoAllowance;
    }
}
