package dev.danta.client;

import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses for each spend of a {@link BoundedCounter} how it is done: reserved, which is one round trip in nobody's way; strictly,
 * as a transaction on what the counter is; or relaxed, of what this client holds for that, with one acknowledgement, also while
 * no quorum can be reached. The bound, less the allowance, holds on all ways; what differs is what it costs, and that a strict
 * spend leaves nothing reserved for this client. Immutable.
 *
 * <pre>{@code
 * SpendRule charge = SpendRule.named("charge")
 *         .relaxedWhen(spend -> spend.amount() <= quota / 100)
 *         .strictWhen(spend -> spend.amount() > quota / 10);   // strict wins; what is neither is reserved
 * }</pre>
 *
 * <p>A rule decides by what this client knows, on the thread that spends, and so it should be quick. One that throws means
 * strict.
 */
public final class SpendRule {
    /** Every spend strictly: where a counter is spent of now and then, by anybody. */
    public static final SpendRule STRICT = new SpendRule("strict", spend -> true, spend -> false);

    /** Every spend reserved, as long as there is enough for an allotment. */
    public static final SpendRule RESERVED = new SpendRule("reserved", spend -> false, spend -> false);

    /** Every spend relaxed, as long as this client holds enough for that, or can get it. */
    public static final SpendRule RELAXED = new SpendRule("relaxed", spend -> false, spend -> true);

    /**
     * What is done unless another rule is given: strict as long as this client has not heard that there is {@value
     * #PLENTY} times the amount, reserved from then on.
     */
    public static final SpendRule NEAR_BOUND =
            new SpendRule("near-bound", spend -> spend.estimate() / SpendRule.PLENTY < spend.amount(), spend -> false);

    static final int PLENTY = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SpendRule.class);

    private final String name;
    private final Predicate<Case> strictWhen;
    private final Predicate<Case> relaxedWhen;

    /**
     * What a rule decides by.
     *
     * @param amount to be spent, from 1 on
     * @param estimate about how much is left to be spent, as this client has heard last; 0 if it has heard nothing yet. Others
     *     may have spent it, or gained, meanwhile
     */
    public record Case(long amount, long estimate) {}

    /** A rule's name, to which the rule itself is missing. */
    public static final class Named {
        private final String name;

        private Named(String name) {
            this.name = name;
        }

        /** Strict where {@code condition} holds or throws, reserved where it does not hold. */
        public SpendRule strictWhen(Predicate<Case> condition) {
            return new SpendRule(name, condition(condition), spend -> false);
        }

        /** Relaxed where {@code condition} holds, strict where it throws, reserved where it does not hold. */
        public SpendRule relaxedWhen(Predicate<Case> condition) {
            return new SpendRule(name, spend -> false, condition(condition));
        }
    }

    /** What a rule has decided. */
    record Choice(Way way, SpendResult.Reason reason) {}

    /** How a spend is to be tried. */
    enum Way {
        STRICT,
        RESERVED,
        RELAXED
    }

    private SpendRule(String name, Predicate<Case> strictWhen, Predicate<Case> relaxedWhen) {
        this.name = name;
        this.strictWhen = strictWhen;
        this.relaxedWhen = relaxedWhen;
    }

    private static Predicate<Case> condition(Predicate<Case> given) {
        return Given.notNull("a condition: there is SpendRule.RESERVED", given);
    }

    /** The same, but strict also where {@code condition} holds or throws, whatever else it says. */
    public SpendRule strictWhen(Predicate<Case> condition) {
        return new SpendRule(name, strictWhen.or(condition(condition)), relaxedWhen);
    }

    /** The same, but relaxed also where {@code condition} holds, unless it is strict there. */
    public SpendRule relaxedWhen(Predicate<Case> condition) {
        return new SpendRule(name, strictWhen, relaxedWhen.or(condition(condition)));
    }

    /**
     * A rule of this name, under which its results say that it was asked.
     *
     * @throws IllegalArgumentException if the name is blank, unprintable or longer than 100 characters
     */
    public static Named named(String name) {
        return new Named(Collection.requireName("a rule's name", name));
    }

    public String name() {
        return name;
    }

    Choice choose(Case spend) {
        try {
            if (strictWhen.test(spend)) {
                return new Choice(Way.STRICT, SpendResult.Reason.RULE);
            }
            return relaxedWhen.test(spend)
                    ? new Choice(Way.RELAXED, SpendResult.Reason.RULE)
                    : new Choice(Way.RESERVED, SpendResult.Reason.PLENTY);
        } catch (RuntimeException failed) {
            LOG.debug("rule {} has failed on {}, so it is strict", name, spend, failed);
            return new Choice(Way.STRICT, SpendResult.Reason.RULE_FAILED);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
