package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.ir.id.ReplicaId;
import dev.danta.node.storage.Durability;
import dev.danta.node.storage.StoreSettings;
import dev.danta.wire.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeSettingsTest {
    private static final String NODE = """
            [node]
            id = 1
            listen = "127.0.0.1:7401"
            data-dir = "data/one"
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("node.toml");
    }

    private NodeSettings read(String content, Map<String, String> environment) throws IOException {
        Files.writeString(file, content);
        return NodeSettings.read(file, environment);
    }

    private void refused(String content, Map<String, String> environment, String... parts) {
        assertThatExceptionOfType(NodeSettings.Invalid.class)
                .isThrownBy(() -> read(content, environment))
                .withMessageContainingAll(parts)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
    }

    /** A complaint about the file names it. */
    private void refused(String content, String complaint) {
        refused(content, Map.of(), file.toString(), complaint);
    }

    @Test
    void whatIsNotSaidHasADefault() throws IOException {
        NodeSettings settings = read(NODE, Map.of());
        assertThat(settings)
                .isEqualTo(NodeSettings.of(new NodeSettings.Self(
                        new ReplicaId(1), new HostAndPort("127.0.0.1", 7401), Path.of("data/one"))));
    }

    @Test
    void theOtherAddressesFollowTheFirstUnlessTheyAreSaid() throws IOException {
        assertThat(read(NODE, Map.of()).node().configListen()).hasToString("127.0.0.1:8401");
        NodeSettings.Self said = read(NODE + """
                        config-listen = "0.0.0.0:9000"
                        advertise = "shop-1.example.com:7401"
                        config-advertise = "shop-1.example.com:9000"
                        seeds = ["10.0.0.2:7401", "10.0.0.3:7401"]
                        """, Map.of()).node();

        assertThat(said.configListen()).hasToString("0.0.0.0:9000");
        assertThat(said.advertise()).hasToString("shop-1.example.com:7401");
        assertThat(said.configAdvertise()).hasToString("shop-1.example.com:9000");
        assertThat(said.seeds())
                .containsExactly(HostAndPort.parse("10.0.0.2:7401"), HostAndPort.parse("10.0.0.3:7401"));
        assertThat(new NodeSettings.Self(new ReplicaId(1), new HostAndPort("a", 65_000), Path.of("x")).configListen())
                .hasToString("a:64000");
    }

    @Test
    void seedsAreAListOfAddressesAndNobodyReachesEveryNetwork() {
        refused(NODE + "seeds = 7\n", "node.seeds is a list of addresses");
        refused(NODE + "seeds = [7]\n", "node.seeds is a list of addresses");
        refused(NODE + "seeds = [\"nowhere\"]\n", "HOST:PORT");
        refused(NODE + "config-listen = \"0.0.0.0:9000\"\n", "node.config-advertise");
        refused(NODE.replace("127.0.0.1:7401", "0.0.0.0:7401"), "node.advertise");
    }

    @Test
    void aFlagGoesBeforeAVariableAndThatBeforeTheFile() throws IOException {
        Files.writeString(file, NODE);
        Map<String, String> variables =
                Map.of("DANTA_NODE_LISTEN", "127.0.0.1:7501", "DANTA_NODE_SEEDS", "10.0.0.2:1,10.0.0.3:2");

        assertThat(NodeSettings.read(file, variables, Map.of()).node().listen()).hasToString("127.0.0.1:7501");
        NodeSettings settings = NodeSettings.read(
                file, variables, Map.of("--listen", "127.0.0.1:7601", "--data", "elsewhere", "--other", "x"));
        assertThat(settings.node().listen()).hasToString("127.0.0.1:7601");
        assertThat(settings.node().dataDir()).isEqualTo(Path.of("elsewhere"));
        assertThat(settings.node().seeds()).hasSize(2);
        assertThatExceptionOfType(NodeSettings.Invalid.class)
                .isThrownBy(() -> NodeSettings.read(file, Map.of(), Map.of("--listen", "here")))
                .withMessageStartingWith("--listen: ");
    }

    @Test
    void everyKeyIsRead() throws IOException {
        NodeSettings settings = read(NODE + """
                        [storage]
                        map-size = "1 MiB"
                        map-size-max = "1 TiB"
                        snapshots = 7
                        decision-delay = "250 us"
                        forget-after = "3 min"
                        forget-every = "1 s"
                        feed-entries = 23
                        [limits]
                        inbox-messages = 11
                        inbox-size = "8 MiB"
                        batch-messages = 13
                        clients = 17
                        max-clock-ahead = "1 min"
                        message-size = 16384
                        reply-size = "32KiB"
                        value-size = "2 kib"
                        keys-per-transaction = 19
                        """, Map.of());
        assertThat(settings.storage())
                .isEqualTo(new NodeSettings.Storage(
                        new StoreSettings(1 << 20, 1L << 40, 7),
                        Duration.ofNanos(250_000),
                        Duration.ZERO,
                        new NodeSettings.Forgetting(Duration.ofMinutes(3), Duration.ofSeconds(1), 23)));
        NodeSettings.Limits limits = settings.limits();
        assertThat(limits.inboxMessages()).isEqualTo(11);
        assertThat(limits.inboxBytes()).isEqualTo(8 << 20);
        assertThat(limits.batchMessages()).isEqualTo(13);
        assertThat(limits.clients()).isEqualTo(17);
        assertThat(limits.maxClockAhead()).isEqualTo(Duration.ofMinutes(1));
        assertThat(limits.wire().messageBytesMax()).isEqualTo(16384);
        assertThat(limits.wire().replyBytesMax()).isEqualTo(32768);
        assertThat(limits.wire().valueBytesMax()).isEqualTo(2048);
        assertThat(limits.wire().keysPerTransactionMax()).isEqualTo(19);
    }

    @Test
    void durabilityIsOneOfThreeModes() throws IOException {
        NodeSettings.Storage usual = NodeSettings.STORAGE_DEFAULT;
        assertThat(storage("durability = \"sync\"")).isEqualTo(usual);
        assertThat(storage("durability = \"nosync\"").map().durability()).isEqualTo(Durability.NOSYNC);
        assertThat(storage("durability = \"nosync\"").groupWindow()).isZero();
        NodeSettings.Storage group = storage("durability = \"group\"");
        assertThat(group.map()).isEqualTo(usual.map());
        assertThat(group.groupWindow()).isEqualTo(Duration.ofMillis(2));
        assertThat(storage("durability = \"group\"\ngroup-window = \"5 ms\"").groupWindow())
                .isEqualTo(Duration.ofMillis(5));
        refused(
                NODE + "[storage]\ndurability = \"group\"\ngroup-window = \"1 s\"",
                "storage.group-window is at most 100 ms");
    }

    private NodeSettings.Storage storage(String keys) throws IOException {
        return read(NODE + "[storage]\n" + keys, Map.of()).storage();
    }

    @Test
    void theEnvironmentOverrides() throws IOException {
        NodeSettings settings = read(
                NODE,
                Map.of(
                        "DANTA_NODE_LISTEN", "127.0.0.9:9",
                        "DANTA_NODE_DATA_DIR", "/elsewhere",
                        "DANTA_LIMITS_CLIENTS", "5",
                        "DANTA_STORAGE_DECISION_DELAY", "0 ms",
                        "DANTA_OPTS", "is not a setting",
                        "PATH", "/bin"));
        assertThat(settings.node().listen()).isEqualTo(new HostAndPort("127.0.0.9", 9));
        assertThat(settings.node().dataDir()).isEqualTo(Path.of("/elsewhere"));
        assertThat(settings.limits().clients()).isEqualTo(5);
        assertThat(settings.storage().decisionDelay()).isZero();
    }

    @Test
    void theEnvironmentSuppliesWhatTheFileDoesNotSay() throws IOException {
        NodeSettings settings = read(NODE.replace("id = 1\n", ""), Map.of("DANTA_NODE_ID", "1"));
        assertThat(settings.node().id()).isEqualTo(new ReplicaId(1));
    }

    @ParameterizedTest
    @CsvSource({
        "node.lissen, node.listen",
        "node.data_dir, node.data-dir",
        "node.datadir, node.data-dir",
        "limits.max-clock-skew, limits.max-clock-ahead",
        "storage.mapsize, storage.map-size",
    })
    void anUnknownKeyIsAnErrorThatNamesTheNearest(String unknown, String nearest) {
        int dot = unknown.indexOf('.');
        String inTable = "[" + unknown.substring(0, dot) + "]\n";
        String content = NODE.contains(inTable)
                ? NODE.replace(inTable, inTable + unknown.substring(dot + 1) + " = 1\n")
                : NODE + inTable + unknown.substring(dot + 1) + " = 1\n";
        refused(content, unknown + " is not a known key; the nearest is " + nearest);
    }

    @Test
    void anUnknownTableIsAnError() {
        refused(NODE + "[limit]\nclients = 3\n", "limit is not a known key; the nearest is limits");
        refused(NODE + "[node.listen2]\n", "node.listen2 is not a known key");
    }

    @Test
    void membersDoNotStandInTheSettings() {
        refused("[cluster]\nid = \"demo\"\n" + NODE, "cluster is not a known key");
    }

    @Test
    void anUnknownVariableIsAnError() {
        refused(
                NODE,
                Map.of("DANTA_NODE_LISTN", "x"),
                "the variable DANTA_NODE_LISTN overrides no known key; the nearest is DANTA_NODE_LISTEN");
    }

    @Test
    void aWrongVariableIsNamed() {
        refused(
                NODE,
                Map.of("DANTA_LIMITS_CLIENTS", "many"),
                "the variable DANTA_LIMITS_CLIENTS is a whole number from 1 on, not \"many\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.id", "node.listen", "node.data-dir"})
    void whatHasNoDefaultMustBeThere(String key) {
        String name = key.substring(key.indexOf('.') + 1);
        String without = NODE.replaceFirst("(?m)^" + name + " = .*\n", "");
        refused(without, key + " is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen = 7401 | node.listen is a text in quotes, not 7401",
                "listen = \"7401\" | node.listen: an address is HOST:PORT",
                "listen = \"localhost:70000\" | node.listen: a port is between 0 and 65535",
                "id = \"one\" | node.id is a whole number from 1 on, not \"one\"",
                "id = 1.5 | node.id is a whole number from 1 on",
                "id = 0 | node.id is a whole number from 1 on, not 0",
                "data-dir = [1] | node.data-dir is a text in quotes",
            })
    void aWrongValueOfTheNode(String line, String complaint) {
        String name = line.substring(0, line.indexOf(' '));
        refused(NODE.replaceFirst("(?m)^" + name + " = .*$", line), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[storage]|map-size = \"4 gigs\"|storage.map-size is a size, as \"64 MiB\", not \"4 gigs\"",
                "[storage]|map-size = -1|storage.map-size is a size",
                "[storage]|map-size = true|storage.map-size is a size",
                "[storage]|map-size = 1024|storage.map-size is at least 65536 bytes, not 1024",
                "[storage]|map-size = \"99999999999 TiB\"|storage.map-size is a size",
                "[storage]|map-size-max = \"1 GiB\"|storage.map-size-max is at least 4294967296 bytes",
                "[storage]|snapshots = 10001|storage.snapshots: snapshots are 1 to 10000",
                "[storage]|decision-delay = 5|storage.decision-delay is a duration, as \"250 ms\", not 5",
                "[storage]|decision-delay = \"2 s\"|storage.decision-delay is at most 1 s",
                "[storage]|forget-every = \"0 s\"|storage.forget-every is above zero and at most 60 min",
                "[storage]|forget-after = \"99999999 min\"|storage.forget-after is at most 100 years",
                "[storage]|durability = \"async\"|storage.durability is \"sync\", \"group\" or \"nosync\", not \"async\"",
                "[storage]|feed-entries = 0|storage.feed-entries is a whole number from 1 on, not 0",
                "[limits]|clients = 0|limits.clients is a whole number from 1 on, not 0",
                "[limits]|message-size = 100|limits.message-size is at least 4096 bytes, not 100",
                "[limits]|message-size = \"3 GiB\"|limits.message-size is below 2 GiB",
                "[limits]|value-size = \"5 MiB\"|limits.value-size: ",
                "[limits]|inbox-size = \"1 MiB\"|limits.inbox-size is at least 4194304 bytes",
                "[limits]|max-clock-ahead = \"soon\"|limits.max-clock-ahead is a duration",
            })
    void aWrongLimit(String table, String line, String complaint) {
        refused(NODE + table + "\n" + line + "\n", complaint);
    }

    @Test
    void aFileThatIsNotToml() {
        refused("[node\n", "line 1, column");
        refused("[node\n", "is not TOML");
        refused(NODE + "id = 2\n", "is not TOML");
    }

    @Test
    void aFileThatIsNoText() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatExceptionOfType(NodeSettings.Invalid.class)
                .isThrownBy(() -> NodeSettings.read(file, Map.of()))
                .withMessageContaining("is not text in UTF-8");
    }

    @Test
    void aFileThatIsNotThere() {
        assertThatExceptionOfType(NodeSettings.Invalid.class)
                .isThrownBy(() -> NodeSettings.read(file, Map.of()))
                .withMessage(file + ": there is no such file");
        assertThatExceptionOfType(NodeSettings.Invalid.class)
                .isThrownBy(() -> NodeSettings.read(folder, Map.of()))
                .withMessageContaining(folder + ": cannot be read");
    }

    @Test
    void theSamplesAreAClusterOfThreeWithEveryDefault() {
        for (int id = 1; id <= 3; id++) {
            Path sample = Path.of("..", "config", "sample", "node-" + id + ".toml");
            NodeSettings settings = NodeSettings.read(sample, Map.of());
            assertThat(settings.node().id()).isEqualTo(new ReplicaId(id));
            assertThat(settings.node().listen()).isEqualTo(new HostAndPort("127.0.0.1", 7400 + id));
            assertThat(settings.node().dataDir()).isEqualTo(Path.of("data/node-" + id));
            assertThat(settings.node().seeds())
                    .isEqualTo(id == 1 ? List.of() : List.of(new HostAndPort("127.0.0.1", 7401)));
        }
    }

    /** What the sample shows as defaults, commented out, is what they are. */
    @Test
    void theDefaultsThatTheSampleShowsAreTheDefaults() throws IOException {
        Path sample = Path.of("..", "config", "sample", "node-1.toml");
        String shown = Files.readString(sample).replaceAll("(?m)^#([a-z-]+ = )", "$1");
        assertThat(read(shown, Map.of())).isEqualTo(NodeSettings.read(sample, Map.of()));
        assertThat(SettingKey.paths().map(path -> path.substring(path.indexOf('.') + 1)))
                .allSatisfy(name -> assertThat(shown).containsPattern("(?m)^" + name + " = "));
    }
}
