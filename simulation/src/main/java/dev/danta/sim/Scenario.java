package dev.danta.sim;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Application;
import dev.danta.scenario.factory.Factory;
import dev.danta.scenario.factory.Size;
import dev.danta.scenario.pool.Pool;
import dev.danta.scenario.pool.PoolSettings;
import dev.danta.scenario.provider.Provider;
import dev.danta.scenario.provider.ProviderRules;
import dev.danta.scenario.provider.ProviderSize;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.ApplicationWorkload;
import dev.danta.sim.workload.ElementsWorkload;
import dev.danta.sim.workload.EventRules;
import dev.danta.sim.workload.EventsWorkload;
import dev.danta.sim.workload.FeedWorkload;
import dev.danta.sim.workload.LevelRules;
import dev.danta.sim.workload.LevelsWorkload;
import dev.danta.sim.workload.ListAppendWorkload;
import dev.danta.sim.workload.ListingWorkload;
import dev.danta.sim.workload.OnceRules;
import dev.danta.sim.workload.OnceWorkload;
import dev.danta.sim.workload.OrderRules;
import dev.danta.sim.workload.OrdersWorkload;
import dev.danta.sim.workload.PortRules;
import dev.danta.sim.workload.RegisterWorkload;
import dev.danta.sim.workload.RelaxedWorkload;
import dev.danta.sim.workload.RingWorkload;
import dev.danta.sim.workload.SaleWorkload;
import dev.danta.sim.workload.StockWorkload;
import dev.danta.sim.workload.TransferWorkload;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.client.SessionMarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the clients of a run do. */
public enum Scenario {
    /** Single keys as registers, by strict transactions; judged by the search for a linearization. */
    REGISTER,
    /** A bank over several shards; every audit finds the same total. */
    TRANSFER,
    /** Lists over several shards, read and appended to; judged by cycles, which show any order that real time rules out. */
    LISTS,
    /** A ring of a thousand accounts along which money is handed on; strict audits find the same total. */
    RING,
    /** Banks whose accounts come and go, on one shard and over several, found by reading ranges. */
    LISTING,
    /** A stock that is sold by strict transactions; never oversold, judged as a bounded counter. */
    SALE,
    /** Relaxed counters: every gain counts once. */
    COUNTER,
    /** Relaxed registers, in which the last writer wins. */
    LWW,
    /** Requests with an idempotency key, made again and again: each takes effect once. */
    ONCE,
    /** Relaxed registers read at every level, and in sessions that wander from client to client. */
    LEVELS,
    /** Relaxed sets, maps and grow-only sets: no change that was acknowledged is lost. */
    ELEMENTS,
    /** Event streams, dated back, also apart from the cluster, and views of them, which are the fold of all events. */
    EVENTS,
    /** Bounded counters: gains, and spends of all manners; never passed, and nobody is turned away too early. */
    STOCK,
    /** Transactions that decide about several bounded counters and a record beside them: orders, transfers, reservations. */
    ORDERS,
    /** The reference application of that name: accounts with overdrafts, usage and invoices. */
    PROVIDER,
    /** The reference application of that name: capacity that is reserved and released while its limit changes. */
    POOL,
    /** The same of a warehouse: orders of several items, picks, slots, losses; sales of a few units to many; a ring. */
    FACTORY,
    /** Readers of change feeds: each is told everything, or of a gap. */
    FEED,
    /** The levels again, of clients that have feeds keep what they remember fresh; in some runs everything is changed in bursts. */
    FRESH,
    /**
     * Most of these at once: all but the ring, the requests, the levels, the elements, the event streams, the bounded counters,
     * the feeds and the applications.
     */
    MIX;

