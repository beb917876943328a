package dev.danta.sim.invariant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.disk.SimDisk;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.participant.ClosedAllotments;
import dev.danta.txn.participant.RelaxedStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What relaxed operations may have come to (protocol.md 8 and 11): replicas hold nothing that nobody sent and lose nothing;
 * what was acknowledged is on so many disks that every quorum meets it, and every later quorum read shows it. What only one
 * replica has acknowledged gets to all of them, unless that one loses its disk.
 */
final class RelaxedOracle {
    private final Disks disks;
    private final TreeMap<OpId, RelaxedUpdate> updates = new TreeMap<>();
    private final Set<OpId> refused = new LinkedHashSet<>();
    private final TreeMap<Key, RelaxedState> sent = new TreeMap<>();
    private final TreeMap<Key, RelaxedState> acknowledged = new TreeMap<>();
    private final Map<Origin, TreeMap<Timestamp, RelaxedState>> stamped = new LinkedHashMap<>();
    private final Map<Origin, TreeMap<Long, Counter>> additions = new LinkedHashMap<>();
    private final Map<Origin, Integer> calls = new LinkedHashMap<>();
    private final Map<CallId, Asked> open = new LinkedHashMap<>();
    private final TreeMap<Key, Long> added = new TreeMap<>();
    private final Set<RelaxedUpdate> executed = new LinkedHashSet<>();
    private final List<ByOne> acknowledgedByOne = new ArrayList<>();

    /** A change that a client was told of with one acknowledgement, and the disks that had it then. */
    private record ByOne(RelaxedUpdate update, List<Having> having) {
        boolean isOn(SimDisk disk) {
            return having.contains(new Having(disk, disk.losses()));
        }
    }

    /** A disk, and how often it had been lost. */
    private record Having(SimDisk disk, int losses) {}

    private record Origin(ClientId client, Key key) {}

    private record CallId(ClientId client, long number) {}

    /** A call under way: the {@code ordinal}-th change of that client to that key; 0 for a read, and for what is joined. */
    private record Asked(
            ClientCall call,
            Origin origin,
            int ordinal,
            @Nullable RelaxedState mustContain) {}

    RelaxedOracle(Disks disks) {
        this.disks = disks;
    }

    /** Whether {@code whole} has everything that {@code part} has. */
    static boolean contains(@Nullable RelaxedState whole, @Nullable RelaxedState part) {
        return part == null
                || (whole != null && whole.joins(part) && whole.join(part).equals(whole));
    }

    void onSent(ClientId from, OpId id, RelaxedUpdate update) {
        RelaxedUpdate before = updates.putIfAbsent(id, update);
        if (before != null) {
            Violation.unless(before.equals(update), "an operation's id names one change", id, before, update);
            return;
        }
        sent.merge(update.key(), update.change(), RelaxedState::join);
        Timestamp stamp = onlyStampOf(update.change());
        if (stamp != null && stamp.client().equals(from)) {
            stamped.computeIfAbsent(new Origin(from, update.key()), o -> new TreeMap<>())
                    .putIfAbsent(stamp, update.change());
        } else if (update.change() instanceof Counter counter
                && counter.totals().containsKey(from)) {
            Counter.Total total = counter.totals().get(from);
            additions
                    .computeIfAbsent(new Origin(from, update.key()), o -> new TreeMap<>())
                    .putIfAbsent(total.sequence(), Counter.of(from, total));
        }
    }

    /**
     * The stamp of all that is in {@code state}, as in a client's change; null if there is none or more than one, as in most of
     * what clients read and bring to quorums.
     */
    private static @Nullable Timestamp onlyStampOf(RelaxedState state) {
        Set<Timestamp> stamps = new TreeSet<>();
        if (state instanceof LwwRegister register) {
            stamps.add(register.stamp());
        } else if (state instanceof LwwSet set) {
            stamps.addAll(set.added().values());
            stamps.addAll(set.removed().values());
        } else if (state instanceof LwwMap map) {
            map.fields().values().forEach(register -> stamps.add(register.stamp()));
        }
        return stamps.size() == 1 ? stamps.iterator().next() : null;
    }

    void onReplicaHas(Key key, @Nullable RelaxedState before, RelaxedState after) {
        Violation.unless(contains(after, before), "a replica's relaxed state never goes back", key, before, after);
        Violation.unless(contains(sent.get(key), after), "a replica has only what somebody sent", key, after);
    }

