package dev.danta.config.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class PlacementTest {
    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    /**
     * A replica that is on another node after than before.
     *
     * @param from null if the shard has one more
     * @param to null if the shard has one less
     */
    private record Move(
            ShardId shard,
            @Nullable ReplicaId from,
            @Nullable ReplicaId to) {}

    /** What has to move from one placement to the next, in the order of shards. */
    private static List<Move> moves(
            SortedMap<ShardId, NavigableSet<ReplicaId>> before, SortedMap<ShardId, NavigableSet<ReplicaId>> after) {
        List<Move> moves = new ArrayList<>();
        after.forEach((shard, wanted) -> {
            SortedSet<ReplicaId> had = before.getOrDefault(shard, new TreeSet<>());
            List<ReplicaId> going =
                    had.stream().filter(one -> !wanted.contains(one)).toList();
            List<ReplicaId> coming =
                    wanted.stream().filter(one -> !had.contains(one)).toList();
            for (int i = 0; i < Math.max(going.size(), coming.size()); i++) {
                moves.add(new Move(
                        shard, i < going.size() ? going.get(i) : null, i < coming.size() ? coming.get(i) : null));
            }
        });
        return moves;
    }

    private static NavigableSet<ReplicaId> nodes(int... numbers) {
        TreeSet<ReplicaId> nodes = new TreeSet<>();
        IntStream.of(numbers).forEach(number -> nodes.add(new ReplicaId(number)));
        return nodes;
    }

    private static SortedMap<ShardId, NavigableSet<ReplicaId>> all(int shards, int... on) {
        SortedMap<ShardId, NavigableSet<ReplicaId>> placed = new TreeMap<>();
        IntStream.range(0, shards).forEach(shard -> placed.put(new ShardId(shard), nodes(on)));
        return placed;
    }

    private static SortedMap<ReplicaId, Integer> loads(
            SortedMap<ShardId, NavigableSet<ReplicaId>> placed, NavigableSet<ReplicaId> nodes) {
        SortedMap<ReplicaId, Integer> loads = new TreeMap<>();
        nodes.forEach(node -> loads.put(node, 0));
        placed.values().forEach(members -> members.forEach(member -> loads.merge(member, 1, Integer::sum)));
        return loads;
    }

    @ParameterizedTest
    @CsvSource({"3,0,0", "3,1,1", "3,2,1", "3,3,3", "3,9,3", "5,4,3", "5,5,5", "1,9,1"})
    void theNumberOfReplicasIsOddAndNotAboveTheNodes(int replication, int nodes, int replicas) {
        assertThat(Placement.replicas(replication, nodes)).isEqualTo(replicas);
    }

    @Test
    void aSecondNodeOfThreeChangesNothingAndTheThirdGetsEverythingThere() {
        SortedMap<ShardId, NavigableSet<ReplicaId>> alone = all(4, 1);
        assertThat(Placement.place(alone, nodes(1, 2), 3)).isEqualTo(alone);
        assertThat(Placement.place(alone, nodes(1, 2, 3), 3)).isEqualTo(all(4, 1, 2, 3));
    }

    @Test
    void aFourthNodeGetsItsShareAndNothingElseMoves() {
        SortedMap<ShardId, NavigableSet<ReplicaId>> before = all(8, 1, 2, 3);
        SortedMap<ShardId, NavigableSet<ReplicaId>> after = Placement.place(before, nodes(1, 2, 3, 4), 3);
        assertThat(loads(after, nodes(1, 2, 3, 4)).values()).containsExactly(6, 6, 6, 6);
        List<Move> moves = moves(before, after);
        assertThat(moves).hasSize(6).allMatch(move -> new ReplicaId(4).equals(move.to()) && move.from() != null);
    }

    @Test
    void aNodeThatLeavesGivesItsReplicasAwayAndNothingElseMoves() {
        SortedMap<ShardId, NavigableSet<ReplicaId>> before = Placement.place(all(8, 1, 2, 3), nodes(1, 2, 3, 4), 3);
        SortedMap<ShardId, NavigableSet<ReplicaId>> after = Placement.place(before, nodes(1, 3, 4), 3);
        assertThat(after).isEqualTo(all(8, 1, 3, 4));
        assertThat(moves(before, after)).hasSize(6).allMatch(move -> new ReplicaId(2).equals(move.from()));
    }

    @Test
    void whatGrowsAndWhatShrinksAreMovesWithoutAnotherEnd() {
        assertThat(moves(all(1, 1), all(1, 1, 2, 3)))
                .containsExactly(
                        new Move(new ShardId(0), null, new ReplicaId(2)),
                        new Move(new ShardId(0), null, new ReplicaId(3)));
        assertThat(moves(all(1, 1, 2, 3), all(1, 2)))
                .containsExactly(
                        new Move(new ShardId(0), new ReplicaId(1), null),
                        new Move(new ShardId(0), new ReplicaId(3), null));
    }

    /** Nodes come and go at random: always the right number, on nodes that are there, evenly, and stable. */
    @ParameterizedTest
    @MethodSource("seeds")
    void everyPlacementIsFullEvenAndStable(int seed) {
        Random random = new Random(seed);
        int replication = 1 + 2 * random.nextInt(3);
        TreeSet<ReplicaId> nodes = new TreeSet<>(nodes(1));
        SortedMap<ShardId, NavigableSet<ReplicaId>> placed = all(1 + random.nextInt(32), 1);
        for (int step = 0; step < 30; step++) {
            ReplicaId node = new ReplicaId(1 + random.nextInt(9));
            if (!nodes.contains(node)) {
                nodes.add(node);
            } else if (nodes.size() > 1) {
                nodes.remove(node);
            }
            placed = Placement.place(placed, nodes, replication);
            int replicas = Placement.replicas(replication, nodes.size());
            assertThat(placed.values())
                    .as("seed %d step %d", seed, step)
                    .allSatisfy(members -> assertThat(members).hasSize(replicas).isSubsetOf(nodes));
            if (nodes.size() >= replication) {
                TreeSet<Integer> loads = new TreeSet<>(loads(placed, nodes).values());
                assertThat(loads.last() - loads.first())
                        .as("seed %d step %d: %s", seed, step, placed)
                        .isLessThanOrEqualTo(1);
            }
            assertThat(Placement.place(placed, nodes, replication))
                    .as("seed %d step %d again", seed, step)
                    .isEqualTo(placed);
        }
    }

    /** No placement that is as even can be had with fewer moves than this node's share. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aNodeMoreMovesItsShareAndNotMore(int seed) {
        Random random = new Random(seed);
        int count = 3 + random.nextInt(6);
        int shards = 1 + random.nextInt(40);
        NavigableSet<ReplicaId> before = nodes(IntStream.rangeClosed(1, count).toArray());
        SortedMap<ShardId, NavigableSet<ReplicaId>> placed = Placement.place(all(shards, 1), before, 3);
        NavigableSet<ReplicaId> after =
                nodes(IntStream.rangeClosed(1, count + 1).toArray());
        SortedMap<ShardId, NavigableSet<ReplicaId>> moved = Placement.place(placed, after, 3);
        assertThat(moves(placed, moved))
                .as("seed %d", seed)
                .hasSizeLessThanOrEqualTo((3 * shards + count) / (count + 1));
    }
}
