package dev.danta.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The right specifications hold, and each wrong variant is found out. {@code ./mvnw -Pspec verify} explores all of them. */
final class SpecificationTest {
    static List<Exploration> smallest() {
        return Suite.smallest();
    }

    static List<Exploration> all() {
        return Suite.all();
    }

    private static void explore(Exploration exploration) throws IOException, InterruptedException {
        Tlc.Result result = new Tlc().explore(exploration);
        System.out.println(result.line(exploration));
        assertThat(result.holds())
                .as("%s, see %s", exploration, result.output())
                .isEqualTo(exploration.holds());
        assertThat(result.states()).as("states explored").isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void smallest(Exploration exploration) throws IOException, InterruptedException {
        explore(exploration);
    }

    @Tag("specification")
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void all(Exploration exploration) throws IOException, InterruptedException {
        explore(exploration);
    }

    @Test
    void aConstantThatIsNotThereIsAMistake() {
        Exploration mistaken = Suite.smallest().get(0).with("NoSuchConstant", "1");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> mistaken.configured(List.of("CONSTANTS", "    x = x")))
                .withMessageContaining("NoSuchConstant");
    }
}
