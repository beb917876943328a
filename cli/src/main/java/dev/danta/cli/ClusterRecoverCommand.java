package dev.danta.cli;

import dev.danta.cli.status.Screen;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.id.ReplicaId;
import dev.danta.node.LastResort;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The way out when most of those that keep the configuration are gone for good. */
@Command(
        name = "recover",
        description = {
            "When a majority of the configuration's voters is lost for good: lets one node that is left go on alone,"
                    + " from what it knows. Gives up whatever was agreed beyond that.",
            "Run it where that node's folder is, with every node of the cluster stopped."
        })
final class ClusterRecoverCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The folder of the node that is to go on; of several, the one that knows the newest"
                    + " configuration.")
    private Path data = Path.of("");

    @Option(names = "--yes", description = "Do it; else it is only said what would be given up.")
    private boolean yes;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LastResort.Survivor survivor = LastResort.look(data);
        List<String> lines = new ArrayList<>();
        lines.add("node " + survivor.node().number() + " knows cluster "
                + survivor.known().cluster() + " as of configuration "
                + Screen.version(survivor.known().version()) + ":");
        survivor.known()
                .nodes()
                .forEach((node, entry) -> lines.add("  node " + node.number() + " at " + entry.address()
                        + (entry.isLeaving() ? ", leaving" : "") + (node.equals(survivor.node()) ? ", this one" : "")));
        lines.addAll(warnings(survivor));
        lines.forEach(out::println);
        if (!yes) {
            out.println("Nothing is done. If that is what you want: danta cluster recover --data " + data + " --yes");
            out.flush();
            return ExitCode.FAILED;
        }
        ClusterState recovered = LastResort.recover(data);
        out.println("Done: when node " + survivor.node().number() + " is started, it goes on with configuration "
                + Screen.version(recovered.version()) + ".");
        out.println("Start it, and when it serves the others that are left. For each that is lost:");
        out.println("danta cluster replace ID, or danta cluster remove ID --lost");
        out.flush();
        return ExitCode.OK;
    }

    private static List<String> warnings(LastResort.Survivor survivor) {
        ReplicaId node = survivor.node();
        long alone = survivor.known().shards().values().stream()
                .filter(shard -> shard.config().active().hasMember(node))
                .count();
        return List.of(
                "",
                "!! It will be the only voter, and what it does not know is given up: any",
                "!! change of members that the lost voters agreed on after this. Look at the",
                "!! other nodes that are left first: the newest configuration is to be taken.",
                "!! A voter that is lost must never be started on its old folder again, should",
                "!! it turn up.",
                "!! No data is brought back: this node has replicas of " + alone + " of "
                        + survivor.known().shards().size() + " shards. A shard",
                "!! that has lost most of its members stays without them.",
                "!! Every node of the cluster must be stopped now.",
                "");
    }
}