    /** A replica says that {@code id} is durable there; {@code durable} is what it has, forgotten up to {@code deletedBelow}. */
    <S extends RelaxedStore & VersionedStore> void onExecuted(OpId id, S durable, Timestamp deletedBelow) {
        RelaxedUpdate update = updates.get(id);
        Violation.unless(
                update != null
                        && (contains(durable.relaxed(update.key()), update.change())
                                || ClosedAllotments.isForgotten(durable, update.key(), deletedBelow)),
                "an acknowledged operation is on the disk of whoever acknowledges it",
                id,
                update);
    }

    /** A replica says that {@code id} is done, in whatever epoch. */
    void onAcknowledged(OpId id) {
        RelaxedUpdate update = updates.get(id);
        if (update != null) {
            executed.add(update);
        }
    }

    /** A replica stops for good, and has given to a quorum of the members whatever it had: nothing hangs on it any more. */
    void onStops(SimDisk disk) {
        for (ByOne one : acknowledgedByOne) {
            if (one.isOn(disk)) {
                acknowledged.merge(one.update().key(), one.update().change(), RelaxedState::join);
            }
        }
    }

    /** A replica says that it has not done {@code id} and never will. */
    void onRefused(OpId id) {
        refused.add(id);
    }

    void onCalled(ClientId client, long number, ClientCall call) {
        if (call instanceof ClientCall.Stamped change) {
            onChange(client, number, call, change.key());
        } else if (call instanceof ClientCall.Join join) {
            // It says itself what it changes, and is no change of the client's own that would have to be told from
            // others.
            open.put(new CallId(client, number), new Asked(call, new Origin(client, join.key()), 0, null));
        } else if (call instanceof ClientCall.AddToCounter add) {
            added.merge(add.key(), add.amount(), Long::sum);
            onChange(client, number, call, add.key());
        } else if (call instanceof ClientCall.Gain gain) {
            added.merge(gain.key(), gain.amount(), Long::sum);
            onChange(client, number, call, gain.key());
        } else if (call instanceof ClientCall.ReadRelaxed read) {
            // How old an answer may be that was remembered, and what a session may rely on, histories show.
            boolean isAskedNow = read.level() == ClientCall.Level.QUORUM && read.maxAgeNanos() == 0;
            Origin origin = new Origin(client, read.key());
            open.put(
                    new CallId(client, number),
                    new Asked(call, origin, 0, isAskedNow ? acknowledged.get(read.key()) : null));
        }
    }

    private void onChange(ClientId client, long number, ClientCall call, Key key) {
        Origin origin = new Origin(client, key);
        int ordinal = calls.merge(origin, 1, Integer::sum);
        open.put(new CallId(client, number), new Asked(call, origin, ordinal, null));
    }

    void onFinished(ClientId client, long number, CallOutcome outcome) {
        Asked asked = open.remove(new CallId(client, number));
        if (asked == null) {
            return;
        }
        Key key = asked.origin().key();
        if (outcome instanceof CallOutcome.Updated updated) {
            RelaxedState change = changeOf(asked);
            Violation.unless(
                    change.equals(updated.change()), "a client is told what it changed", asked, change, updated);
            if (asked.call() instanceof ClientCall.Change asking && asking.ack() == ClientCall.Ack.ONE) {
                onAcknowledgedByOne(client, new RelaxedUpdate(key, change));
                return;
            }
            Violation.unless(
                    disks.of(key).stream()
                                    .filter(disk -> disk.isLost()
                                            || contains(disk.durable().relaxed(key), change))
                                    .count()
                            >= disks.quorum(disks.shardOf(key)),
                    "an acknowledged relaxed operation is on at least one of any q disks",
                    client,
                    asked.call(),
                    change);
            acknowledged.merge(key, change, RelaxedState::join);
        } else if (outcome instanceof CallOutcome.Relaxed read) {
            Violation.unless(
                    contains(read.state(), asked.mustContain()),
                    "a quorum read shows everything acknowledged before it began",
                    client,
                    asked,
                    read);
            Violation.unless(contains(sent.get(key), read.state()), "a read shows only what somebody sent", read);
            boolean isOnQuorum =
                    asked.call() instanceof ClientCall.ReadRelaxed asking && asking.level() == ClientCall.Level.QUORUM;
            if (read.state() != null && isOnQuorum && !read.cached()) {
                acknowledged.merge(key, read.state(), RelaxedState::join);
            }
        } else if (outcome instanceof CallOutcome.Failed failed
                && (failed.failure() == CallOutcome.Failure.OVERLOADED
                        || failed.failure() == CallOutcome.Failure.CLOCK_AHEAD)
                && asked.ordinal() > 0) {
            calls.merge(asked.origin(), -1, Integer::sum);
            if (asked.call() instanceof ClientCall.AddToCounter add) {
                added.merge(add.key(), -add.amount(), Long::sum);
            } else if (asked.call() instanceof ClientCall.Gain gain) {
                added.merge(gain.key(), -gain.amount(), Long::sum);
            }
        }
    }

