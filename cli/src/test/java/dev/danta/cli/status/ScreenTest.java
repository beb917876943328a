package dev.danta.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.wire.admin.AdminReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ScreenTest {
    private static final String LONG = ".warehouse-north.eu-central-1.internal.example.com:7400";

    private static List<String> screen(Nodes nodes) throws InterruptedException {
        return screen(Samples.overview(nodes), false);
    }

    private static List<String> screen(Overview overview, boolean everyShard) {
        List<String> lines = new Screen(overview, Ink.BLACK, everyShard).lines();
        assertThat(lines).allMatch(line -> line.length() <= 80, "fits into 80 columns");
        assertThat(lines).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c <= '~'), "is plain ASCII");
        assertThat(lines).noneMatch(line -> line.endsWith(" "));
        return lines;
    }

    @Test
    void aClusterThatIsWellTakesAFewLines() throws InterruptedException {
        assertThat(screen(Samples.wellCluster(4)))
                .containsExactly(
                        "cluster shop, 3 nodes, 4 shards, replication 3",
                        "configuration 17, kept by nodes 1 2 3, led by node 1",
                        "",
                        "NODE  ADDRESS         SHARDS  BEHIND  HELD      DISK  STATE",
                        "   1  127.0.0.1:7401       4       0     4  12.0 MiB  up 3 min",
                        "   2  127.0.0.1:7402       4       0     4  12.0 MiB  up 3 min",
                        "   3  127.0.0.1:7403       4       0     4  12.0 MiB  up 3 min",
                        "",
                        "SHARDS  EPOCH  MEMBERS  HELD  UNDECIDED  RECORDS  STATE",
                        "0..3        1  1 2 3       4          8   10,000  ok",
                        "",
                        "all is well");
    }

    @Test
    void aNodeThatIsSilentIsShownAndNamedWithTheReason() throws InterruptedException {
        List<String> lines = screen(Samples.wellCluster(4).silence("127.0.0.1:7403"));

        assertThat(lines)
                .contains("   3  127.0.0.1:7403       4       ?     ?         ?  SILENT")
                .contains("0..3        1  1 2 3       4          8   10,000  without 3")
                .contains("! node 3 (127.0.0.1:7403): no answer within 2 s")
                .doesNotContain("all is well");
    }

    @Test
    void shardsWithoutAMajorityAreStuck() throws InterruptedException {
        List<String> lines =
                screen(Samples.wellCluster(4).silence("127.0.0.1:7402").silence("127.0.0.1:7403"));

        assertThat(lines)
                .contains("0..3        1  1 2 3       4          8   10,000  STUCK, 1 of 3 serve")
                .contains("! shards 0..3 serve nothing strict: too few of the members answer and serve");
    }

    @Test
    void aShardWhoseMembersAreBeingFilledIsNotStuck() throws InterruptedException {
        AdminReply.Configuration well = Samples.configuration(3, 1);
        AdminReply.Configuration activated = Samples.with(
                well,
                well.nodes(),
                List.of(new AdminReply.Shard(
                        0, 2, List.of(1, 2, 3), List.of(1, 2, 3), List.of(), 1, false, List.of())));
        Samples samples = new Samples();
        for (AdminReply.Node node : well.nodes()) {
            AdminReply.NodeStatus status = Samples.status(node, activated);
            boolean isFirst = node.node() == 1;
            List<AdminReply.Running> running =
                    List.of(new AdminReply.Running(0, 1, List.of(1, 2, 3), "finishing", 23, 0, "pages", 1_500, 1, ""));
            samples.answer(
                    node.address(),
                    new AdminReply.NodeStatus(
                            node.node(),
                            1,
                            "shop",
                            node.address(),
                            0,
                            activated,
                            isFirst ? status.replicas() : List.of(),
                            isFirst ? running : List.of(),
                            ""));
        }

        assertThat(screen(samples))
                .contains("0           2  1 2 3       1          2    2,500  finishing")
                .contains("shard 0: 1 2 3, for 1 s", "  finishing 23 pages")
                .doesNotContain("all is well")
                .noneMatch(line -> line.startsWith("!"));
    }

    @Test
    void aConfigurationWithoutAMajorityIsSaidNotToStopOperations() throws InterruptedException {
        AdminReply.Configuration well = Samples.configuration(3, 1);
        AdminReply.Configuration alone =
                new AdminReply.Configuration(17, false, 0, List.of(1, 2, 3), 3, well.nodes(), well.shards());

        assertThat(screen(Samples.of(alone)))
                .contains("configuration 17, kept by nodes 1 2 3, nobody is known to lead it")
                .contains(
                        "! the configuration has no majority: operations go on, changes wait until more",
                        "  of its voters (1 2 3) are back");
    }

    /** Sixteen shards on four nodes with long names, one of them down, with a change under way. */
    static Samples busy() {
        List<AdminReply.Node> nodes = new ArrayList<>(List.of(Samples.node(1, "127.0.0.1:7401")));
        IntStream.rangeClosed(2, 4).forEach(id -> nodes.add(Samples.node(id, "node-" + id + LONG)));
        List<AdminReply.Shard> shards =
                IntStream.range(0, 16).mapToObj(ScreenTest::busyShard).toList();
        AdminReply.Configuration configuration = Samples.with(Samples.configuration(3, 1), nodes, shards);
        AdminReply.NodeStatus first = Samples.status(nodes.get(0), configuration);
        AdminReply.Running running = new AdminReply.Running(
                7,
                3,
                List.of(1, 2, 3),
                "copying",
                1_234_567,
                12_345_678,
                "pages",
                123_456,
                2,
                "node 3 (node-3" + LONG + ") did not acknowledge page 1234 within 10 s");
        return Samples.of(configuration)
                .silence("node-3" + LONG)
                .answer(
                        "127.0.0.1:7401",
                        new AdminReply.NodeStatus(
                                1,
                                first.incarnation(),
                                "shop",
                                first.address(),
                                999_999_999,
                                configuration,
                                first.replicas(),
                                List.of(running),
                                "the disk has 1.2 GiB left"));
    }

    private static AdminReply.Shard busyShard(int id) {
        List<Integer> members = List.of(List.of(1, 2, 3), List.of(1, 2, 4), List.of(1, 3, 4), List.of(2, 3, 4))
                .get(id % 4);
        List<Integer> wanted = List.of(1, 2, 3);
        return switch (id) {
            case 5 -> new AdminReply.Shard(id, 3, members, wanted, List.of(), 4, false, List.of());
            case 6 -> new AdminReply.Shard(id, 3, members, List.of(1, 3, 5), List.of(), 4, false, List.of(5));
            case 7 -> new AdminReply.Shard(id, 3, members, wanted, wanted, 4, false, List.of());
            default -> Samples.shard(id, members);
        };
    }

    @Test
    void sixteenShardsLongNamesASilentNodeAndAChangeFitIntoATerminal() throws InterruptedException {
        assertThat(screen(busy()))
                .containsExactly(
                        "cluster shop, 4 nodes, 16 shards, replication 3",
                        "configuration 17, kept by nodes 1 2 3, led by node 1",
                        "",
                        "NODE  ADDRESS                           SHARDS  BEHIND  HELD      DISK  STATE",
                        "   1  127.0.0.1:7401                        12       0    12  36.0 MiB  up 11 d",
                        "   2  node-2.warehous..xample.com:7400      12       0    12  36.0 MiB  up 3 min",
                        "   3  node-3.warehous..xample.com:7400      12       ?     ?         ?  SILENT",
                        "   4  node-4.warehous..xample.com:7400      12       0    12  36.0 MiB  up 3 min",
                        "",
                        "SHARDS    EPOCH  MEMBERS  HELD  UNDECIDED  RECORDS  STATE",
                        "0 4 8 12      1  1 2 3       4          8   10,000  without 3",
                        "1 9 13        1  1 2 4       3          6    7,500  ok",
                        "2 10 14       1  1 3 4       3          6    7,500  without 3",
                        "3 11 15       1  2 3 4       3          6    7,500  without 3",
                        "5             3  1 2 4       1          2    2,500  will become 1 2 3",
                        "6             3  1 3 4       1          2    2,500  awaits node 5",
                        "7             3  2 3 4       1          2    2,500  becoming 1 2 3",
                        "",
                        "shard 7: 2 3 4 -> 1 2 3, epoch 3 -> 4, for 2 min, try 2",
                        "  copying 1,234,567 of 12,345,678 pages (9 %)",
                        "  last trouble: node 3",
                        "  (node-3.warehouse-north.eu-central-1.internal.example.com:7400) did not",
                        "  acknowledge page 1234 within 10 s",
                        "",
                        "! node 3 (node-3.warehouse-north.eu-central-1.internal.example.com:7400): no",
                        "  answer within 2 s",
                        "! node 1: the disk has 1.2 GiB left");
    }

    @Test
    void everyShardHasALineOfItsOwnIfAskedFor() throws InterruptedException {
        assertThat(screen(Samples.overview(busy()), true))
                .contains("12          1  1 2 3       1          2    2,500  without 3")
                .hasSizeGreaterThan(32);
    }

    @Test
    void manyShardsFitToo() throws InterruptedException {
        AdminReply.Configuration small = Samples.configuration(5, 1);
        AdminReply.Configuration large = Samples.with(
                small,
                small.nodes(),
                IntStream.range(0, 256)
                        .mapToObj(id -> Samples.shard(id, List.of(1 + id % 3, 4, 5)))
                        .toList());

        List<String> lines = screen(Samples.of(large));

        assertThat(lines).hasSize(16).anyMatch(line -> line.startsWith("0 3 6 9 "));
    }

    @Test
    void purposesAndMissingDisksAreNodesStates() throws InterruptedException {
        AdminReply.Configuration well = Samples.configuration(3, 1);
        List<AdminReply.Node> nodes = List.of(
                new AdminReply.Node(1, "127.0.0.1:7401", "127.0.0.1:8401", 1, false, true, false),
                new AdminReply.Node(2, "127.0.0.1:7402", "127.0.0.1:8402", 2, true, false, false),
                new AdminReply.Node(3, "127.0.0.1:7403", "127.0.0.1:8403", 3, false, false, true));

        assertThat(screen(Samples.of(Samples.with(well, nodes, well.shards())).silence("127.0.0.1:7403")))
                .anyMatch(line -> line.endsWith("up 3 min, draining"))
                .anyMatch(line -> line.endsWith("up 3 min, leaving"))
                .anyMatch(line -> line.endsWith("awaits a new disk"));
    }

    @Test
    void whoIsBehindIsToldByNodeAndByShard() throws InterruptedException {
        AdminReply.Configuration well = Samples.configuration(3, 1);
        AdminReply.NodeStatus status = Samples.status(well.nodes().get(2), well);
        Samples samples = Samples.of(well)
                .answer(
                        "127.0.0.1:7403",
                        new AdminReply.NodeStatus(
                                3,
                                status.incarnation(),
                                "shop",
                                status.address(),
                                status.uptimeMillis(),
                                well,
                                List.of(Samples.replica(0, 1, 1_204)),
                                List.of(),
                                ""));

        assertThat(screen(samples))
                .contains("   3  127.0.0.1:7403       1   1,204     1  3.0 MiB  up 3 min")
                .contains("0           1  1 2 3       1          2    2,500  3 behind");
    }

    @Test
    void replicasThatDifferAreNamed() throws InterruptedException {
        AdminReply.Configuration well = Samples.configuration(3, 1);
        Samples samples = new Samples();
        for (AdminReply.Node node : well.nodes()) {
            AdminReply.Replica replica = new AdminReply.Replica(
                    0,
                    1,
                    AdminReply.Standing.SERVING,
                    7,
                    List.of(),
                    0,
                    0,
                    7,
                    4096,
                    node.node() == 2 ? "beefbeef00" : "abcdabcd00");
            samples.answer(
                    node.address(),
                    new AdminReply.NodeStatus(
                            node.node(), 1, "shop", node.address(), 0, well, List.of(replica), List.of(), ""));
        }

        assertThat(String.join(" ", screen(samples)).replaceAll(" +", " "))
                .contains("! the replicas of shard 0 differ: node 1 abcdabcd, node 2 beefbeef, node 3 abcdabcd");
    }

    @Test
    void aRaisedGenerationIsReadable() {
        assertThat(Screen.version(17)).isEqualTo("17");
        assertThat(Screen.version((1025L << 40) + 1_204)).isEqualTo("1,204 after recovery 1");
        assertThat(Screen.version(2050L << 40)).isEqualTo("0 after recovery 2");
    }

    @Test
    void coloursAreForTerminalsThatKnowThem() throws InterruptedException {
        Map<String, String> usual = Map.of("TERM", "xterm");
        assertThat(Ink.of(usual, true)).isEqualTo(Ink.COLOURED);
        assertThat(Ink.of(usual, false)).isEqualTo(Ink.BLACK);
        assertThat(Ink.of(Map.of("TERM", "dumb"), true)).isEqualTo(Ink.BLACK);
        assertThat(Ink.of(Map.of(), true)).isEqualTo(Ink.BLACK);
        assertThat(Ink.of(Map.of("TERM", "xterm", "NO_COLOR", "1"), true)).isEqualTo(Ink.BLACK);

        Overview overview = Samples.overview(busy());
        List<String> plain = screen(overview, false);
        List<String> coloured = new Screen(overview, Ink.COLOURED, false).lines();
        assertThat(coloured).isNotEqualTo(plain);
        assertThat(coloured.stream()
                        .map(line -> line.replaceAll("\u001b\\[[0-9]*m", "").stripTrailing())
                        .toList())
                .isEqualTo(plain);
    }
}
