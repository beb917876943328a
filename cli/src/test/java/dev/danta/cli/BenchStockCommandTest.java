package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
final class BenchStockCommandTest {
    @TempDir
    Path folder;

    @Test
    void everyMannerSellsExactlyWhatThereIs() throws IOException {
        Path json = folder.resolve("stock.json");
        Danta bench = Danta.run(
                "bench",
                "stock",
                "--local",
                "--clients",
                "8",
                "--instances",
                "2",
                "--units",
                "20/200/2000",
                "--json",
                json.toString());

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out().lines().toList().get(0)).contains("8 clients", "2 instances", "durability sync");
        List<String> manners = new ArrayList<>();
        for (JsonNode round : new ObjectMapper().readTree(json.toFile()).get("rounds")) {
            manners.add(round.get("manner").asText());
            assertThat(round.get("verdict").asText()).isEqualTo("exact");
            assertThat(round.get("sold").asInt()).isEqualTo(round.get("units").asInt());
            assertThat(round.get("left").asLong()).isZero();
            assertThat(round.get("salesPerSecond").asDouble()).isPositive();
        }
        assertThat(manners).containsExactly("plain", "combined", "reserved");
    }

    @Test
    void nonsenseIsRefused() {
        for (String units : List.of("1/2", "1/2/3/4", "1/x/3", "1/2/-3", "")) {
            Danta wrong = Danta.run("bench", "stock", "--units", units);
            assertThat(wrong.exitCode()).as(units).isEqualTo(2);
            assertThat(wrong.err().lines()).as(units).hasSize(1);
        }
        assertThat(Danta.run("bench", "stock", "--clients", "0").exitCode()).isEqualTo(2);
        assertThat(Danta.run("bench", "stock", "--instances", "65").exitCode()).isEqualTo(2);
        assertThat(Danta.run("bench", "stock", "--within", "0s").exitCode()).isEqualTo(2);
    }
}
