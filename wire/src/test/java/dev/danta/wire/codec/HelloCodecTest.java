package dev.danta.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.ClientHello;
import dev.danta.wire.ServerHello;
import dev.danta.wire.TopologyGenerator;
import dev.danta.wire.proto.FrameProto;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelloCodecTest {
    private static final ClientHello CLIENT = new ClientHello("shop", 77, new ClientId(1, 2), 1_700_000_000_000_000L);
    private static final ServerHello SERVER =
            new ServerHello(new ReplicaId(2), 1_700_000_000_000_000L, new TopologyGenerator(1).topology());

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @Test
    void greetings_come_back_as_they_were() {
        assertThat(HelloCodec.decode(HelloCodec.encode(CLIENT))).isEqualTo(CLIENT);
        assertThat(HelloCodec.decode(HelloCodec.encode(SERVER))).isEqualTo(SERVER);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spoilt_greetings_are_malformed_or_greetings(long seed) {
        FrameMutator mutator = new FrameMutator(seed);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            var client = (FrameProto.ClientHello) mutator.spoil(HelloCodec.encode(CLIENT));
            var server = (FrameProto.ServerHello) mutator.spoil(mutator.spoil(HelloCodec.encode(SERVER)));
            refused += refuses(() -> HelloCodec.decode(client)) ? 1 : 0;
            refused += refuses(() -> HelloCodec.decode(server)) ? 1 : 0;
        }
        assertThat(refused).isBetween(100, 999);
    }

    private static boolean refuses(Runnable decoding) {
        try {
            decoding.run();
            return false;
        } catch (MalformedMessageException malformed) {
            assertThat(malformed.getMessage())
                    .containsAnyOf("Hello", "Topology", "Membership")
                    .doesNotContain("\n");
            return true;
        }
    }

    @Test
    void the_complaint_says_what_is_wrong() {
        assertThatThrownBy(() -> HelloCodec.decode(
                        HelloCodec.encode(SERVER).toBuilder().clearTopology().build()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("ServerHello.topology is missing");
        assertThatThrownBy(() -> HelloCodec.decode(
                        HelloCodec.encode(CLIENT).toBuilder().clearClient().build()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("ClientHello.client is missing");
    }
}
