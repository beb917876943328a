package dev.danta.config.state;

import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Says which changes should run next. It remembers nothing: whoever looks after changes asks it again and again, and if two
 * do at once, the numbers of attempts sort it out.
 */
public final class Steward {
    private Steward() {}

    /** Something to do, for one shard or node. */
    public sealed interface Task {
        /** Drive the shard from this epoch to the next, with these disks as members. */
        record Change(ShardId shard, Epoch from, SortedMap<ReplicaId, Long> incarnations) implements Task {
            public Change {
                incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
            }
        }

        /**
         * See that all members of the epoch serve, and bring them what is on those that left; then ask Finished.
         *
         * @param gone members whose disks are lost: nobody waits for them
         */
        record Finish(ShardId shard, Epoch epoch, List<ReplicaId> leaving, List<ReplicaId> gone) implements Task {
            public Finish {
                leaving = List.copyOf(leaving);
                gone = List.copyOf(gone);
            }
        }

        /** The node that was leaving has nothing any more: ask ForgetNode. */
        record Forget(ReplicaId node, long incarnation) implements Task {}
    }

    /**
     * What should be begun now, the most urgent first: a shard that is sealed answers nobody until its change is over; a
     * shard with a lost disk has one replica less; then what was begun is finished, and last come mere moves.
     *
     * @param running the shards that somebody is at already
     * @param changesMax how many shards may change at a time, the running ones included: more are done sooner, and take
     *     more from operations meanwhile
     * @param isUp whether a node seems to be there; a change is not begun whose new members mostly are not, and none is
     *     finished while a member is away, or one that has left and has something to hand over
     */
    public static List<Task> tasks(
            ClusterState state, Set<ShardId> running, int changesMax, Predicate<ReplicaId> isUp) {
        List<Task> sealed = new ArrayList<>();
        List<Task> replacing = new ArrayList<>();
        List<Task> finishing = new ArrayList<>();
        List<Task> moving = new ArrayList<>();
        state.shards().forEach((shard, entry) -> {
            if (running.contains(shard)) {
                return;
            }
            ShardConfig config = entry.config();
            if (config.change() != null) {
                sealed.add(new Task.Change(shard, config.active().epoch(), completing(entry, config.change(), isUp)));
                return;
            }
            Optional<Task> change = entry.ready()
                    .filter(ready -> !ready.equals(config.incarnations()) && isMostlyUp(entry, ready, isUp))
                    .map(ready -> new Task.Change(shard, config.active().epoch(), ready));
            if (change.isPresent() && hasLostMember(entry)) {
                replacing.add(change.get());
            } else if (!entry.finished()) {
                List<ReplicaId> gone = entry.gone();
                // One that is away can neither serve nor hand over: that waits, and takes nobody's place.
                boolean isWaiting = !Stream.concat(
                                config.active().members().stream().filter(member -> !gone.contains(member)),
                                entry.leaving().stream())
                        .allMatch(isUp);
                if (!isWaiting) {
                    finishing.add(new Task.Finish(shard, config.active().epoch(), entry.leaving(), gone));
                }
            } else {
                change.ifPresent(moving::add);
            }
        });
        List<Task> urgentFirst = new ArrayList<>();
        List.of(sealed, replacing, finishing, moving).forEach(urgentFirst::addAll);
        List<Task> tasks = new ArrayList<>(urgentFirst.subList(
                0, Math.min(urgentFirst.size(), Math.max(0, changesMax - running.size()))));
        state.nodes().forEach((node, entry) -> {
            if (entry.isLeaving() && NodeChanges.hasNothing(state, node)) {
                tasks.add(new Task.Forget(node, entry.incarnation()));
            }
        });
        return tasks;
    }

    /**
     * Members to end a change with that was begun, for its shard may be sealed: the wanted ones, or those that the change
     * was begun with, if need be with members whose disks are lost, or those that it has, whichever mostly are there.
     */
    private static SortedMap<ReplicaId, Long> completing(
            ShardEntry entry, ShardConfig.Change change, Predicate<ReplicaId> isUp) {
        return Stream.of(
                        entry.ready(),
                        Optional.of(change.incarnations()).filter(entry::canBeMembers),
                        entry.readyButForLost(),
                        Optional.of(change.incarnations()).filter(entry::canBeOrStayMembers))
                .flatMap(Optional::stream)
                .filter(members -> isMostlyUp(entry, members, isUp))
                .findFirst()
                .orElse(entry.config().incarnations());
    }

    private static boolean hasLostMember(ShardEntry entry) {
        return entry.config().incarnations().values().stream().anyMatch(entry.lost()::contains);
    }

    private static boolean isMostlyUp(ShardEntry entry, SortedMap<ReplicaId, Long> members, Predicate<ReplicaId> isUp) {
        long up = members.entrySet().stream()
                .filter(member -> isUp.test(member.getKey()) && !entry.lost().contains(member.getValue()))
                .count();
        return up * 2 > members.size();
    }
}
