package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.config.MemoryClusterConfig;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.NodeIdentity;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.ReplicaIdentity;
import dev.danta.wire.HostAndPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a store of which the configuration, recovered from a node that knew less, says something else than it does. */
@Timeout(60)
final class KeptStoresTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId SELF = new ReplicaId(1);

    @TempDir
    private Path folder;

    private NodeSettings settings() {
        return NodeSettings.of(new NodeSettings.Self(SELF, new HostAndPort("127.0.0.1", 0), folder));
    }

    private static Membership members(long epoch, int... numbers) {
        List<ReplicaId> members =
                Arrays.stream(numbers).mapToObj(ReplicaId::new).toList();
        return new Membership(SHARD, new Epoch(epoch), members);
    }

    /** Starts node 1, whose store has this epoch, with a configuration that has the other one. */
    private Node start(EpochState stored, Membership active) {
        NodeFolder opened = NodeFolder.open(folder, SELF);
        try {
            long incarnation = store(opened, stored);
            TreeMap<ReplicaId, Long> disks = new TreeMap<>();
            active.members().forEach(member -> disks.put(member, (long) member.number()));
            disks.computeIfPresent(SELF, (self, any) -> incarnation);
            TreeMap<ReplicaId, NodeEntry> nodes = new TreeMap<>();
            for (int number = 1; number <= 4; number++) {
                NodeIdentity disk = number == 1 ? opened.facts().identity() : new NodeIdentity(number, 1, 1);
                nodes.put(new ReplicaId(number), NodeEntry.coming("n.invalid:" + number, "c.invalid:" + number, disk));
            }
            TreeMap<ShardId, ShardEntry> shards = new TreeMap<>();
            shards.put(SHARD, ShardEntry.first(ShardConfig.first(active, disks)));
            ClusterState state =
                    new ClusterState("test", 0, 1, 3, nodes, shards, new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
            return Node.start(settings(), opened, new MemoryClusterConfig(state).of(SELF));
        } catch (RuntimeException unusable) {
            opened.close();
            throw unusable;
        }
    }

    private long store(NodeFolder opened, EpochState stored) {
        try (LmdbReplicaStore store = LmdbReplicaStore.open(
                opened.shard(0),
                new ReplicaIdentity("test", SHARD, SELF),
                settings().storage().map())) {
            store.apply(new PutEpoch(stored));
            store.commit();
            return store.incarnation();
        }
    }

    private boolean isKept(EpochState stored, Membership active) {
        try (Node node = start(stored, active)) {
            node.awaitReady();
            return Files.exists(folder.resolve("shard-0"));
        }
    }

    @Test
    void oneThatBelongsToAnEarlierEpochIsDeleted() {
        assertThat(isKept(EpochState.serving(members(1, 1, 2, 3)), members(2, 2, 3, 4)))
                .isFalse();
    }

    @Test
    void oneThatWaitsForAnInstallIsDeleted() {
        assertThat(isKept(EpochState.outside(members(1, 2, 3, 4)), members(1, 2, 3, 4)))
                .isFalse();
    }

    @Test
    void oneThatBelongsToALaterEpochIsKept() {
        assertThat(isKept(EpochState.serving(members(2, 1, 2, 3)), members(1, 2, 3, 4)))
                .isTrue();
    }

    /** Its members may be lost, and this may be all that is left of what they had. */
    @Test
    void oneThatHasTheInstallForALaterEpochIsKept() {
        EpochState outside = EpochState.outside(members(1, 2, 3, 4));
        Install install = new Install(members(2, 1, 3, 4), 3, List.of(), Watermarks.NONE);
        assertThat(isKept(outside.withPending(install), members(1, 2, 3, 4))).isTrue();
    }

    @Test
    void oneOfTheSameEpochWithOtherMembersIsNotServedFrom() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> isKept(EpochState.serving(members(2, 1, 2, 4)), members(2, 1, 2, 3)))
                .withMessage("the store of shard 0 on node 1 is one of another configuration's epoch 2, with members"
                        + " [r1, r2, r4] instead of [r1, r2, r3]. If it is lost, run: danta cluster replace 1");
    }
}
