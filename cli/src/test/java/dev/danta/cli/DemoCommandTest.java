package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class DemoCommandTest {
    @TempDir
    Path folder;

    @Test
    void theReservedAndTheStrictRoundSellExactlyTheStockAndTheStrictOneThoughANodeDies() throws IOException {
        Path report = folder.resolve("deep").resolve("sale.html");

        Danta demo =
                Danta.run("demo", "--seed", "7", "--units", "60", "--buyers", "300", "--report", report.toString());

        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        List<String> lines = demo.out().lines().toList();
        assertThat(lines).allMatch(line -> line.length() <= 100 || line.contains(folder.toString()));
        assertThat(lines.get(0)).startsWith("round").contains("asked", "sold", "oversold", "verdict");
        assertThat(lines.get(1)).startsWith("relaxed");
        assertThat(lines.get(2).strip().split(" +")).startsWith("reserved", "300", "60", "0");
        assertThat(lines.get(2)).endsWith("exact, history VALID");
        assertThat(lines.get(3).strip().split(" +")).startsWith("strict", "300", "60", "0");
        assertThat(lines.get(3)).endsWith("exact, history VALID");
        assertThat(demo.out()).contains(report.toString());
        assertThat(Files.readString(report)).contains("is down").contains("exactly the stock");
    }

    @Tag("long")
    @Test
    void theHistoryBesideTheReportCanBeJudgedAgain() {
        Path report = folder.resolve("sale.html");
        Danta demo =
                Danta.run("demo", "--seed", "8", "--units", "20", "--buyers", "100", "--report", report.toString());
        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        String history = folder.resolve("sale-history.jsonl").toString();

        assertThat(Danta.run("check", history).out()).startsWith("VALID").contains("101 ops");
        assertThat(Danta.run("check", "--init", "19", history).exitCode()).isEqualTo(1);
        String reserved = folder.resolve("sale-reserved-history.jsonl").toString();
        assertThat(Danta.run("check", reserved).out()).startsWith("VALID").contains("101 ops");
    }

    @Tag("long")
    @Test
    void asManyBuyersAsUnitsAllGetOne() {
        Danta demo = Danta.run(
                "demo",
                "--seed",
                "9",
                "--units",
                "40",
                "--buyers",
                "30",
                "--report",
                folder.resolve("sale.html").toString());

        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        List<String> lines = demo.out().lines().toList();
        assertThat(lines.get(2).strip().split(" +")).startsWith("reserved", "30", "30", "0");
        assertThat(lines.get(3).strip().split(" +")).startsWith("strict", "30", "30", "0");
    }

    @Test
    void aReportThatCannotBeWrittenIsNoticedBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        Danta demo = Danta.run("demo", "--report", file.resolve("sale.html").toString());

        assertThat(demo.exitCode()).isEqualTo(2);
        assertThat(demo.err().lines()).singleElement().asString().contains(file.toString());
    }

    @Test
    void nonsenseIsRefused() {
        assertThat(Danta.run("demo", "--units", "0").exitCode()).isEqualTo(2);
        assertThat(Danta.run("demo", "--buyers", "-3").exitCode()).isEqualTo(2);
        assertThat(Danta.run("demo", "--seed", "x").exitCode()).isEqualTo(2);
        assertThat(Danta.run("demo", "--within", "0s").exitCode()).isEqualTo(2);
    }
}
