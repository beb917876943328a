package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.RegisterTxnCodec;
import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import dev.danta.cli.campaign.Campaign;
import dev.danta.cli.campaign.CampaignSettings;
import dev.danta.testkit.fault.NodeProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever looks for the reason of a failure needs what clients were told. */
@Tag("long")
@Timeout(120)
final class BrokenOffCampaignTest {
    @TempDir
    private Path folder;

    /** Breaks off whoever runs the campaign once its load has done something. */
    private static final class Impatient implements Campaign.Teller {
        private final Thread campaigner = Thread.currentThread();
        private final AtomicBoolean enough = new AtomicBoolean();

        @Override
        public void tell(String line) {}

        @Override
        public void show(String line) {
            if (line.matches("calm, .* [1-9][0-9,]*/s, .*") && enough.compareAndSet(false, true)) {
                campaigner.interrupt();
            }
        }
    }

    @Test
    void theHistoryIsKeptAndNothingGoesOn() throws Exception {
        CampaignSettings settings = new CampaignSettings(
                folder,
                List.of(),
                1,
                50,
                2,
                10,
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                100_000,
                192,
                5);
        Campaign campaign = new Campaign(settings, NodeProcesses.thisJava("dev.danta.cli.Main", 192), new Impatient());

        assertThatThrownBy(campaign::run).isInstanceOf(InterruptedException.class);

        HistoryFile<RegisterTxn, RegistersSeen> kept =
                HistoryReader.read(folder.resolve("history.jsonl.gz"), RegisterTxnCodec.txns());
        assertThat(kept.history().known()).isPositive();
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
