package dev.danta.cli;

import dev.danta.cli.status.Screen;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.id.ReplicaId;
import dev.danta.node.LastResort;
import dev.danta.wire.HostAndPort;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            "Run it where that node's folder is, with that node stopped. The others that are left may run: they follow."
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

    @Option(
            names = "--follow",
            paramLabel = "HOST:PORT",
            description =
                    "Where two nodes were recovered separately: this one gives its configuration up, and follows the"
                            + " one of the node that listens there.")
    private @Nullable String follow;

    @Option(names = "--yes", description = "Do it; else it is only said what would be given up.")
    private boolean yes;

    @Override
    public Integer call() {
        LastResort.Survivor survivor = LastResort.look(data);
        return follow == null
                ? recover(survivor)
                : follow(
                        survivor,
                        ClusterCommand.addresses("--follow", List.of(follow)).get(0));
    }

    private int recover(LastResort.Survivor survivor) {
        LastResort.objection(survivor).ifPresent(why -> {
            throw new CommandException(ExitCode.FAILED, why);
        });
        say(known(survivor));
        say(warnings(survivor));
        if (!yes) {
            return nothingDone("");
        }
        ClusterState recovered = LastResort.recover(data);
        say(List.of(
                "Done: when node " + survivor.node().number() + " is started, it goes on with configuration "
                        + Screen.version(recovered.version()) + ".",
                "Start it; the others that are left follow when they hear of it, or are started.",
                "For each that is lost: danta cluster replace ID, or danta cluster remove ID --lost"));
        return ExitCode.OK;
    }

    private int follow(LastResort.Survivor survivor, HostAndPort place) {
        ClusterState chosen = LastResort.other(survivor, place);
        say(known(survivor));
        say(List.of(
                "",
                "!! It gives that up for configuration " + Screen.version(chosen.version()) + ", which",
                "!! was recovered from node " + ClusterState.recoveredFrom(chosen.generation())
                        + ". Changes that were made since it was recovered from",
                "!! node " + ClusterState.recoveredFrom(survivor.known().generation())
                        + " are given up; shards whose members were changed need a look.",
                ""));
        if (!yes) {
            return nothingDone(" --follow " + place);
        }
        LastResort.giveUpFor(data, chosen);
        say(List.of("Done: when node " + survivor.node().number() + " is started, it follows that."));
        return ExitCode.OK;
    }

    private void say(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }

    private int nothingDone(String options) {
        say(List.of("Nothing is done. If that is what you want: danta cluster recover --data " + data + options
                + " --yes"));
        return ExitCode.FAILED;
    }

    private static List<String> known(LastResort.Survivor survivor) {
        List<String> lines = new ArrayList<>();
        lines.add("node " + survivor.node().number() + " knows cluster "
                + survivor.known().cluster() + " as of configuration "
                + Screen.version(survivor.known().version()) + ":");
        survivor.known()
                .nodes()
                .forEach((node, entry) -> lines.add("  node " + node.number() + " at " + entry.address()
                        + (entry.isLeaving() ? ", leaving" : "") + (node.equals(survivor.node()) ? ", this one" : "")));
        return lines;
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
                "");
    }
}
