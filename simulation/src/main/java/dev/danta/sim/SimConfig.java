package dev.danta.sim;

import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.invariant.Invariants;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.trace.Trace;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The configuration of a simulated cluster: linearizable, for each request takes effect at one moment between question and
 * answer; slow, and for times out of reach, when questions or answers get lost.
 */
final class SimConfig {
    private static final long MILLI = 1_000_000L;

    private final EventQueue events;
    private final SimRandom random;
    private final Trace trace;
    private final Coverage coverage;
    private final Invariants invariants;
    private final Disks disks;
    private final EpochRules rules;
    private final TreeMap<ShardId, ShardConfig> shards = new TreeMap<>();
    private long unreachableUntilNanos;
    private boolean healed;

    SimConfig(SimNode.World world, SimRandom random, Disks disks, EpochRules rules) {
        this.events = world.events();
        this.random = random;
        this.trace = world.trace();
        this.coverage = world.coverage();
        this.invariants = world.invariants();
        this.disks = disks;
        this.rules = rules;
    }

    /** The cluster begins with these members, on the disks that they have now. */
    void begin(Membership first) {
        TreeMap<ReplicaId, Long> incarnations = new TreeMap<>();
        for (ReplicaId member : first.members()) {
            incarnations.put(member, disks.incarnation(first.shard(), member));
        }
        shards.put(first.shard(), ShardConfig.first(first, incarnations));
        disks.setMembers(first);
        invariants.onMembersMayChange();
    }

    private void activated(ShardConfig now) {
        disks.setMembers(now.active());
        invariants.onActivated(now.active(), now.activated());
    }

    /** What is recorded now; for whoever only wonders what to ask. */
    ShardConfig peek(ShardId shard) {
        ShardConfig config = shards.get(shard);
        if (config == null) {
            throw new IllegalStateException("no configuration of " + shard);
        }
        return config;
    }

    void ask(ShardId shard, ConfigRequest request, Consumer<ShardConfig.Answer> answered) {
        if (isUnreachable()) {
            return;
        }
        events.after(random.between(MILLI / 10, 20 * MILLI), () -> {
            ShardConfig before = peek(shard);
            ShardConfig.Answer answer = before.take(request, rules);
            shards.put(shard, answer.config());
            trace.event("config of " + shard, request + ": " + answer.done());
            if (!answer.config().active().equals(before.active())) {
                coverage.count("epoch change activated");
                int from = before.active().size();
                int to = answer.config().active().size();
                if (from != to) {
                    coverage.count("members from " + from + " to " + to);
                }
                activated(answer.config());
            }
            if (!isUnreachable()) {
                events.after(random.between(MILLI / 10, 20 * MILLI), () -> answered.accept(answer));
            }
        });
    }

    private boolean isUnreachable() {
        return !healed && events.nowNanos() < unreachableUntilNanos;
    }

    /** Nobody gets through for so long. */
    void outage(long nanos) {
        unreachableUntilNanos = Math.max(unreachableUntilNanos, events.nowNanos() + nanos);
    }

    void heal() {
        healed = true;
    }
}
