package dev.danta.cli;

import dev.danta.cli.cluster.ShutdownHooks;
import dev.danta.testkit.EmbeddedCluster;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A cluster on this machine, for as long as somebody works with it. */
@Command(
        name = "dev",
        description = {
            "A local cluster to develop against: real nodes in this process, until Ctrl-C.",
            "They listen on 127.0.0.1 only, on ports that follow each other, and 1000 above those."
        })
final class DevCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(DevCommand.class);
    private static final int PORT_MAX = 64_000;
    private static final int SHARDS = 4;
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many: 1, 3 or 5 (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7400",
            description = "Of the first node (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the data is kept, for the next time too (default: a temporary folder that goes with"
                    + " the cluster).")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        EmbeddedCluster.Builder builder = builder();
        PrintWriter out = spec.commandLine().getOut();
        EmbeddedCluster cluster = started(builder);
        out.println("cluster " + cluster.name() + " is up; Ctrl-C ends it");
        out.println("  endpoints  " + String.join(",", cluster.endpoints()));
        out.println("  data       " + cluster.directory() + (data == null ? " (goes with the cluster)" : ""));
        out.println(
                "  status     danta cluster status --at " + cluster.endpoints().get(0));
        out.flush();
        // Nothing counts it down: only the end of the process is the end of this.
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    /** The process was asked to end, perhaps before the cluster is up: then it is waited for, since half of one cannot be closed. */
    private static void end(CompletableFuture<EmbeddedCluster> starting) {
        try {
            starting.get(STARTS_WITHIN.toSeconds(), TimeUnit.SECONDS).close();
        } catch (ExecutionException | TimeoutException notStarted) {
            LOG.debug("there is nothing to close", notStarted);
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
        // The JVM's own exit code would say that it was killed.
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    private EmbeddedCluster.Builder builder() {
        if (nodes != 1 && nodes != 3 && nodes != 5) {
            throw new CommandException(ExitCode.USAGE, "--nodes is 1, 3 or 5, not " + nodes);
        }
        if (port < 1 || port > PORT_MAX) {
            throw new CommandException(ExitCode.USAGE, "--port is between 1 and " + PORT_MAX + ", not " + port);
        }
        EmbeddedCluster.Builder builder = EmbeddedCluster.builder()
                .name("dev")
                .nodes(nodes)
                .shards(SHARDS)
                .firstPort(port);
        if (data != null) {
            if (Files.exists(data) && !Files.isDirectory(data)) {
                throw new CommandException(ExitCode.USAGE, data + " is a file, not a folder");
            }
            builder.directory(data);
        }
        return builder;
    }

    private EmbeddedCluster started(EmbeddedCluster.Builder builder) {
        CompletableFuture<EmbeddedCluster> starting = new CompletableFuture<>();
        Thread hook = new Thread(() -> end(starting), "danta-dev-end");
        Runtime.getRuntime().addShutdownHook(hook);
        PrintWriter err = spec.commandLine().getErr();
        err.println("starting " + (nodes == 1 ? "1 node" : nodes + " nodes") + " ...");
        err.flush();
        try {
            EmbeddedCluster cluster = builder.build();
            starting.complete(cluster);
            return cluster;
        } catch (RuntimeException failed) {
            starting.completeExceptionally(failed);
            ShutdownHooks.remove(hook);
            throw failed;
        }
    }
}