    private void onAcknowledgedByOne(ClientId client, RelaxedUpdate update) {
        Violation.unless(
                executed.contains(update), "what one acknowledges some replica has acknowledged", client, update);
        List<Having> having = new ArrayList<>();
        for (SimDisk disk : disks.all(disks.shardOf(update.key())).values()) {
            if (contains(disk.durable().relaxed(update.key()), update.change())) {
                having.add(new Having(disk, disk.losses()));
            }
        }
        acknowledgedByOne.add(new ByOne(update, having));
    }

    /** In the end, every quorum of the members has what one of them acknowledged that has its disk still. */
    void checkSpread(Collection<SimDisk> members, int quorum, Predicate<Key> livesHere) {
        for (ByOne one : acknowledgedByOne) {
            RelaxedUpdate update = one.update();
            boolean mustBeThere =
                    livesHere.test(update.key()) && members.stream().anyMatch(one::isOn);
            Violation.unless(
                    !mustBeThere
                            || members.stream()
                                            .filter(disk ->
                                                    contains(disk.durable().relaxed(update.key()), update.change()))
                                            .count()
                                    >= quorum,
                    "what one replica has acknowledged gets to the others, unless that one loses its disk",
                    update);
        }
    }

    /** Whether {@code disk} may lack what was spent there: who has forgotten it does not send it to others either. */
    boolean isForgotten(SimDisk disk, Key key) {
        return ClosedAllotments.isForgotten(disk.durable(), key, disks.deletedAnywhere());
    }

    /** In the end, the members have together what was acknowledged. */
    void checkSurvival(Collection<SimDisk> members, Predicate<Key> livesHere) {
        acknowledged.forEach((key, state) -> {
            if (livesHere.test(key)) {
                RelaxedState joined = null;
                for (SimDisk disk : members) {
                    RelaxedState one = disk.durable().relaxed(key);
                    joined = joined == null ? one : one == null ? joined : joined.join(one);
                }
                Violation.unless(
                        contains(joined, state),
                        "acknowledged relaxed operations survive changes of members",
                        key,
                        state,
                        joined);
            }
        });
    }

    /** What the call changed: a client's changes to one key take effect in the order of its calls. */
    private RelaxedState changeOf(Asked asked) {
        if (asked.call() instanceof ClientCall.Join join) {
            return join.change();
        }
        if (asked.call() instanceof ClientCall.Stamped call) {
            Map.Entry<Timestamp, RelaxedState> change =
                    stamped.getOrDefault(asked.origin(), new TreeMap<>()).entrySet().stream()
                            .skip(asked.ordinal() - 1L)
                            .findFirst()
                            .orElse(null);
            if (change == null) {
                throw Violation.broken("an acknowledged change was sent", asked);
            }
            Violation.unless(
                    change.getValue().equals(call.at(change.getKey())),
                    "a client's changes to a key are stamped in the order of its calls",
                    asked,
                    change);
            return change.getValue();
        }
        RelaxedState change =
                additions.getOrDefault(asked.origin(), new TreeMap<>()).get((long) asked.ordinal());
        if (change == null) {
            throw Violation.broken("an acknowledged change was sent", asked);
        }
        return change;
    }

    /**
     * The end of a run: {@code disk} has every change that no replica refused, and counts every addition once; what dead clients
     * began may be there or not.
     */
    void checkComplete(SimDisk disk, Predicate<Key> livesThere, Object where, Set<ClientId> dead) {
        updates.forEach((id, update) -> {
            if (livesThere.test(update.key()) && !refused.contains(id) && !dead.contains(id.client())) {
                RelaxedState durable = disk.durable().relaxed(update.key());
                Violation.unless(
                        contains(durable, update.change()) || isForgotten(disk, update.key()),
                        "replicas have every relaxed change in the end",
                        where,
                        id,
                        update,
                        durable);
            }
        });
        added.forEach((key, amount) -> {
            if (dead.isEmpty() && livesThere.test(key)) {
                RelaxedState durable = disk.durable().relaxed(key);
                // Where every change was refused there is no counter.
                long counted = durable instanceof Counter counter ? counter.value() : 0;
                Violation.unless(
                        counted == amount,
                        "a counter counts everything that was added, once",
                        where,
                        key,
                        amount,
                        durable);
            }
        });
    }
}
