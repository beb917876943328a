package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "30s,PT30S", "30,PT30S", "5m,PT5M", "2h,PT2H"})
    void durationsHaveUnits(String text, Duration duration) {
        assertThat(new Quantities.DurationConverter().convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({"17,17", "4k,4096", "512m,536870912", "2G,2147483648"})
    void sizesHaveUnits(String text, long size) {
        assertThat(new Quantities.SizeConverter().convert(text)).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-5s", "5x", "1.5s", "99999999999999s"})
    void nonsenseIsRefusedAndNamed(String text) {
        assertThatThrownBy(() -> new Quantities.DurationConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999g", "5x", "-1"})
    void aSizeThatCannotBeIsRefused(String text) {
        assertThatThrownBy(() -> new Quantities.SizeConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
