package dev.danta.ir.client;

import static dev.danta.ir.client.Fixture.OWNER;
import static dev.danta.ir.client.Fixture.members;
import static dev.danta.ir.client.Fixture.r;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.ir.message.IrMessage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** protocol.md 2: an inconsistent operation, or a question, is final with enough acknowledgements. */
class QuorumCallTest {
    private static final OpId ID = new OpId(OWNER, 1);
    private static final OpId OTHER = new OpId(OWNER, 2);
    private static final IrMessage.Request EXECUTE = new IrMessage.Execute(ID, new Add(5));
    private static final IrMessage.Reply DONE = new IrMessage.Executed(ID);
    private static final IrMessage.Reply REFUSED = new IrMessage.ExecuteRefused(ID, "no");
    private static final IrMessage.Reply BUSY = new IrMessage.OpOverloaded(ID);

    private record Add(long amount) implements InconsistentOp {
        @Override
        public int sizeBytes() {
            return 8;
        }
    }

    private static QuorumCall call(int needed) {
        return new QuorumCall(members(3), ID, EXECUTE, needed, List.of(r(2), r(3), r(1)));
    }

    private static List<Outgoing> to(int... replicas) {
        return IntStream.of(replicas)
                .mapToObj(number -> new Outgoing(r(number), EXECUTE))
                .toList();
    }

    @Test
    void asksAsManyAsItNeedsInTheOrderGiven() {
        assertThat(call(2).start(1)).isEqualTo(to(2, 3));
        assertThat(call(2).start(3)).isEqualTo(to(2, 3, 1));
        assertThat(call(1).start(99)).isEqualTo(to(2, 3, 1));
    }

    @Test
    void isFinalWithSoManyDifferentReplicas() {
        QuorumCall call = call(2);
        call.start(2);
        call.onReply(r(2), DONE);
        call.onReply(r(2), DONE);
        assertThat(call.hasQuorum()).isFalse();
        call.onReply(r(3), DONE);
        assertThat(call.hasQuorum()).isTrue();
        assertThat(call.done()).containsOnlyKeys(r(2), r(3));
    }

    @Test
    void strangersAndOtherOperationsAreNotCounted() {
        QuorumCall call = call(1);
        call.start(3);
        call.onReply(r(4), DONE);
        call.onReply(r(1), new IrMessage.Executed(OTHER));
        assertThat(call.onReply(r(2), new IrMessage.OpOverloaded(OTHER))).isEmpty();
        call.onReply(r(1), new IrMessage.ExecuteRefused(OTHER, "no"));
        assertThat(call.hasQuorum()).isFalse();
        assertThat(call.refusals()).isEmpty();
    }

    @Test
    void aBusyReplicaIsNoAnswerAndTheNextIsAsked() {
        QuorumCall call = call(1);
        call.start(1);
        assertThat(call.onReply(r(2), BUSY)).isEqualTo(to(3));
        assertThat(call.hasQuorum()).isFalse();
        assertThat(call.unanswered()).containsExactly(r(2), r(3));
    }

    @Test
    void aSuspectedReplicaHasTheNextAskedUnlessItHasAnsweredOrWasNeverAsked() {
        QuorumCall call = call(1);
        call.start(1);
        assertThat(call.onSuspected(r(1))).isEmpty();
        assertThat(call.onSuspected(r(2))).isEqualTo(to(3));
        call.onReply(r(3), DONE);
        assertThat(call.onSuspected(r(3))).isEmpty();
    }

    @Test
    void aReplicaThatComesBackIsAskedAgainUnlessItHasAnsweredOrWasNeverAsked() {
        QuorumCall call = call(2);
        call.start(2);
        call.onReply(r(2), DONE);
        assertThat(call.onConnected(r(1))).isEmpty();
        assertThat(call.onConnected(r(2))).isEmpty();
        assertThat(call.onConnected(r(3))).isEqualTo(to(3));
    }

    @Test
    void onceLateTheSilentAreAskedAgainAndOneMore() {
        QuorumCall call = call(2);
        call.start(2);
        call.onReply(r(2), DONE);
        assertThat(call.resend()).isEqualTo(to(3, 1));
        assertThat(call.resend()).isEqualTo(to(3, 1));
    }

    @Test
    void isRefusedOnceTheOthersAreTooFew() {
        QuorumCall call = call(2);
        call.start(3);
        call.onReply(r(1), REFUSED);
        assertThat(call.isRefused()).isFalse();
        call.onReply(r(1), REFUSED);
        assertThat(call.isRefused()).isFalse();
        call.onReply(r(2), REFUSED);
        assertThat(call.isRefused()).isTrue();
        assertThat(call.refusals()).containsOnlyKeys(r(1), r(2)).containsValue("no");
        assertThat(call.unanswered()).containsExactly(r(3));
    }

    @Test
    void aCallThatCannotBeAnsweredIsNotMade() {
        List<ReplicaId> all = List.of(r(1), r(2), r(3));
        assertThatThrownBy(() -> new QuorumCall(members(3), ID, EXECUTE, 0, all))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuorumCall(members(3), ID, EXECUTE, 4, all))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuorumCall(members(3), ID, EXECUTE, 1, List.of(r(1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
