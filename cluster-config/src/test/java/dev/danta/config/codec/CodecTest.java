package dev.danta.config.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.ir.epoch.EpochRules;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CodecTest {
    private static final String ADD_2 =
            "0103000000020000000e3132372e302e302e313a373430320000000e3132372e302e302e313a383430320000000000000014000000000000000100000000000003ea";

    /** What follows the first octet, which is the version. */
    private static final String STATE =
            "0000000473686f70000000000000000700000000000000050000000300000002000000010000000e3132372e"
                    + "302e302e313a373430310000000e3132372e302e302e313a38343031000000000000000a000000000000000100"
                    + "000000000003e90000000000020000000e3132372e302e302e313a373430320000000e3132372e302e302e313a"
                    + "383430320000000000000014000000000000000100000000000003ea0000000000010000000000000000000000"
                    + "00000000010000000100000001000000010000000100000000000003e800000000000000000000000000000000"
                    + "00000000010000000100000000000003e800000000000000010000000000000033000000000000000100000000"
                    + "000000010000000000000001000000010000000001000000010000000473686f70000000066f72646572730000"
                    + "00087265676973746572000000010000000000000014";

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everythingIsReadAsItWasWritten(int seed) {
        RandomStates states = new RandomStates(seed);
        for (int step = 0; step < 60; step++) {
            ClusterState before = states.state();
            ClusterRequest request = states.next();
            assertThat(RequestCodec.decode(RequestCodec.encode(request)))
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(request);
            ClusterState state = states.state();
            byte[] encoded = ConfigCodec.encode(state);
            assertThat(ConfigCodec.decodeState(encoded))
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(state);
            ClusterAnswer answer = before.take(request, EpochRules.PROTOCOL);
            assertThat(ConfigCodec.decodeAnswer(ConfigCodec.encode(answer), request))
                    .isEqualTo(answer);
        }
    }

    /** Whatever is read gives a value or one exception, and never takes long or much memory. */
    @ParameterizedTest
    @MethodSource("seeds")
    void damagedBytesAreMalformedOrSomethingElse(int seed) {
        Random random = new Random(seed);
        RandomStates states = new RandomStates(seed);
        for (int step = 0; step < 40; step++) {
            byte[] request = damaged(RequestCodec.encode(states.next()), random);
            byte[] state = damaged(ConfigCodec.encode(states.state()), random);
            onlyMalformed(() -> RequestCodec.decode(request));
            onlyMalformed(() -> ConfigCodec.decodeState(state));
            onlyMalformed(() -> ConfigCodec.decodeAnswer(state, new ClusterRequest.Read()));
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int i = random.nextInt(4); i >= 0 && damaged.length > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        return damaged;
    }

    private static void onlyMalformed(Runnable decoding) {
        try {
            decoding.run();
        } catch (MalformedConfigException malformed) {
            assertThat(malformed).hasMessageNotContaining("null");
        }
    }

    @Test
    void whatIsCutOffOrTooLongIsMalformed() {
        byte[] encoded = RequestCodec.encode(Requests.add(3));
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> RequestCodec.decode(cut)).isInstanceOf(MalformedConfigException.class);
        }
        assertThatThrownBy(() -> RequestCodec.decode(Arrays.copyOf(encoded, encoded.length + 1)))
                .isInstanceOf(MalformedConfigException.class)
                .hasMessageContaining("1 bytes too many");
        byte[] newer = encoded.clone();
        newer[0] = 9;
        assertThatThrownBy(() -> RequestCodec.decode(newer))
                .isInstanceOf(MalformedConfigException.class)
                .hasMessageContaining("a request of version 9");
    }

    /** What is in logs and snapshots of clusters that run: it must stay readable. */
    @Test
    void theBytesAreThoseOfTheirVersions() {
        ClusterState state = ClusterState.NONE;
        for (ClusterRequest request : new ClusterRequest[] {
            Requests.create(1, 3),
            Requests.add(2),
            Requests.register(1, 0, 0, 1),
            new ClusterRequest.ReplaceNode(Requests.node(2), 20),
            new ClusterRequest.Declare(new CollectionName("shop", "orders"), new CollectionEntry("register"))
        }) {
            state = state.take(request, EpochRules.PROTOCOL).state();
        }
        assertThat(state.lost()).isEqualTo(new TreeSet<>(List.of(20L)));
        assertThat(HexFormat.of().formatHex(RequestCodec.encode(Requests.add(2))))
                .isEqualTo(ADD_2);
        assertThat(ConfigCodec.decodeState(HexFormat.of().parseHex("01" + STATE)))
                .as("the first version, before generations were kept")
                .isEqualTo(state);
        assertThat(HexFormat.of().formatHex(ConfigCodec.encode(state))).isEqualTo("02" + STATE + "00000000");
        ClusterState recovered = state.recovered(Requests.node(1));
        assertThat(HexFormat.of().formatHex(ConfigCodec.encode(recovered)))
                .endsWith("00000001" + "0000000000000000" + "0000000000000005");
        assertThat(ConfigCodec.decodeState(ConfigCodec.encode(recovered))).isEqualTo(recovered);
    }
}
