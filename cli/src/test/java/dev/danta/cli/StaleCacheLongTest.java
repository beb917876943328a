package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.ListAppendCodec;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.cli.campaign.ListsCampaign;
import dev.danta.cli.campaign.ListsReport;
import dev.danta.cli.campaign.ListsSettings;
import dev.danta.client.BrokenClients;
import dev.danta.sim.SimParts;
import dev.danta.sim.mutant.Mutants;
import dev.danta.testkit.fault.NodeProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bug that the simulator plants in clients, planted in real ones: runs on lists find it, too. */
@Tag("long")
@Timeout(300)
final class StaleCacheLongTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsRememberedAndNotValidatedIsFoundAndTheHistoryKept(TestReporter reporter) throws Exception {
        SimParts broken = Mutants.named("x-remembered-not-validated").parts();
        ListsSettings settings =
                new ListsSettings(folder, 3, 4, 4, Duration.ofSeconds(10), Duration.ofMinutes(2), 100_000, 128, 3);

        ListsReport report = new ListsCampaign(
                        settings,
                        NodeProcesses.thisJava("dev.danta.cli.Main", settings.heapMib()),
                        builder -> BrokenClients.build(builder, broken::client),
                        now -> {})
                .run();

        reporter.publishEntry(report.result().sentence());
        assertThat(report.result()).isInstanceOf(Result.Invalid.class);
        assertThat(report.isWell()).isFalse();
        HistoryFile<AppendTxn, ListsRead> kept =
                HistoryReader.read(Objects.requireNonNull(report.history()), new ListAppendCodec());
        assertThat(ListAppendCheck.check(kept.history(), kept.failed(), Consistency.STRICT_SERIALIZABLE)
                        .result())
                .isInstanceOf(Result.Invalid.class);
    }
}