    private static final List<String> ALWAYS = List.of(
            "client died",
            "client late timer",
            "client not connected",
            "disk commit torn",
            "disk lost unsynced writes",
            "driver dies",
            "epoch change activated",
            "fault bad climate",
            "fault client dies",
            "fault client dies amid sends",
            "fault clock drift",
            "fault clock far off",
            "fault clock jump",
            "fault clogged links",
            "fault crash amid sends",
            "fault configuration out of reach",
            "fault crash at once",
            "fault crash at persist",
            "fault crash before commit",
            "fault crash before send",
            "fault crash in sync",
            "fault crash torn commit",
            "fault cut both ways",
            "fault cut one way",
            "fault disk full",
            "fault flapping links",
            "fault gale",
            "fault gale with late messages",
            "fault pause of client",
            "fault pause of node",
            "fault replica replaced",
            "fault slow disk",
            "fault slow machine",
            "fault wipe",
            "message Absorb",
            "link 3g",
            "link cloud",
            "link rack",
            "link regions",
            "message Answered",
            "message Ask",
            "message Pulled",
            "message Seal",
            "message WrongEpoch",
            "network burst",
            "network clogged",
            "network cut off",
            "network late",
            "network late from a dead process",
            "network lost",
            "network reordered",
            "network repeated",
            "network scattered",
            "node died at its moment",
            "node restarted",
            "node stopped by its full disk",
            "outcome Drained",
            "outcome Failed DEADLINE");

    /** Where there is more than one node. */
    private static final List<String> NODES =
            List.of("fault crash of all nodes", "fault cut nodes both ways", "fault cut nodes one way", "page Pulled");

    /** Where there are strict transactions, whoever asks for them. */
    private static final List<String> TRANSACTIONS = List.of(
            "answer Held",
            "answer Outdated",
            "answer Valid",
            "message Accepted",
            "message ClockRefused",
            "message Decide",
            "message Decided",
            "message DecisionAcknowledged",
            "message Finalize",
            "message Inquire",
            "message Promised",
            "message Propose",
            "message Voted",
            "path abort finalized",
            "path fast",
            "path refused",
            "path settled",
            "refusal Conflict",
            "refusal StaleRead",
            "replica joined batches");

    /** Where the users ask for them. */
    private static final List<String> STRICT = List.of(
            "outcome Aborted CONFLICT",
            "outcome Aborted GAVE_UP",
            "outcome Aborted STALE_READ",
            "outcome Committed FAST",
            "outcome Failed UNAVAILABLE",
            "outcome Outdated",
            "outcome Unknown",
            "outcome Validated",
            "outcome Versions");

    /** Hardly ever, or never, where a shard has one replica only. */
    private static final List<String> SECOND_ROUND =
            List.of("message Preempted", "outcome Failed OVERLOADED", "path slow", "refusal PROMISED");

    private static final List<String> SINGLE_KEYS = List.of("answer KeyRead", "answer KeyRead held");

    private static final List<String> FORGETTING = List.of(
            "message Bar",
            "message Inspected",
            "message Resolve",
            "message Forget",
            "message Sweep",
            "page Swept",
            "forgetting bars",
            "forgetting resolves",
            "forgetting deletes",
            "forgetting drops a record",
            "forgetting drops versions");
    /** They need a transaction that is left behind, or a slow clock, at the right moment. */
    private static final List<String> RARE =
            List.of("answer unknown, so aborted", "refusal WATERMARK", "settler stops half-way");

    /** They need a transaction that is left behind undecided for so long that all others are to be forgotten, or that comes so late. */
    private static final List<String> VERY_RARE = List.of("message Unresolved", "message TooOld");

    /** Members change in some of the runs. */
    private static final List<String> EPOCHS = List.of(
            "state brought while copying",
            "state brought while installing",
            "state brought while finishing",
            "state compared while copying",
            "state compared while installing",
            "state compared while finishing");

    private static final List<String> RANGES = List.of("answer Range", "outcome RangeFound");

    private static final List<String> UPDATES =
            List.of("message Execute", "message Executed", "outcome UpdateUnknown", "outcome Updated");

    private static final List<String> COUNTERS = List.of(
            "allotment CLOSED_BY_OWNER",
            "allotment CLOSED_BY_STRANGER",
            "allotment FENCED",
            "allotment TAKEN",
            "message ExecuteRefused",
            "outcome CounterValue exact",
            "outcome GivenBack",
            "outcome Spent LIMIT",
            "outcome Spent RESERVED",
            "outcome Spent STRICT",
            "outcome Unknown");

    /** Where single spends are all that there is. */
    private static final List<String> SINGLE_SPENDS =
            List.of("allotment RENEWED", "allotment TAKEN_LAX", "outcome CounterValue");

