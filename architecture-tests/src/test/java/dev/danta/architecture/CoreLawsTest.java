package dev.danta.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.archfixture.core.Clean;
import dev.danta.archfixture.core.Clocks;
import dev.danta.archfixture.core.Input;
import dev.danta.archfixture.core.Logs;
import dev.danta.archfixture.core.Randomness;
import dev.danta.archfixture.core.Threads;
import dev.danta.archfixture.core.Unordered;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CoreLawsTest {
    @Test
    void theCoreObeysItsLaws() {
        CoreLaws.bans(ImportTable.core()).check(Code.product());
    }

    /** Every node comes to the same configuration by itself. */
    @Test
    void whatNodesAgreeOnObeysThemToo() {
        CoreLaws.bans("dev.danta.config.state..").check(Code.product());
    }

    @Nested
    final class Bites {
        /** Every method of a bad fixture breaks one ban, and is one case here. */
        static Stream<Arguments> breaches() {
            return Stream.of(Clocks.class, Input.class, Logs.class, Randomness.class, Threads.class, Unordered.class)
                    .flatMap(fixture -> Arrays.stream(fixture.getDeclaredMethods())
                            .filter(method -> !method.isSynthetic())
                            .map(method -> Arguments.of(fixture, method.getName())));
        }

        @ParameterizedTest
        @MethodSource("breaches")
        void on(Class<?> fixture, String method) {
            assertThatThrownBy(() -> CoreLaws.bans(Code.FIXTURES + ".core..").check(Code.only(fixture)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(fixture.getName() + "." + method + "(");
        }

        @Test
        void butNotOnWhatTheCoreMayUse() {
            CoreLaws.bans(Code.FIXTURES + ".core..").check(Code.only(Clean.class, Clean.Step.class, Clean.Phase.class));
        }
    }
}
