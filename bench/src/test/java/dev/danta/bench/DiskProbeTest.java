package dev.danta.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskProbeTest {
    @TempDir
    Path folder;

    @Test
    void syncsAreCountedAndNothingIsLeftBehind() throws IOException {
        DiskProbe probe = DiskProbe.measure(folder, Duration.ofMillis(50));

        assertThat(probe.syncsPerSecond()).isPositive();
        assertThat(probe.p50Nanos()).isPositive().isLessThanOrEqualTo(probe.p99Nanos());
        assertThat(folder).isEmptyDirectory();
    }
}