    /** Where something is spent laxly. */
    private static final List<String> LAX = List.of("outcome Held", "outcome Spent LAX");

    /** What else becomes of lax spends where there is little to hold. */
    private static final List<String> LAX_IN_VAIN = List.of("lax escalated", "lax refused");

    /** Where transactions decide about counters. */
    private static final List<String> OPENED = List.of("outcome CountersOpened", "outcome CountersOpened changed");

    /**
     * They need a fence that comes while something is spent, an owner who is away, or one in a minority that holds what may be
     * spent there.
     */
    private static final List<String> FENCED_AMID_SPENDS = List.of(
            "allotment LEASE_OVER",
            "allotment REFUSED_WAS_MADE",
            "allotment REFUSED_WAS_NOT_MADE",
            "lax in a minority");

    private static final List<String> FEEDS = List.of(
            "answer Feed",
            "answer FeedGap",
            "answer Feed held back",
            "outcome FeedGap",
            "outcome Followed",
            "outcome Followed overtaken",
            "outcome Updated",
            "outcome Relaxed");

    /** The reference applications. */
    static final Set<Scenario> APPLICATIONS = Collections.unmodifiableSet(EnumSet.of(PROVIDER, POOL, FACTORY));

    /** Where transactions touch records and bounded counters, and relaxed values are changed beside them. */
    private static final List<String> APPLICATION = List.of(
            "outcome Aborted CONFLICT",
            "outcome Aborted STALE_READ",
            "outcome Committed FAST",
            "outcome CountersOpened",
            "outcome Unknown",
            "outcome Validated");

    /** What {@link #MIX} is without, besides the applications. */
    private static final Set<Scenario> ALONE =
            EnumSet.of(RING, ONCE, LEVELS, ELEMENTS, EVENTS, STOCK, ORDERS, FEED, FRESH, MIX);

    private static final int RING_ACCOUNTS = 1_000;

    /** One thread, so that the verdict depends on the history alone unless a limit strikes. */
    private static final CheckOptions CHECK = CheckOptions.defaults()
            .withTimeout(Duration.ofSeconds(30))
            .withMaxMemoryBytes(256L << 20)
            .withThreads(1);

    /**
     * The scenario called {@code name}, in any case.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Scenario named(String name) {
        for (Scenario scenario : values()) {
            if (scenario.label().equalsIgnoreCase(name)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException("there is no scenario " + name + "; there are " + labels());
    }

    private static List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (Scenario scenario : values()) {
            labels.add(scenario.label());
        }
        return labels;
    }

    /** The name in lower case, as on a command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What has to happen in many runs of this scenario, by its name in coverage: otherwise they do not test it. */
    public List<String> mustHappen(int replicas) {
        List<String> all = new ArrayList<>(ALWAYS);
        if (replicas > 1) {
            all.addAll(NODES);
        }
        if (isStrict()) {
            all.addAll(STRICT);
        }
        if (isStrict() || this == STOCK || isApplication()) {
            all.addAll(TRANSACTIONS);
            all.addAll(FORGETTING);
            if (replicas > 1) {
                all.addAll(SECOND_ROUND);
                if (this != STOCK) {
                    all.add("outcome Committed SLOW");
                }
                all.addAll(List.of("message Collect", "message Enter", "message Entered", "page Collected"));
            }
        }
        if (this == REGISTER || this == LISTS || this == SALE || this == ONCE || this == MIX) {
            all.addAll(SINGLE_KEYS);
        }
        if (this == LISTING || this == MIX) {
            all.addAll(RANGES);
            all.add("forgetting drops a deletion");
        }
        if (this != LISTING && isStrict()) {
            all.add("outcome StrictlyRead");
        }
        if (this == ONCE) {
            all.add("message Lookup");
            all.add("message LookedUp");
        }
        if (this == TRANSFER || this == LISTS) {
            all.add("outcome StrictlyRead prepared");
        }
        if (this == LEVELS || this == FRESH) {
            all.add("cache value");
        }
        if (this == FRESH) {
            all.addAll(List.of("answer Feed", "answer FeedGap", "cache value vouched for"));
        }
        if (!isStrict() || this == ORDERS || this == MIX) {
            all.addAll(UPDATES);
        }
        if ((!isStrict() && this != STOCK) || this == MIX) {
            all.add("outcome Relaxed");
        }
        if (this == STOCK || this == ORDERS) {
            all.add("forgetting drops what was spent");
            all.addAll(COUNTERS);
        }
        if (isApplication()) {
            all.addAll(APPLICATION);
        }
        if (this == STOCK) {
            all.addAll(SINGLE_SPENDS);
            all.addAll(LAX_IN_VAIN);
        }
        if (this == STOCK || this == PROVIDER) {
            all.addAll(LAX);
        }
        if (this == ORDERS) {
            all.addAll(OPENED);
        }
        if (this == ELEMENTS || this == EVENTS) {
            all.add("outcome Hashes");
        }
        if (this == FEED) {
            all.addAll(FEEDS);
            // Its users read without validating.
            all.removeAll(List.of("outcome Outdated", "outcome Validated"));
        }
        if (this == COUNTER || this == LWW || this == ELEMENTS || this == EVENTS || this == MIX) {
            all.add("change to be acknowledged by ONE");
        }
        if (this == LWW || this == ELEMENTS || this == MIX) {
            all.add("message ExecuteClockRefused");
        }
        return all;
    }

