package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static dev.danta.txn.client.Bench.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.recovery.MembersChanged;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Protocol.md 9, the client's side: it learns of an epoch from WRONG_EPOCH, and counts no quorum over two. */
final class Section9ChangedMembersTest {
    private static final Epoch SECOND_EPOCH = new Epoch(2);
    private static final Membership NOW = members(0, 2, 2, 3, 4);
    private static final IrMessage.WrongEpoch MOVED = new IrMessage.WrongEpoch(NOW);

    private final Bench bench = new Bench(3, 2).connected(1, 2, 3, 4);
    private final Key key = bench.keyOn(0);

    private static Membership members(int shard, long epoch, int... replicas) {
        return new Membership(
                new ShardId(shard),
                new Epoch(epoch),
                IntStream.of(replicas).mapToObj(ReplicaId::new).toList());
    }

    private static List<Envelope> envelopes(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(effect -> ((Effect.Send) effect).envelope())
                .toList();
    }

    private static List<Integer> targets(List<Effect> effects, Class<?> kind) {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.Send send
                        && kind.isInstance(send.envelope().message()))
                .map(effect ->
                        ((Address.Replica) ((Effect.Send) effect).to()).id().number())
                .toList();
    }

    private Timestamp begun() {
        bench.call(new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8("v")))));
        return bench.sent(IrMessage.Propose.class).get(0).id();
    }

    @Test
    void theOwnerIsToldWhomToConnectTo() {
        begun();
        assertThat(bench.reply(0, 1, SECOND_EPOCH, MOVED)).contains(new Effect.Tell(new MembersChanged(NOW)));
        assertThat(bench.reply(0, 2, SECOND_EPOCH, MOVED))
                .as("old news")
                .doesNotContain(new Effect.Tell(new MembersChanged(NOW)));
    }

    @Test
    void whatIsOlderOrOfAnotherShardChangesNothing() {
        begun();
        bench.reply(0, 1, SECOND_EPOCH, MOVED);
        assertThat(bench.reply(0, 1, Epoch.FIRST, new IrMessage.WrongEpoch(members(0, 1, 1, 2, 3))))
                .isEmpty();
        assertThat(bench.reply(0, 1, SECOND_EPOCH, new IrMessage.WrongEpoch(members(1, 2, 2, 3, 4))))
                .isEmpty();
        assertThat(bench.reply(0, 1, SECOND_EPOCH, new IrMessage.WrongEpoch(members(77, 2, 2, 3, 4))))
                .isEmpty();
    }

    @Test
    void aPrepareUnderWayIsSettledByBallotInTheNewEpochAndItsVotesCountNoMore() {
        Timestamp id = begun();
        IrMessage.Reply ok = new IrMessage.Voted(id, new Vote.Ok(id));
        bench.reply(0, 2, ok);
        bench.reply(0, 3, ok);
        List<Effect> effects = bench.reply(0, 1, SECOND_EPOCH, MOVED);
        assertThat(targets(effects, IrMessage.Inquire.class)).containsExactly(2, 3, 4);
        assertThat(envelopes(effects)).allMatch(envelope -> envelope.epoch().equals(SECOND_EPOCH));
        assertThat(sent(effects, IrMessage.Inquire.class))
                .allMatch(inquire ->
                        inquire.ballot().epoch() == 2 && inquire.ballot().round() > 0);
        assertThat(bench.reply(0, 1, ok)).isEmpty();
        assertThat(bench.reply(0, 4, SECOND_EPOCH, ok)).isEmpty();
        assertThat(bench.answers()).isEmpty();
        assertThat(sent(bench.fire(new Transactions.Hurry(id)), IrMessage.Propose.class))
                .as("nothing is proposed in another epoch than the first")
                .isEmpty();
        effects = bench.reply(0, 2, SECOND_EPOCH, new IrMessage.Decided(id, new Decision.Commit(id), null));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOf(CallOutcome.Committed.class);
        assertThat(targets(effects, IrMessage.Decide.class)).contains(2, 3, 4).doesNotContain(1);
    }

    @Test
    void aDecisionThatIsStillSpreadGoesToTheNewMember() {
        Timestamp id = begun();
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Voted(id, new Vote.Ok(id)));
        }
        bench.reply(0, 2, new IrMessage.DecisionAcknowledged(id));
        List<Effect> effects = bench.reply(0, 3, SECOND_EPOCH, MOVED);
        assertThat(targets(effects, IrMessage.Decide.class)).containsExactly(3, 4);
        bench.reply(0, 3, SECOND_EPOCH, new IrMessage.DecisionAcknowledged(id));
        assertThat(bench.machine.left()).isPositive();
        bench.reply(0, 4, SECOND_EPOCH, new IrMessage.DecisionAcknowledged(id));
        assertThat(bench.machine.left()).as("who has left is owed nothing").isZero();
    }

    @Test
    void anUpdateIsAcknowledgedByAQuorumOfOneEpoch() {
        bench.call(new ClientCall.PutRegister(key, Bytes.utf8("v")));
        OpId id = bench.sent(IrMessage.Execute.class).get(0).id();
        bench.reply(0, 2, new IrMessage.Executed(id));
        List<Effect> effects = bench.reply(0, 1, SECOND_EPOCH, MOVED);
        assertThat(targets(effects, IrMessage.Execute.class)).containsExactlyInAnyOrder(2, 3, 4);
        bench.reply(0, 3, SECOND_EPOCH, new IrMessage.Executed(id));
        assertThat(bench.answers()).as("one of each epoch").isEmpty();
        bench.reply(0, 4, SECOND_EPOCH, new IrMessage.Executed(id));
        assertThat(bench.answers()).hasSize(1);
    }

    @Test
    void aReadIsAskedAnewAndAStrictReadBeginsAnotherRound() {
        bench.call(new ClientCall.ReadVersions(List.of(key)));
        OpId read = bench.asked(0).id();
        assertThat(targets(bench.reply(0, 1, SECOND_EPOCH, MOVED), IrMessage.Ask.class))
                .hasSize(1)
                .doesNotContain(1);
        bench.reply(
                0,
                2,
                SECOND_EPOCH,
                new IrMessage.Answered(
                        read,
                        new ReadAnswer.Versions(
                                List.of(new ReadAnswer.Entry(Version.NEVER_THERE, false)), 0, Timestamp.ZERO)));
        assertThat(bench.answers()).hasSize(1);

        bench.call(new ClientCall.ReadStrict(List.of(key)));
        OpId round = bench.asked(0).id();
        bench.reply(0, 2, SECOND_EPOCH, new IrMessage.Answered(round, keyRead()));
        Membership third = members(0, 3, 3, 4, 5);
        List<Effect> effects = bench.reply(0, 2, new Epoch(3), new IrMessage.WrongEpoch(third));
        assertThat(targets(effects, IrMessage.Ask.class)).containsExactly(3, 4, 5);
        assertThat(bench.asked(0).id()).isNotEqualTo(round);
        bench.reply(0, 3, new Epoch(3), new IrMessage.Answered(round, keyRead()));
        bench.reply(0, 4, new Epoch(3), new IrMessage.Answered(bench.asked(0).id(), keyRead()));
        assertThat(bench.answers()).hasSize(1);
        bench.reply(0, 3, new Epoch(3), new IrMessage.Answered(bench.asked(0).id(), keyRead()));
        assertThat(bench.answers()).hasSize(2);
    }

    private static ReadAnswer.KeyRead keyRead() {
        return new ReadAnswer.KeyRead(Version.NEVER_THERE, null, Timestamp.ZERO);
    }

    @Test
    void aTransactionThatBeginsLaterIsProposedToTheNewMembers() {
        bench.call(new ClientCall.ReadVersions(List.of(key)));
        bench.reply(0, 1, SECOND_EPOCH, MOVED);
        List<Effect> effects = bench.handle(new TxnClient.Input.Called(
                900, new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8("v")))), SECOND));
        assertThat(targets(effects, IrMessage.Propose.class)).containsExactly(2, 3, 4);
        assertThat(envelopes(effects)).allMatch(envelope -> envelope.epoch().equals(SECOND_EPOCH));
    }

    @Test
    void whatIsDescribedIsLearntAsIfAReplicaHadSaidIt() {
        Timestamp id = begun();
        List<Effect> effects =
                bench.handle(new TxnClient.Input.Described(List.of(NOW, members(1, 1, 1, 2, 3)), List.of()));
        assertThat(effects).contains(new Effect.Tell(new MembersChanged(NOW)));
        assertThat(targets(effects, IrMessage.Inquire.class)).containsExactly(2, 3, 4);
        assertThat(bench.reply(0, 1, SECOND_EPOCH, MOVED)).as("old news").isEmpty();
        IrMessage.Reply ok = new IrMessage.Voted(id, new Vote.Ok(id));
        assertThat(bench.reply(0, 2, ok)).as("a vote of the first epoch").isEmpty();
    }

    @Test
    void whatIsDescribedTooLateChangesNothing() {
        bench.handle(new TxnClient.Input.Described(List.of(NOW), List.of()));
        List<Effect> effects = bench.handle(
                new TxnClient.Input.Described(List.of(members(0, 1, 1, 2, 3), members(77, 9, 1, 2, 3)), List.of()));
        assertThat(effects).isEmpty();
        bench.call(Bench.write(key, "v"));
        assertThat(bench.sent(IrMessage.Propose.class)).hasSize(3);
    }

    @Test
    void aReadGoesToAReplicaWhoseNodeStays() {
        bench.handle(new TxnClient.Input.Described(List.of(), List.of(new ReplicaId(1), new ReplicaId(2))));
        List<Effect> effects =
                bench.handle(new TxnClient.Input.Called(900, new ClientCall.ReadVersions(List.of(key)), 10 * SECOND));
        assertThat(targets(effects, IrMessage.Ask.class)).containsExactly(3);
        bench.handle(new TxnClient.Input.Described(List.of(), List.of(new ReplicaId(3), new ReplicaId(2))));
        effects = bench.handle(new TxnClient.Input.Called(901, new ClientCall.ReadVersions(List.of(key)), 10 * SECOND));
        assertThat(targets(effects, IrMessage.Ask.class)).containsExactly(1);
    }
}
