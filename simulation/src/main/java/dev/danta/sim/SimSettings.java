package dev.danta.sim;

import java.time.Duration;

/**
 * What is simulated; everything else is drawn from the seed.
 *
 * @param replicas of each shard: 1, 3 or 5
 * @param shards how many shards the keys are spread over; each node has a replica of each
 * @param clients how many clients there are, each with a clock, connections and users of its own
 * @param scenario what the clients do
 * @param faulty how long things go wrong, in simulated time, before everything heals; longer runs meet more but cost more
 */
public record SimSettings(int replicas, int shards, int clients, Scenario scenario, Duration faulty) {
    public static final int SHARDS_MAX = 64;
    public static final int CLIENTS_MAX = 64;
    public static final Duration FAULTY_MAX = Duration.ofHours(1);

    /** Three replicas, two shards, four clients that do everything, twenty seconds of faults. */
    public static final SimSettings DEFAULTS = new SimSettings(3, 2, 4, Scenario.MIX, Duration.ofSeconds(20));

    public SimSettings {
        if (replicas != 1 && replicas != 3 && replicas != 5) {
            throw new IllegalArgumentException("a shard is simulated with 1, 3 or 5 replicas, not with " + replicas);
        }
        if (shards < 1 || shards > SHARDS_MAX) {
            throw new IllegalArgumentException("1 to " + SHARDS_MAX + " shards can be simulated, not " + shards);
        }
        if (clients < 1 || clients > CLIENTS_MAX) {
            throw new IllegalArgumentException("1 to " + CLIENTS_MAX + " clients can be simulated, not " + clients);
        }
        if (faulty.isNegative() || faulty.isZero() || faulty.compareTo(FAULTY_MAX) > 0) {
            throw new IllegalArgumentException("faults last longer than nothing and at most an hour, not " + faulty);
        }
    }

    public SimSettings withReplicas(int newReplicas) {
        return new SimSettings(newReplicas, shards, clients, scenario, faulty);
    }

    public SimSettings withShards(int newShards) {
        return new SimSettings(replicas, newShards, clients, scenario, faulty);
    }

    public SimSettings withClients(int newClients) {
        return new SimSettings(replicas, shards, newClients, scenario, faulty);
    }

    public SimSettings withScenario(Scenario newScenario) {
        return new SimSettings(replicas, shards, clients, newScenario, faulty);
    }

    public SimSettings withFaulty(Duration newFaulty) {
        return new SimSettings(replicas, shards, clients, scenario, newFaulty);
    }
}
