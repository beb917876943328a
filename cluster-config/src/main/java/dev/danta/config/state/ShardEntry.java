package dev.danta.config.state;

import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is agreed of a shard.
 *
 * @param config its members, and the change under way
 * @param wanted the replicas that should be members
 * @param lost the incarnations of its disks that an operator has given up, or that were released: nobody waits for them, and
 *     none may start again
 * @param finished whether all members serve, and have what was only on replicas that left, since the last change
 */
public record ShardEntry(
        ShardConfig config, NavigableSet<ReplicaId> wanted, NavigableSet<Long> lost, boolean finished) {
    /** No generation has so many attempts. */
    private static final int ATTEMPT_BITS = 32;

    public ShardEntry {
        wanted = Collections.unmodifiableNavigableSet(new TreeSet<>(wanted));
        lost = Collections.unmodifiableNavigableSet(new TreeSet<>(lost));
        if (wanted.size() % 2 == 0) {
            throw new IllegalArgumentException("a shard has an odd number of replicas, not " + wanted);
        }
    }

    /** One whose members are those that are wanted. */
    public static ShardEntry first(ShardConfig config) {
        return new ShardEntry(config, new TreeSet<>(config.active().members()), new TreeSet<>(), true);
    }

    /** Whether its members are not what they should be, or not all of them serve yet: another change has to wait. */
    public boolean isChanging() {
        return config.change() != null || !finished || !hasWantedMembers();
    }

    /** Whether its members are those that are wanted, on disks that are not lost. */
    public boolean hasWantedMembers() {
        return List.copyOf(wanted).equals(config.active().members())
                && config.incarnations().values().stream().noneMatch(lost::contains);
    }

    /**
     * Whether {@code replica} has anything to do with this shard: it should be a member, or a disk of it that is not lost is
     * a member's, is about to be, or was and is not released. Its node keeps a store for it.
     */
    public boolean concerns(ReplicaId replica) {
        DiskIdentity registered = config.starts().get(replica);
        return wanted.contains(replica)
                || isIntact(config.incarnations().get(replica))
                || (config.change() != null
                        && isIntact(config.change().incarnations().get(replica)))
                || (registered != null && isIntact(registered.incarnation()));
    }

    private boolean isIntact(@Nullable Long incarnation) {
        return incarnation != null && !lost.contains(incarnation);
    }

    /** Whether {@code replica} is a member, or is about to be. */
    public boolean isInUse(ReplicaId replica) {
        return config.active().hasMember(replica)
                || (config.change() != null && config.change().next().hasMember(replica));
    }

    /**
     * Whether a store of {@code replica} with this incarnation has nothing any more that anybody needs: it may be released,
     * and then deleted.
     */
    public boolean isSpent(ReplicaId replica, long incarnation) {
        boolean isMember =
                Long.valueOf(incarnation).equals(config.incarnations().get(replica));
        boolean isComing = config.change() != null
                && Long.valueOf(incarnation)
                        .equals(config.change().incarnations().get(replica));
        boolean hasBeenMember = config.retired().contains(incarnation);
        return !isMember && !isComing && (hasBeenMember ? finished : !wanted.contains(replica));
    }

    /** The incarnations that the wanted replicas would be members with, if all of them have a disk that can be. */
    Optional<SortedMap<ReplicaId, Long>> ready() {
        return wantedDisks(false);
    }

    /** The same, where a member whose disk is lost stays what it is until there is another one. */
    Optional<SortedMap<ReplicaId, Long>> readyButForLost() {
        return wantedDisks(true);
    }

    private Optional<SortedMap<ReplicaId, Long>> wantedDisks(boolean keepsLost) {
        TreeMap<ReplicaId, Long> incarnations = new TreeMap<>();
        for (ReplicaId replica : wanted) {
            Long member = config.incarnations().get(replica);
            DiskIdentity registered = config.starts().get(replica);
            if (member != null && !lost.contains(member)) {
                incarnations.put(replica, member);
            } else if (registered != null && canBeMember(registered.incarnation())) {
                incarnations.put(replica, registered.incarnation());
            } else if (member != null && keepsLost) {
                incarnations.put(replica, member);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(incarnations);
    }

    private boolean canBeMember(long incarnation) {
        return !lost.contains(incarnation) && !config.retired().contains(incarnation);
    }

    /** Whether none of these is lost, or was replaced before. */
    boolean canBeMembers(SortedMap<ReplicaId, Long> incarnations) {
        return incarnations.values().stream().allMatch(this::canBeMember);
    }

    /** Whether none of these is lost or was replaced, but for lost ones that are members now: they are as good as away. */
    boolean canBeOrStayMembers(SortedMap<ReplicaId, Long> incarnations) {
        return incarnations.entrySet().stream()
                .allMatch(one -> canBeMember(one.getValue())
                        || one.getValue().equals(config.incarnations().get(one.getKey())));
    }

    /** Whether those that are not lost are a majority of these: without one nothing would go on. */
    boolean areMostlyIntact(SortedMap<ReplicaId, Long> incarnations) {
        long intact = incarnations.values().stream()
                .filter(disk -> !lost.contains(disk))
                .count();
        return intact * 2 > incarnations.size();
    }

    /** Whether all of these are members' disks, or registered. */
    boolean areThere(SortedMap<ReplicaId, Long> incarnations) {
        return incarnations.entrySet().stream().allMatch(one -> {
            DiskIdentity registered = config.starts().get(one.getKey());
            return one.getValue().equals(config.incarnations().get(one.getKey()))
                    || (registered != null && one.getValue() == registered.incarnation());
        });
    }

    /** Replicas that were members, whose disks are not lost and not released: what only they have is to be brought over. */
    public List<ReplicaId> leaving() {
        return config.starts().entrySet().stream()
                .filter(one -> config.retired().contains(one.getValue().incarnation())
                        && !lost.contains(one.getValue().incarnation())
                        && !config.active().hasMember(one.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Members whose disks are lost. */
    List<ReplicaId> gone() {
        return config.active().members().stream()
                .filter(member -> lost.contains(config.incarnations().get(member)))
                .toList();
    }

    ShardEntry withConfig(ShardConfig now) {
        return new ShardEntry(now, wanted, lost, finished && now.active().equals(config.active()));
    }

    ShardEntry withWanted(NavigableSet<ReplicaId> now) {
        return new ShardEntry(config, now, lost, finished);
    }

    ShardEntry asFinished() {
        return new ShardEntry(config, wanted, lost, true);
    }

    /** Whatever disk {@code replica} has is lost. */
    ShardEntry withLostDisk(ReplicaId replica) {
        TreeSet<Long> lostNow = new TreeSet<>(lost);
        Long member = config.incarnations().get(replica);
        if (member != null) {
            lostNow.add(member);
        }
        DiskIdentity registered = config.starts().get(replica);
        if (registered != null) {
            lostNow.add(registered.incarnation());
        }
        if (config.change() != null) {
            Long coming = config.change().incarnations().get(replica);
            if (coming != null) {
                lostNow.add(coming);
            }
        }
        return new ShardEntry(config, wanted, lostNow, finished);
    }

    /** The disk that is registered for {@code replica} is not any more, and is not to come back. */
    ShardEntry withoutStart(ReplicaId replica) {
        DiskIdentity registered = config.starts().get(replica);
        if (registered == null) {
            return this;
        }
        TreeMap<ReplicaId, DiskIdentity> starts = new TreeMap<>(config.starts());
        starts.remove(replica);
        TreeSet<Long> lostNow = new TreeSet<>(lost);
        lostNow.add(registered.incarnation());
        return new ShardEntry(
                new ShardConfig(
                        config.active(),
                        config.incarnations(),
                        config.activated(),
                        config.lastAttempt(),
                        config.change(),
                        starts,
                        config.retired()),
                wanted,
                lostNow,
                finished);
    }

    /**
     * The same in another generation: attempts go on from a number that was never given before, and one that is under way is
     * given anew. Else a number of the lost majority, which this has not heard of, would be given twice.
     */
    ShardEntry inGeneration(long generation) {
        long attempt = Math.max(config.lastAttempt(), generation << ATTEMPT_BITS) + 1;
        ShardConfig.Change change = config.change();
        return new ShardEntry(
                new ShardConfig(
                        config.active(),
                        config.incarnations(),
                        config.activated(),
                        attempt,
                        change == null ? null : new ShardConfig.Change(change.next(), change.incarnations(), attempt),
                        config.starts(),
                        config.retired()),
                wanted,
                lost,
                finished);
    }
}
