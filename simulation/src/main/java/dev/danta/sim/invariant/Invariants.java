package dev.danta.sim.invariant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.Coverage;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.participant.PruneVersions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Asserts protocol.md 11 while a run goes on; only what an event touches is looked at. Every method throws
 * {@link Violation} when a rule is broken.
 */
public final class Invariants {
    private final boolean asserting;
    private final Disks disks;
    private final CounterOracle counters;
    private final SerialOracle oracle;
    private final Coverage coverage;
    private final WatermarkLedger watermarks;
    private final TxnLedger ledger;
    private final RelaxedOracle relaxed;
    private final StrictReadOracle strictReads;
    private final Map<CallId, Long> openCalls = new LinkedHashMap<>();
    private final Set<ClientId> dead = new TreeSet<>();
    private final EpochLedger epochs = new EpochLedger();
    private boolean membersChange;
    private final Forgotten forgotten;
    private final Equality equality;
    private long logEntriesMax = Long.MAX_VALUE;

    private record CallId(ClientId client, long number) {}

    /** With {@code asserting} false nothing is ever found. */
    public Invariants(Disks disks, Coverage coverage, boolean asserting) {
        this.asserting = asserting;
        this.disks = disks;
        this.coverage = coverage;
        this.watermarks = new WatermarkLedger(disks);
        this.counters = new CounterOracle(epochs, watermarks);
        this.oracle = new SerialOracle(counters);
        this.ledger = new TxnLedger(epochs, oracle, watermarks, coverage);
        this.strictReads = new StrictReadOracle(oracle, ledger);
        this.relaxed = new RelaxedOracle(disks);
        this.equality = new Equality(disks, oracle);
        this.forgotten = new Forgotten(disks, ledger, oracle);
    }

    /** Makes the disk of one replica, watched. */
    public ReplicaWatch watch(ShardId shard, ReplicaId replica) {
        ReplicaWatch watch = new ReplicaWatch(
                shard,
                replica,
                new ReplicaWatch.Known(
                        disks, ledger, oracle, relaxed, counters, epochs, watermarks, this::onLogIncomplete),
                coverage,
                asserting);
        disks.add(shard, replica, watch.disk());
        return watch;
    }

    /** A log loses more than others have: only because it keeps no more than it may. */
    private boolean onLogIncomplete(ShardId shard, long kept) {
        equality.onLogIncomplete(shard);
        return kept >= logEntriesMax;
    }

    /** The cluster begins with these members of one shard. */
    public void onFirst(Membership members) {
        epochs.onActivated(members, 0);
    }

    /** Members may change from now on. */
    public void onMembersMayChange() {
        membersChange = true;
        equality.onMembersChange();
    }

    /**
     * The configuration says that these are the members of their shard from now on.
     *
     * @param attempt whose install they begin with
     */
    public void onActivated(Membership members, long attempt) {
        if (!asserting) {
            return;
        }
        epochs.onActivated(members, attempt);
        long installed = disks.of(members.shard()).values().stream()
                .map(disk -> disk.durable().recordStore().epoch())
                .filter(epoch -> epoch != null && isInstalled(epoch.pending(), members, attempt))
                .count();
        Violation.unless(
                installed >= members.quorum(),
                "q members have the install on their disks with which their epoch begins",
                members,
                attempt,
                installed);
    }

    /** A replica that was a member once stops for good: what it has, a quorum of the members must have. */
    public void onStops(ShardId shard, ReplicaId replica) {
        SimDisk leaving = disks.all(shard).get(replica);
        if (!asserting || leaving == null) {
            return;
        }
        relaxed.onStops(leaving);
        Collection<SimDisk> members = disks.of(shard).values();
        leaving.durable()
                .relaxed()
                .forEach((key, state) -> Violation.unless(
                        members.stream()
                                        .filter(disk -> disk.isLost()
                                                || relaxed.isForgotten(disk, key)
                                                || RelaxedOracle.contains(
                                                        disk.durable().relaxed(key), state))
                                        .count()
                                >= disks.quorum(shard),
                        "what a member has that was removed, every quorum has when it stops",
                        replica,
                        shard,
                        key,
                        state));
    }

    private static boolean isInstalled(@Nullable Install pending, Membership members, long attempt) {
        return pending != null && pending.attempt() == attempt && pending.next().equals(members);
    }

