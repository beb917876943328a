package dev.danta.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoundariesTest {
    private static final String API = "dev.danta.client";

    @Test
    void protocolBuffersStayInWire() {
        Boundaries.protocolBuffersStayInWire().check(Code.product());
    }

    @Test
    void lmdbStaysInStorage() {
        Boundaries.lmdbStaysInStorage().check(Code.product());
    }

    @Test
    void ratisStaysInOnePackage() {
        Boundaries.ratisStaysInOnePackage().check(Code.product());
    }

    @Test
    void thePublicApiSpeaksForItself() {
        Boundaries.publicApiSpeaksForItself(API).check(Code.product());
    }

    @Nested
    final class Bites {
        @ParameterizedTest
        @ValueSource(strings = {"com.google.protobuf.ByteString", "io.grpc.Status", "dev.danta.wire.proto."})
        void onProtocolBuffersElsewhere(String foreign) {
            assertThatThrownBy(() -> Boundaries.protocolBuffersStayInWire().check(Code.fixture("leak")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(foreign);
        }

        @Test
        void onLmdbElsewhere() {
            assertThatThrownBy(() -> Boundaries.lmdbStaysInStorage().check(Code.fixture("leak")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("org.lmdbjava.Env");
        }

        @Test
        void onRatisElsewhere() {
            assertThatThrownBy(() -> Boundaries.ratisStaysInOnePackage().check(Code.fixture("leak")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("org.apache.ratis.protocol.RaftGroupId");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Leaky shows dev.danta.archfixture.api.inner.Inside",
                    "Leaky.field shows dev.danta.archfixture.api.inner.Inside",
                    "Leaky.<init>(dev.danta.archfixture.api.inner.Inside) shows",
                    "Leaky.returned() shows dev.danta.archfixture.api.inner.Inside",
                    "Leaky.generic() shows dev.danta.archfixture.api.inner.Inside",
                    "Leaky.array() shows dev.danta.archfixture.api.inner.Inside",
                    "Leaky.taken(java.util.List) shows io.grpc.Status",
                    "Leaky.bounded() shows com.google.protobuf.Message",
                    "Leaky.thrown() shows io.grpc.StatusRuntimeException",
                    "Leaky$Nested.shown() shows dev.danta.archfixture.api.inner.Inside"
                })
        void onWhatAnApplicationWouldSee(String finding) {
            assertThatThrownBy(() -> Boundaries.publicApiSpeaksForItself(Code.FIXTURES + ".api")
                            .check(Code.fixture("api")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(finding);
        }

        @Test
        void butNotOnWhatNobodySees() {
            assertThatThrownBy(() -> Boundaries.publicApiSpeaksForItself(Code.FIXTURES + ".api")
                            .check(Code.fixture("api")))
                    .hasMessageNotContaining("hidden")
                    .hasMessageNotContaining("Discreet");
        }
    }
}