    /** What besides has to happen in a thousand runs. */
    public List<String> mustHappenInAThousand() {
        List<String> all = new ArrayList<>(EPOCHS);
        if (isStrict()) {
            all.addAll(RARE);
        }
        if (isStrict() || isApplication() || this == STOCK) {
            all.add("unavailable at once");
        }
        if (this == STOCK) {
            all.addAll(FENCED_AMID_SPENDS);
        }
        return all;
    }

    private boolean isApplication() {
        return APPLICATIONS.contains(this);
    }

    /** What besides has to happen in ten thousand, most of which are of other scenarios. */
    public List<String> mustHappenInTenThousand() {
        return isStrict() ? VERY_RARE : List.of();
    }

    private boolean isStrict() {
        return !isApplication()
                && this != COUNTER
                && this != LWW
                && this != LEVELS
                && this != FRESH
                && this != ELEMENTS
                && this != EVENTS
                && this != STOCK;
    }

    List<Workload> workloads(SimRandom random, int shards, ReadRules rules, CounterRules counterRules) {
        return switch (this) {
            case REGISTER -> List.of(new RegisterWorkload((int) random.between(1, 4), CHECK));
            case TRANSFER -> List.of(new TransferWorkload((int) random.between(3, 6)));
            case LISTS -> List.of(new ListAppendWorkload((int) random.between(2, 6), (int) random.between(8, 32)));
            case RING -> List.of(new RingWorkload(RING_ACCOUNTS, 0.02));
            case LISTING ->
                List.of(
                        new ListingWorkload(true, (int) random.between(3, 12), rules),
                        new ListingWorkload(false, (int) random.between(3, 12), rules));
            case SALE -> List.of(new SaleWorkload(random.between(5, 60), CHECK));
            case ONCE -> List.of(new OnceWorkload(OnceRules.PROTOCOL));
            case LEVELS ->
                List.of(levels(random, random.chance(0.25) ? 100 : SessionMarks.BYTES_MAX, LevelRules.PROTOCOL));
            case FRESH -> List.of(fresh(random));
            case ELEMENTS -> List.of(new ElementsWorkload((int) random.between(1, 3)));
            case EVENTS -> List.of(events(random, EventRules.PROTOCOL));
            case STOCK -> {
                int counters = (int) random.between(1, 3);
                long units = random.between(0, 40);
                int lax = random.below(counters + 1);
                long allowance = random.between(1, 20);
                // Not drawn: the others are as they were before bounds could be moved.
                boolean movesBounds = units % 5 == 0 || units % 5 == 4;
                yield List.of(new StockWorkload(counters, units, lax, allowance, movesBounds, CHECK, counterRules));
            }
            case FACTORY -> List.of(factory(random, shards, PortRules.PROTOCOL));
            case PROVIDER -> List.of(provider(random, shards, ProviderRules.RIGHT));
            case ORDERS -> List.of(orders(random, OrderRules.PROTOCOL, counterRules));
            case POOL -> List.of(pool(random, shards, PortRules.PROTOCOL));
            case FEED -> List.of(new FeedWorkload(shards, (int) random.between(1, 3)));
            case COUNTER -> List.of(RelaxedWorkload.ofCounters((int) random.between(1, 3)));
            case LWW -> List.of(RelaxedWorkload.ofRegisters((int) random.between(1, 3)));
            case MIX -> {
                List<Workload> all = new ArrayList<>();
                for (Scenario scenario : values()) {
                    if (!ALONE.contains(scenario) && !scenario.isApplication()) {
                        all.addAll(scenario.workloads(random, shards, rules, counterRules));
                    }
                }
                yield all;
            }
        };
    }

