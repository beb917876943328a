package dev.danta.ir.client;

import static dev.danta.ir.client.Fixture.accepted;
import static dev.danta.ir.client.Fixture.call;
import static dev.danta.ir.client.Fixture.decided;
import static dev.danta.ir.client.Fixture.finalizes;
import static dev.danta.ir.client.Fixture.no;
import static dev.danta.ir.client.Fixture.ok;
import static dev.danta.ir.client.Fixture.okAt;
import static dev.danta.ir.client.Fixture.r;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.client.ConsensusCall.Path;
import dev.danta.ir.client.ConsensusCall.Progress;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Result;
import org.junit.jupiter.api.Test;

/** protocol.md 4.4: one shard says ABORT only when that is durable. */
class Section4_4AbortedTest {
    @Test
    void givingUpAloneIsNotYetAnAbort() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        assertThat(call.onGiveUp()).isEqualTo(finalizes(new Result.Abort(), 1, 2, 3));
        assertThat(call.progress()).isEqualTo(new Progress.Pending());
        call.onReply(r(2), accepted());
        assertThat(call.progress()).isEqualTo(new Progress.Pending());
    }

    @Test
    void anAbortAcceptedByAQuorumIsOne() {
        ConsensusCall call = call(3);
        call.onGiveUp();
        call.onReply(r(2), accepted());
        call.onReply(r(3), accepted());
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(new Result.Abort(), Path.SLOW));
    }

    @Test
    void aQuorumOfRefusalsAfterGivingUpIsOneToo() {
        ConsensusCall call = call(3);
        call.onGiveUp();
        call.onReply(r(1), no());
        call.onReply(r(2), no());
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(new Result.Abort(), Path.REFUSED));
    }

    @Test
    void okVotesAfterGivingUpDoNotCommit() {
        ConsensusCall call = call(3);
        call.onGiveUp();
        for (int replica = 1; replica <= 3; replica++) {
            assertThat(call.onReply(r(replica), ok(100))).isEmpty();
        }
        assertThat(call.progress()).isEqualTo(new Progress.Pending());
        assertThat(call.resend()).isEqualTo(finalizes(new Result.Abort(), 1, 2, 3));
    }

    @Test
    void givingUpWithAQuorumOfOkVotesFinalizesOk() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(3), ok(100));
        assertThat(call.onGiveUp()).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void aMinorityOfRefusalsIsNoAbort() {
        ConsensusCall call = call(5);
        call.onReply(r(1), no());
        call.onReply(r(2), no());
        assertThat(call.progress()).isEqualTo(new Progress.Pending());
    }

    @Test
    void anAbortToldByAnyoneIsOne() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), decided(new Decision.Abort()));
        assertThat(call.progress()).isEqualTo(new Progress.Learned(new Decision.Abort()));
    }
}
