package dev.danta.client.internal.meter;

import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.coordinator.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** All that a client measures; docs/operations.md has it as a table. */
public enum ClientMeter {
    TRANSACTION(
            Kind.TIMER,
            "transaction",
            "seconds",
            "a transaction in a closure: all its attempts, the closure's own code and all waiting",
            Tag.OUTCOME),
    TRANSACTION_ATTEMPTS(
            Kind.SUMMARY, "transaction.attempts", "attempts", "how often its closure was run for it", Tag.OUTCOME),
    TRANSACTION_PHASE(
            Kind.TIMER,
            "transaction.phase",
            "seconds",
            "what transactions spend their time on, beside the closure's own code; each time it is done",
            Tag.PHASE),
    OPERATION(
            Kind.TIMER,
            "operation",
            "seconds",
            "a relaxed update or read, a strict read by itself, or a spend of a bounded counter",
            Tag.OPERATION,
            Tag.OUTCOME),
    COMMITS(
            Kind.COUNTER,
            "commits",
            "transactions",
            "transactions with writes that took effect: settled in one round trip, in two, by somebody else",
            Tag.PATH),
    ABORTS(
            Kind.COUNTER,
            "aborts",
            "attempts",
            "attempts that took no effect: something read was out of date, another transaction was in the way, too few"
                    + " replicas voted in time",
            Tag.REASON),
    SPENDS(
            Kind.COUNTER,
            "spends",
            "spends",
            "spends of bounded counters: done of what this client held, the same relaxed, done strictly, or not done because there was "
                    + "not enough, or not enough held",
            Tag.ANSWER),
    RETRIES(Kind.COUNTER, "retries", "attempts", "attempts after a transaction's first"),
    UNKNOWNS(
            Kind.COUNTER,
            "unknowns",
            "calls",
            "commits, relaxed updates and spends whose outcome was not known by their deadline"),
    READ_ROUNDS(
            Kind.COUNTER,
            "read.rounds",
            "rounds",
            "questions of transactions for versions or a part of a range, those that the cache answers included"),
    CACHE_GETS(
            Kind.COUNTER,
            "cache.gets",
            "keys",
            "keys that were to be read out of the cache: whether they were there, or there and fresh by feeds only",
            Tag.RESULT),
    CACHE_ENTRIES(Kind.GAUGE, "cache.entries", "keys", "about how many keys are remembered, by a client with a cache"),
    CACHE_SIZE(Kind.GAUGE, "cache.size", "bytes", "about how much they take; the bound is that of `cache(bytes)`"),
    CALLS_ACTIVE(Kind.GAUGE, "calls.active", "calls", "calls under way; the bound is `callsMax`");

    private final Kind kind;
    private final String id;
    private final String unit;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
    private final List<Tag> tags;

    /** What becomes of the numbers that are recorded. */
    public enum Kind {
        /** Nanoseconds: how many, their sum, the greatest lately. */
        TIMER,
        /** The same of other numbers. */
        SUMMARY,
        /** Their sum. */
        COUNTER,
        /** A number of now, asked for again and again. */
        GAUGE
    }

    /** What tells series of one meter apart. */
    public enum Tag {
        OUTCOME(Ending.class),
        PHASE(Phase.class),
        OPERATION(Operation.class),
        PATH(Outcome.Path.class),
        REASON(CallOutcome.AbortReason.class),
        RESULT(CacheAnswer.class),
        ANSWER(SpendAnswer.class);

        private final Class<? extends Enum<?>> type;

        Tag(Class<? extends Enum<?>> type) {
            this.type = type;
        }

        /** Its name in a registry. */
        public String key() {
            return lower(this);
        }

        /** All that it can be, as a registry has them. */
        public List<String> choices() {
            return Stream.of(type.getEnumConstants()).map(ClientMeter::lower).toList();
        }
    }

    ClientMeter(Kind kind, String name, String unit, String description, Tag... tags) {
        this.kind = kind;
        this.id = "danta.client." + name;
        this.unit = unit;
        this.description = description;
        this.tags = List.of(tags);
    }

    public Kind kind() {
        return kind;
    }

    /** Its name in a registry, before the registry has adapted it. */
    public String id() {
        return id;
    }

    /** What its numbers count, in the plural. */
    public String unit() {
        return unit;
    }

    public String description() {
        return description;
    }

    public List<Tag> tags() {
        return tags;
    }

    /**
     * The values of its tags, in their order.
     *
     * @throws IllegalArgumentException if {@code values} are not one of each tag
     */
    List<String> tagValues(Enum<?>... values) {
        boolean fit = values.length == tags.size();
        for (int i = 0; fit && i < values.length; i++) {
            fit = tags.get(i).type == values[i].getDeclaringClass();
        }
        if (!fit) {
            throw new IllegalArgumentException(id + " has the tags " + tags + ", not " + List.of(values));
        }
        return Stream.of(values).map(ClientMeter::lower).toList();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
