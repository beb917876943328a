package dev.danta.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.wire.gateway.GatewayReply.Effect;
import dev.danta.wire.gateway.GatewayRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a call is told, and what is done of it. */
final class CallTest {
    private static Call commit() {
        return new Call(new GatewayRequest.Commit("7-00"), Duration.ofSeconds(1));
    }

    /** A thread took it between the two: the caller was told that nothing was done, and it was done. */
    @Test
    void what_is_about_to_be_told_that_it_has_not_begun_does_not_begin() {
        Call call = commit();
        assertThat(call.late().effect()).isEqualTo(Effect.NOT_APPLIED);
        assertThat(call.begin()).isFalse();
    }

    @Test
    void of_what_has_begun_nothing_is_known_when_it_is_late() {
        Call call = commit();
        assertThat(call.begin()).isTrue();
        assertThat(call.late().effect()).isEqualTo(Effect.UNKNOWN);
    }
}
