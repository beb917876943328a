package dev.danta.sim;

import dev.danta.sim.kernel.SimRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is simulated, as far as it was said; the rest is drawn from each seed, each from a stream of its own, so that
 * saying one thing changes nothing else.
 *
 * @param replicas of each shard, or null to draw 1, 3 or 5
 * @param shards or null to draw 1 to 4
 * @param clients or null to draw 1 to 6
 * @param scenario or null to draw any
 * @param faulty how long things go wrong, or null to draw 4 to 20 seconds, and 3 to 7 in most runs of events
 */
public record SettingsDraw(
        @Nullable Integer replicas,
        @Nullable Integer shards,
        @Nullable Integer clients,
        @Nullable Scenario scenario,
        @Nullable Duration faulty) {
    /** Everything is drawn. */
    public static final SettingsDraw ALL = new SettingsDraw(null, null, null, null, null);

    private static final List<Integer> REPLICAS = List.of(1, 3, 3, 3, 5, 5);
    private static final List<Integer> SHARDS = List.of(1, 1, 2, 2, 2, 3, 4);
    private static final List<Integer> CLIENTS = List.of(1, 2, 3, 3, 4, 4, 5, 6);
    private static final Set<Scenario> LATER = EnumSet.of(
            Scenario.ONCE,
            Scenario.LEVELS,
            Scenario.ELEMENTS,
            Scenario.EVENTS,
            Scenario.STOCK,
            Scenario.ORDERS,
            Scenario.FRESH);
    private static final List<Scenario> APPLICATIONS = List.copyOf(Scenario.APPLICATIONS);
    private static final List<Scenario> BEFORE_ONCE = Arrays.stream(Scenario.values())
            .filter(scenario -> !LATER.contains(scenario) && !APPLICATIONS.contains(scenario))
            .toList();
    private static final double ONCE = 0.1;
    private static final double LEVELS = 0.07;
    private static final double FRESH = 0.04;
    private static final double ELEMENTS = 0.05;
    private static final double EVENTS = 0.05;
    private static final double STOCK = 0.07;
    private static final double ORDERS = 0.06;
    private static final double APPLICATION = 0.08;
    private static final double SHORT_STREAM = 0.8;
    private static final int SHORT_STREAM_MIN_SECONDS = 3;
    private static final int SHORT_STREAM_MAX_SECONDS = 7;
    private static final int FAULTY_MIN_SECONDS = 4;
    private static final int FAULTY_MAX_SECONDS = 20;

    public SettingsDraw {
        SimSettings usual = SimSettings.DEFAULTS;
        if (replicas != null) {
            usual = usual.withReplicas(replicas);
        }
        if (shards != null) {
            usual = usual.withShards(shards);
        }
        if (clients != null) {
            usual = usual.withClients(clients);
        }
        if (faulty != null) {
            faulty = usual.withFaulty(faulty).faulty();
        }
    }

    /** Nothing is drawn. */
    public static SettingsDraw of(SimSettings settings) {
        return new SettingsDraw(
                settings.replicas(), settings.shards(), settings.clients(), settings.scenario(), settings.faulty());
    }

    /**
     * The ring costs as much as ten others, and comes half as often. Requests, levels, elements, stock, orders, the applications and events
     * came later: whether they come is drawn beside the rest, so that what other seeds drew before they still draw.
     */
    private static Scenario drawnScenario(long seed) {
        if (SimRandom.named(seed, "once").chance(ONCE)) {
            return Scenario.ONCE;
        }
        if (SimRandom.named(seed, "levels").chance(LEVELS)) {
            return Scenario.LEVELS;
        }
        if (SimRandom.named(seed, "fresh").chance(FRESH)) {
            return Scenario.FRESH;
        }
        if (SimRandom.named(seed, "elements").chance(ELEMENTS)) {
            return Scenario.ELEMENTS;
        }
        if (SimRandom.named(seed, "stock").chance(STOCK)) {
            return Scenario.STOCK;
        }
        if (SimRandom.named(seed, "orders").chance(ORDERS)) {
            return Scenario.ORDERS;
        }
        SimRandom application = SimRandom.named(seed, "application");
        if (application.chance(APPLICATION)) {
            return application.pick(APPLICATIONS);
        }
        if (SimRandom.named(seed, "events").chance(EVENTS)) {
            return Scenario.EVENTS;
        }
        SimRandom random = SimRandom.named(seed, "scenario");
        Scenario drawn = random.pick(BEFORE_ONCE);
        return drawn == Scenario.RING && random.chance(0.5) ? random.pick(BEFORE_ONCE) : drawn;
    }

    /** What this seed draws. */
    public SimSettings of(long seed) {
        Scenario drawn = scenario == null ? drawnScenario(seed) : scenario;
        return new SimSettings(
                replicas == null ? SimRandom.named(seed, "replicas").pick(REPLICAS) : replicas,
                shards == null ? SimRandom.named(seed, "shards").pick(SHARDS) : shards,
                clients == null ? SimRandom.named(seed, "clients").pick(CLIENTS) : clients,
                drawn,
                faulty == null ? drawnFaulty(seed, drawn) : faulty);
    }

    /** Streams grow, and the whole of them is read again and again: most runs of events are short, so that there can be more. */
    private static Duration drawnFaulty(long seed, Scenario scenario) {
        if (scenario == Scenario.EVENTS && SimRandom.named(seed, "short stream").chance(SHORT_STREAM)) {
            return Duration.ofSeconds(
                    SimRandom.named(seed, "faulty").between(SHORT_STREAM_MIN_SECONDS, SHORT_STREAM_MAX_SECONDS));
        }
        return Duration.ofSeconds(SimRandom.named(seed, "faulty").between(FAULTY_MIN_SECONDS, FAULTY_MAX_SECONDS));
    }
}
