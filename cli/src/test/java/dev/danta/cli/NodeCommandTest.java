package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeCommandTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node start|say --id, or --config with a file that has node.id",
                "node start --id 1|say --listen",
                "node start --id 1 --listen 127.0.0.1:1|say --data",
                "node start --id zero --listen 127.0.0.1:1 --data d|--id is a whole number",
                "node start --id 0 --listen 127.0.0.1:1 --data d|--id is a whole number from 1 on",
                "node start --id 1 --listen here --data d|--listen: an address is HOST:PORT",
                "node start --id 1 --listen 127.0.0.1:1 --data d --join there|--join: an address is HOST:PORT",
                "node start --id 1 --listen 0.0.0.0:7401 --data d|node.advertise is where others reach this node",
                "node start --id 1 --listen a:1 --data d --init x --join b:1|mutually exclusive",
                "node start --id 1 --listen a:1 --data d --init x --shards 0|--shards is between 1 and 256",
                "node start --id 1 --listen a:1 --data d --init x --replication 4|--replication is 1, 3 or 5",
                "node start --id 1 --listen a:1 --data d --join b:1 --shards 8|--shards is decided by whoever makes",
                "node drain|ID",
                "node drain 0|from 1 on",
                "node drain 1 --at x|HOST:PORT"
            })
    void whatANodeCannotBeToldIsAUsageError(String line, String part) {
        Danta node = Danta.run(line.split(" "));

        assertThat(node.exitCode()).as(node.err()).isEqualTo(2);
        assertThat(node.err().lines())
                .singleElement()
                .asString()
                .startsWith("danta node ")
                .contains(part);
    }

    @Test
    void settingsThatAreNotThereAreNamed() {
        Danta node = Danta.run(
                "node", "start", "--config", folder.resolve("none.toml").toString());

        assertThat(node.exitCode()).isEqualTo(2);
        assertThat(node.err().lines()).singleElement().asString().contains("none.toml");
    }

    @Test
    void aClustersNameIsPrintable() {
        Danta node =
                Danta.run("node", "start", "--id", "1", "--listen", "a:1", "--data", folder.toString(), "--init", " ");

        assertThat(node.exitCode()).isEqualTo(2);
        assertThat(node.err().lines()).singleElement().asString().contains("1 to 100 printable characters");
    }
}
