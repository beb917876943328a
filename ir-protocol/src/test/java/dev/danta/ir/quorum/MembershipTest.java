package dev.danta.ir.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** n = 2f + 1, q = f + 1, and the fast quorum is everybody. */
class MembershipTest {
    private static Membership of(Integer... replicas) {
        return new Membership(
                new ShardId(0),
                Epoch.FIRST,
                List.of(replicas).stream().map(ReplicaId::new).toList());
    }

    private static Membership ofSize(int n) {
        return of(IntStream.rangeClosed(1, n).boxed().toArray(Integer[]::new));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1, 1", "3, 1, 2, 3", "5, 2, 3, 5", "7, 3, 4, 7"})
    void theQuorumsFollowFromTheSize(int n, int f, int q, int fast) {
        Membership membership = ofSize(n);
        assertThat(membership.size()).isEqualTo(n);
        assertThat(membership.faultsTolerated()).isEqualTo(f);
        assertThat(membership.quorum()).isEqualTo(q);
        assertThat(membership.fastQuorum()).isEqualTo(fast);
        assertThat(2 * membership.quorum() - n)
                .as("replicas that any two quorums share")
                .isPositive();
        assertThat(n - f).as("replicas left when f are away").isGreaterThanOrEqualTo(membership.quorum());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 6})
    void anEvenNumberIsRefused(int n) {
        assertThatThrownBy(() -> ofSize(n))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("odd");
    }

    @Test
    void aReplicaThatStandsTwiceIsRefused() {
        assertThatThrownBy(() -> of(1, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void membersAreSortedWhateverOrderTheyAreGivenIn() {
        assertThat(of(3, 1, 2)).isEqualTo(of(1, 2, 3));
        assertThat(of(3, 1, 2).members()).isSorted();
    }

    @Test
    void onlyMembersAreMembers() {
        assertThat(of(1, 2, 3).hasMember(new ReplicaId(3))).isTrue();
        assertThat(of(1, 2, 3).hasMember(new ReplicaId(4))).isFalse();
    }
}
