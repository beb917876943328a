package dev.danta.ir.epoch;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.quorum.Membership;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration records of one shard, and every change that it takes (protocol.md 9). Whoever keeps it makes each
 * request one atomic step, in one order for all.
 *
 * <p>Invariant: epochs follow each other one by one, and attempts are never numbered twice.
 *
 * @param active the epoch that is active
 * @param incarnations of the members' disks
 * @param activated the attempt whose install the active epoch began with; 0 for the first epoch, which began with nothing
 * @param lastAttempt the greatest number that was given to an attempt
 * @param change what is under way
 * @param starts the latest start of each replica that was registered
 * @param retired the incarnations of disks that were members' and are no more: they never come back, whatever is on them
 */
public record ShardConfig(
        Membership active,
        SortedMap<ReplicaId, Long> incarnations,
        long activated,
        long lastAttempt,
        @Nullable Change change,
        SortedMap<ReplicaId, DiskIdentity> starts,
        NavigableSet<Long> retired) {

    public ShardConfig {
        incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
        starts = Collections.unmodifiableSortedMap(new TreeMap<>(starts));
        retired = Collections.unmodifiableNavigableSet(new TreeSet<>(retired));
        if (!List.copyOf(incarnations.keySet()).equals(active.members())) {
            throw new IllegalArgumentException("each member has an incarnation: " + incarnations + ", " + active);
        }
    }

    /**
     * A change under way.
     *
     * @param next the members of the next epoch
     * @param incarnations of their disks
     */
    public record Change(Membership next, SortedMap<ReplicaId, Long> incarnations, long attempt) {
        public Change {
            incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
        }
    }

    /** How a cluster begins. */
    public static ShardConfig first(Membership members, SortedMap<ReplicaId, Long> incarnations) {
        return new ShardConfig(members, incarnations, 0, 0, null, new TreeMap<>(), new TreeSet<>());
    }

    /** What a request came to. */
    public record Answer(ConfigRequest request, ShardConfig config, boolean done) {}

    /** Takes a request; it changes nothing if it is not {@link Answer#done}. */
    public Answer take(ConfigRequest request, EpochRules rules) {
        if (request instanceof ConfigRequest.Propose propose) {
            return propose(propose);
        }
        if (request instanceof ConfigRequest.Activate activate) {
            return activate(activate, rules);
        }
        if (request instanceof ConfigRequest.Register register) {
            return register(register, rules);
        }
        return new Answer(request, this, true);
    }

    private Answer propose(ConfigRequest.Propose propose) {
        boolean isOver = !propose.from().equals(active.epoch());
        if (isOver || propose.incarnations().values().stream().anyMatch(retired::contains)) {
            return new Answer(propose, this, false);
        }
        Membership next = new Membership(
                active.shard(),
                new Epoch(active.epoch().number() + 1),
                List.copyOf(propose.incarnations().keySet()));
        Change begun = new Change(next, propose.incarnations(), lastAttempt + 1);
        return new Answer(
                propose,
                new ShardConfig(active, incarnations, activated, lastAttempt + 1, begun, starts, retired),
                true);
    }

    private Answer activate(ConfigRequest.Activate activate, EpochRules rules) {
        if (change == null
                || !change.next().epoch().equals(activate.next())
                || !rules.mayActivate(change, activate.attempt())) {
            boolean isDone = active.epoch().equals(activate.next()) && activated == activate.attempt();
            return new Answer(activate, this, isDone);
        }
        SortedMap<ReplicaId, Long> kept = change.incarnations();
        TreeSet<Long> retiredNow = new TreeSet<>(retired);
        incarnations.values().stream()
                .filter(incarnation -> !kept.containsValue(incarnation))
                .forEach(retiredNow::add);
        return new Answer(
                activate,
                new ShardConfig(
                        change.next(),
                        change.incarnations(),
                        activate.attempt(),
                        lastAttempt,
                        null,
                        starts,
                        retiredNow),
                true);
    }

    private Answer register(ConfigRequest.Register register, EpochRules rules) {
        DiskIdentity seen = starts.get(register.replica());
        boolean mayServe = rules.mayServe(register.disk(), incarnations.get(register.replica()), seen);
        // Of one that is no member yet, too: it may become one, and a copy of it from before must be known for old
        // then.
        boolean isNews = seen == null
                || seen.incarnation() != register.disk().incarnation()
                || mayServe
                || !register.disk().isBehind(seen);
        if (!isNews) {
            return new Answer(register, this, false);
        }
        TreeMap<ReplicaId, DiskIdentity> seenNow = new TreeMap<>(starts);
        seenNow.put(register.replica(), register.disk());
        ShardConfig after = new ShardConfig(active, incarnations, activated, lastAttempt, change, seenNow, retired);
        return new Answer(register, after, mayServe);
    }
}
