package dev.danta.txn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.AccessSet;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.coordinator.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Looking for a transaction of which only the id is known (protocol.md 6), on two shards of three replicas each. */
final class ParticipantSearchTest {
    private static final ShardId A = new ShardId(0);
    private static final ShardId B = new ShardId(1);
    private static final Timestamp ID = new Timestamp(7, new ClientId(0, 9));
    private static final Timestamp COMMITTED_AT = new Timestamp(8, new ClientId(0, 9));

    private final Map<ShardId, Membership> memberships = new TreeMap<>(Map.of(
            A, members(A, 1, 2, 3),
            B, members(B, 1, 2, 3)));
    private final ParticipantSearch search = new ParticipantSearch(ID, List.of(A, B), this::membership);

    private static Membership members(ShardId shard, int... numbers) {
        List<ReplicaId> members =
                Arrays.stream(numbers).mapToObj(ReplicaId::new).toList();
        return new Membership(shard, Epoch.FIRST, members);
    }

    private Membership membership(ShardId shard) {
        return memberships.getOrDefault(shard, members(shard, 1, 2, 3));
    }

    private void knowsNothing(ShardId shard, int... replicas) {
        for (int replica : replicas) {
            search.onReply(shard, new ReplicaId(replica), new IrMessage.LookedUp(ID, List.of()));
        }
    }

    private void hasForgotten(ShardId shard, int... replicas) {
        for (int replica : replicas) {
            search.onReply(shard, new ReplicaId(replica), new IrMessage.TooOld(ID, COMMITTED_AT));
        }
    }

    @Test
    void all_replicas_of_all_shards_are_asked_and_those_that_have_answered_not_again() {
        assertThat(search.ask())
                .hasSize(6)
                .allMatch(request -> request.request().equals(new IrMessage.Lookup(ID)));
        knowsNothing(A, 1, 3);
        assertThat(search.ask())
                .hasSize(4)
                .noneMatch(request -> request.shard().equals(A) && !request.to().equals(new ReplicaId(2)));
    }

    @Test
    void whoever_has_a_record_names_the_participants() {
        knowsNothing(A, 1, 2, 3);
        search.onReply(B, new ReplicaId(2), new IrMessage.LookedUp(ID, List.of(A, B)));
        assertThat(search.found()).containsExactly(A, B);
        assertThat(search.isVain()).isFalse();
        assertThat(search.outcome()).isEqualTo(new Outcome.Pending());
    }

    @Test
    void whoever_knows_the_decision_tells_it_and_the_participants_if_it_can() {
        PrepareBody body = new PrepareBody(List.of(A, B), new AccessSet(List.of(), List.of(), List.of()));
        search.onReply(A, new ReplicaId(1), new IrMessage.Decided(ID, new Decision.Commit(COMMITTED_AT), body));
        assertThat(search.outcome()).isEqualTo(new Outcome.Committed(COMMITTED_AT, Outcome.Path.SETTLED));
        assertThat(search.found()).containsExactly(A, B);
    }

    @Test
    void an_abort_without_a_body_names_the_shard_that_knows_it() {
        search.onReply(B, new ReplicaId(1), new IrMessage.Decided(ID, new Decision.Abort(), null));
        assertThat(search.outcome()).isEqualTo(new Outcome.Aborted(List.of()));
        assertThat(search.found()).containsExactly(B);
    }

    @Test
    void it_is_in_vain_only_when_a_quorum_of_every_shard_knows_nothing() {
        knowsNothing(A, 1, 2);
        assertThat(search.isVain()).isFalse();
        knowsNothing(B, 3, 3);
        assertThat(search.isVain()).isFalse();
        knowsNothing(B, 1);
        assertThat(search.isVain()).isTrue();
        assertThat(search.outcome()).isEqualTo(new Outcome.Pending());
    }

    /** That it is too old says nothing of its outcome. */
    @Test
    void it_is_forgotten_and_not_aborted_when_nobody_knows_it_and_somebody_has_forgotten_as_far() {
        hasForgotten(A, 1, 2);
        knowsNothing(B, 1);
        assertThat(search.outcome()).isEqualTo(new Outcome.Pending());
        knowsNothing(B, 2);
        assertThat(search.outcome()).isEqualTo(new Outcome.Forgotten());
    }

    @Test
    void one_that_knows_weighs_more_than_all_that_have_forgotten() {
        hasForgotten(A, 1, 2, 3);
        search.onReply(B, new ReplicaId(3), new IrMessage.LookedUp(ID, List.of(B)));
        knowsNothing(B, 1, 2);
        assertThat(search.found()).containsExactly(B);
        assertThat(search.outcome()).isEqualTo(new Outcome.Pending());
    }

    @Test
    void what_members_said_before_they_changed_does_not_count() {
        knowsNothing(A, 1, 2);
        knowsNothing(B, 1, 2);
        memberships.put(A, members(A, 2, 3, 4));
        search.onMoved(A);
        assertThat(search.isVain()).isFalse();
        knowsNothing(A, 1, 2);
        assertThat(search.isVain()).as("r1 is a member no more").isFalse();
        knowsNothing(A, 4);
        assertThat(search.isVain()).isTrue();
    }

    @Test
    void begun_anew_everybody_is_asked_again() {
        knowsNothing(A, 1, 2, 3);
        knowsNothing(B, 1, 2, 3);
        assertThat(search.ask()).isEmpty();
        assertThat(search.again()).hasSize(6);
        assertThat(search.isVain()).isFalse();
    }

    @Test
    void a_shard_that_was_not_asked_has_no_say() {
        search.onReply(new ShardId(5), new ReplicaId(1), new IrMessage.LookedUp(ID, List.of(new ShardId(5))));
        assertThat(search.found()).isEmpty();
    }
}
