package dev.danta.ir.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protocol.md 9: whoever hears of a newer epoch goes by it, and never back. */
final class MembershipsTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final ShardId OTHER = new ShardId(1);

    private final Memberships memberships = new Memberships(List.of(membership(SHARD, 2, 1), membership(OTHER, 1, 1)));

    private static Membership membership(ShardId shard, long epoch, int first) {
        return new Membership(
                shard,
                new Epoch(epoch),
                List.of(new ReplicaId(first), new ReplicaId(first + 1), new ReplicaId(first + 2)));
    }

    @Test
    void aNewerEpochReplacesWhatWasKnown() {
        assertThat(memberships.learn(membership(SHARD, 4, 2))).isTrue();
        assertThat(memberships.of(SHARD)).isEqualTo(membership(SHARD, 4, 2));
        assertThat(memberships.of(OTHER)).isEqualTo(membership(OTHER, 1, 1));
        assertThat(memberships.all()).containsExactly(membership(SHARD, 4, 2), membership(OTHER, 1, 1));
    }

    @Test
    void anOlderEpochOrTheSameChangesNothing() {
        assertThat(memberships.learn(membership(SHARD, 1, 5))).isFalse();
        assertThat(memberships.learn(membership(SHARD, 2, 5))).isFalse();
        assertThat(memberships.of(SHARD)).isEqualTo(membership(SHARD, 2, 1));
    }

    @Test
    void aShardThatIsNotOfThisClusterIsNotTakenOver() {
        ShardId stranger = new ShardId(9);
        assertThat(memberships.learn(membership(stranger, 7, 1))).isFalse();
        assertThat(memberships.knows(stranger)).isFalse();
        assertThatThrownBy(() -> memberships.of(stranger)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aShardStandsInItOnce() {
        assertThatThrownBy(() -> new Memberships(List.of(membership(SHARD, 1, 1), membership(SHARD, 2, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