    /**
     * A client has handled an input.
     *
     * @param latestNanos when a call that is asked in this step must be answered at the latest, in the world's time
     */
    public void onClientStep(
            ClientId client, TxnClient.Input input, List<Effect> effects, long nowNanos, long latestNanos) {
        if (!asserting) {
            return;
        }
        forgotten.at(nowNanos);
        if (input instanceof TxnClient.Input.Called called) {
            openCalls.put(new CallId(client, called.number()), latestNanos);
            relaxed.onCalled(client, called.number(), called.call());
            counters.onCalled(client, called.number(), called.call());
            strictReads.onCalled(client, called.number(), called.call());
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                onClientSends(client, send.envelope().shard(), send.envelope().message());
            } else if (effect instanceof Effect.Tell tell && tell.report() instanceof Finished finished) {
                onFinished(client, finished, nowNanos);
            }
        }
    }

    /** A client that stood still until now could not keep deadlines that have passed meanwhile. */
    public void onPauseEnds(ClientId client, long nowNanos) {
        openCalls.replaceAll((call, latest) -> call.client().equals(client) ? Math.max(latest, nowNanos) : latest);
    }

    /** What it had under way nobody answers any more. */
    public void onClientDies(ClientId client) {
        dead.add(client);
        openCalls.keySet().removeIf(call -> call.client().equals(client));
    }

    /** How many transactions are kept in mind. */
    public int remembered() {
        return ledger.size();
    }

    /** A node's settler has handled an input. */
    public void onSettlerStep(ClientId settler, List<Effect> effects) {
        if (!asserting) {
            return;
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send && send.envelope().message() instanceof IrMessage.Request request) {
                ledger.onSettlerSends(settler, send.envelope().shard(), request);
            }
        }
    }

    /** Whether nothing is undecided, and nothing still to be synced, on any disk. */
    public boolean isSettled() {
        for (ShardId shard : disks.shards()) {
            for (SimDisk disk : disks.of(shard).values()) {
                if (disk.hasOpenChanges() || !disk.undecidedNow().isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void onClientSends(ClientId client, ShardId shard, IrMessage message) {
        if (message instanceof IrMessage.Execute execute && execute.op() instanceof RelaxedUpdate update) {
            relaxed.onSent(client, execute.id(), update);
            counters.onSent(execute.id(), update);
        } else if (message instanceof IrMessage.Ask ask) {
            strictReads.onSent(client, ask);
        } else if (message instanceof IrMessage.Request request) {
            ledger.onClientSends(client, shard, request);
        } else {
            throw Violation.broken("a client sends requests", client, message);
        }
    }

    private void onFinished(ClientId client, Finished finished, long nowNanos) {
        Long latest = openCalls.remove(new CallId(client, finished.call()));
        if (latest == null) {
            throw Violation.broken("a call is answered once", client, finished);
        }
        Violation.unless(nowNanos <= latest, "a call is answered by its deadline", client, finished, latest);
        CallOutcome outcome = finished.outcome();
        CallOutcome.Committed told = committed(outcome);
        if (told != null) {
            ledger.decided(told.txn(), new Decision.Commit(told.timestamp()));
        } else if (outcome instanceof CallOutcome.Aborted aborted) {
            ledger.decided(aborted.txn(), new Decision.Abort());
        }
        strictReads.onFinished(client, finished.call(), outcome);
        relaxed.onFinished(client, finished.call(), outcome);
        counters.onFinished(client, finished.call(), outcome);
    }

    /** The commit that a client is told of, or that it rests on. */
    private static CallOutcome.@Nullable Committed committed(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.StrictlyRead read) {
            return read.prepared();
        } else if (outcome instanceof CallOutcome.Validated validated) {
            return validated.prepared();
        }
        return outcome instanceof CallOutcome.Committed committed ? committed : null;
    }

    /** In what the replicas of some shard are not equal yet; null if all of them are, or nothing is asserted. */
    public @Nullable String difference() {
        if (!asserting) {
            return null;
        }
        if (!isSettled()) {
            return "something is undecided again";
        }
        return disks.shards().stream()
                .map(equality::difference)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Logs keep no more than {@code most} entries for members that do not pull them. */
    public void setLogEntriesMax(long most) {
        logEntriesMax = most;
    }

    /**
     * The end of a run in which everything has healed and every living client has drained: all replicas have what was
     * committed, whoever committed it, and are equal.
     */
    public void afterHealing() {
        if (!asserting) {
            return;
        }
        liveness(openCalls.isEmpty(), "every call is answered", openCalls.keySet());
        Timestamp deleted = disks.deletedAnywhere();
        List<Timestamp> undecided = ledger.undecided(dead, deleted).stream()
                .filter(id -> !membersChange || !(dead.contains(id.client()) || id.isAtOrBelow(deleted)) || isKnown(id))
                .toList();
        liveness(undecided.isEmpty(), "every transaction is decided", undecided);
        List<Timestamp> notSpread = ledger.notSpread(membersChange ? deleted : Timestamp.ZERO);
        liveness(notSpread.isEmpty(), "q replicas of each participant know of every commit", notSpread);
        for (ShardId shard : disks.shards()) {
            String difference = equality.difference(shard);
            if (difference != null) {
                throw new Violation(
                        Violation.Kind.LIVENESS,
                        Violation.text("all replicas of a shard are equal in the end", shard, difference));
            }
            liveness(equality.hashEqually(shard), "replicas that are equal hash equally", shard);
        }
        counters.checkComplete();
        disks.shards()
                .forEach(shard -> relaxed.checkSpread(
                        disks.of(shard).values(),
                        disks.quorum(shard),
                        key -> disks.shardOf(key).equals(shard)));
        if (membersChange) {
            disks.shards().forEach(this::checkQuorums);
            return;
        }
        for (ShardId shard : disks.shards()) {
            disks.of(shard).forEach((replica, disk) -> checkSettled(shard, disk, replica + " of " + shard));
        }
    }

    /**
     * Whether some member has a record of it: what a dead client has left behind on others only, or what is forgotten
     * everywhere else, is gone with them.
     */
    private boolean isKnown(Timestamp id) {
        return disks.shards().stream()
                .flatMap(shard -> disks.of(shard).values().stream())
                .anyMatch(disk -> disk.durable().record(id) != null);
    }

    /** Where members have changed some may lack what others have, but what was committed or acknowledged every quorum has. */
    private void checkQuorums(ShardId shard) {
        Collection<SimDisk> members = disks.of(shard).values();
        for (SimDisk disk : members) {
            liveness(!disk.hasOpenChanges(), "everything is durable in the end", shard);
            liveness(disk.undecidedNow().isEmpty(), "nothing is undecided in the end", shard, disk.undecidedNow());
        }
        oracle.versionsOn(key -> disks.shardOf(key).equals(shard)).forEach((key, versions) -> {
            Version newest = versions.lastEntry().getValue();
            long having = members.stream()
                    .filter(disk -> disk.durable().newest(key).equals(newest) || hasDropped(disk, key, newest))
                    .count();
            liveness(
                    having >= disks.quorum(shard),
                    "every quorum has each newest committed version",
                    shard,
                    key,
                    newest);
        });
        relaxed.checkSurvival(members, key -> disks.shardOf(key).equals(shard));
    }

    /** Whether a deletion may be missing here, and is. */
    private static boolean hasDropped(SimDisk disk, Key key, Version deletion) {
        return deletion.isDeletion()
                && deletion.timestamp().isAtOrBelow(disk.durable().deletedBelow())
                && disk.durable().newest(key).equals(Version.NEVER_THERE);
    }

    /** The furthest that any replica of the shard has come in forgetting. */
    private Watermarks furthest(ShardId shard) {
        Watermarks furthest = Watermarks.NONE;
        for (SimDisk disk : disks.of(shard).values()) {
            Watermarks here = disk.durable().watermarks();
            furthest = furthest.barring(here.noFirstVoteBelow())
                    .resolving(here.resolvedBelow())
                    .deleting(here.deletedBelow());
        }
        return furthest;
    }

    private void checkSettled(ShardId shard, SimDisk disk, String where) {
        liveness(disk.undecidedNow().isEmpty(), "nothing is undecided in the end", where, disk.undecidedNow());
        SimDisk.Image image = disk.durable();
        Timestamp below = furthest(shard).deletedBelow();
        liveness(
                !equality.hasAllVersions(shard)
                        || pruned(below, image.versions())
                                .equals(pruned(
                                        below,
                                        oracle.versionsOn(
                                                key -> disks.shardOf(key).equals(shard)))),
                "replicas have exactly the committed versions in the end",
                where,
                image.versions());
        relaxed.checkComplete(disk, key -> disks.shardOf(key).equals(shard), where, dead);
    }

    /** What a replica keeps that has forgotten up to {@code below}. */
    private static SortedMap<Key, NavigableMap<Timestamp, Version>> pruned(
            Timestamp below, SortedMap<Key, NavigableMap<Timestamp, Version>> versions) {
        TreeMap<Key, NavigableMap<Timestamp, Version>> pruned = new TreeMap<>();
        versions.forEach((key, all) -> {
            NavigableMap<Timestamp, Version> kept = new TreeMap<>(all);
            new PruneVersions(key, below).thin(kept);
            pruned.put(key, kept);
        });
        pruned.values().removeIf(NavigableMap::isEmpty);
        return pruned;
    }

    private static void liveness(boolean holds, String rule, Object... details) {
        if (!holds) {
            throw new Violation(Violation.Kind.LIVENESS, Violation.text(rule, details));
        }
    }
}