    /** A small provider who keeps to these rules. */
    public static Workload provider(SimRandom random, int shards, ProviderRules rules) {
        ProviderSize size = new ProviderSize(
                (int) random.between(2, 6),
                random.between(50, 400),
                random.between(200, 3_000) * 1_000,
                random.pick(List.of(0.0, 0.99)),
                random.chance(0.3) ? ProviderSize.WHALE_PERCENT : 0,
                true);
        return new ApplicationWorkload(new Provider(size, rules, CHECK), shards, PortRules.PROTOCOL);
    }

    /** Small pools on so many shards, whose users' clients keep to these rules. */
    public static Workload pool(SimRandom random, int shards, PortRules rules) {
        PoolSettings settings = new PoolSettings(
                (int) random.between(1, 3),
                (int) random.between(1, 3),
                random.between(3, 15),
                random.pick(List.of(PoolSettings.Skew.values())),
                // Replicas pull each other's logs as seldom as it is drawn.
                Duration.ofSeconds(8));
        return new ApplicationWorkload(new Pool(settings, CHECK), shards, rules);
    }

    /** A small factory, a sale, or a ring, on so many shards, whose users' clients keep to these rules. */
    public static Workload factory(SimRandom random, int shards, PortRules rules) {
        return new ApplicationWorkload(factory(random), shards, rules);
    }

    private static Application factory(SimRandom random) {
        if (random.chance(0.6)) {
            return Factory.steady(Size.SMALL);
        }
        return random.chance(0.7)
                ? Factory.flash(random.between(5, 40), random.between(30, 120), (int) random.between(1, 4), true, CHECK)
                : Factory.ring((int) random.between(3, 7));
    }

    /** Event streams and views, by those who keep to these rules. */
    public static Workload events(SimRandom random, EventRules rules) {
        return new EventsWorkload((int) random.between(1, 3), random, rules);
    }

    /** Registers read at every level, with so much room for what each session has seen. */
    public static Workload levels(SimRandom random, int roomBytes, LevelRules rules) {
        return new LevelsWorkload(
                (int) random.between(1, 4),
                roomBytes,
                random.between(20, 1_000) * 1_000_000,
                rules,
                LevelsWorkload.Fresh.NEVER);
    }

    private static Workload fresh(SimRandom random) {
        int keys = (int) random.between(1, 4);
        long staleMillis = random.between(100, 1_000);
        // Not drawn: the others are as they were before there were bursts.
        return staleMillis % 4 == 2
                ? stirred(random)
                : new LevelsWorkload(
                        keys,
                        SessionMarks.BYTES_MAX,
                        staleMillis * 1_000_000,
                        LevelRules.PROTOCOL,
                        LevelsWorkload.Fresh.AT_TIMES);
    }

    /** The same, changed in bursts. */
    public static Workload stirred(SimRandom random) {
        return new LevelsWorkload(
                (int) random.between(2, 12),
                SessionMarks.BYTES_MAX,
                random.between(100, 400) * 1_000_000,
                LevelRules.PROTOCOL,
                LevelsWorkload.Fresh.STIRRED);
    }

    /** Transactions over bounded counters that keep to {@code rules}. */
    public static Workload orders(SimRandom random, OrderRules rules, CounterRules counterRules) {
        long units = random.chance(0.5) ? random.between(0, 40) : random.between(40, 400);
        int counters = (int) random.between(2, 4);
        return new OrdersWorkload(counters, units, random.chance(0.6), CHECK, rules, counterRules);
    }
}
