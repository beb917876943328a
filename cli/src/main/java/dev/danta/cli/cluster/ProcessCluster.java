package dev.danta.cli.cluster;

import dev.danta.cli.status.GrpcNodes;
import dev.danta.cli.status.Survey;
import dev.danta.wire.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in processes of their own on this machine: this Java, this class path, a temporary folder, ports that were free.
 * Nodes are numbered from 1 on.
 * Methods are to be called by one thread, but for {@link #close}.
 */
public final class ProcessCluster implements RunningCluster {
    /** What one node may use for objects, in MiB; enough for any load that a machine like this can apply. */
    private static final int HEAP_MIB = 512;

    private static final String LOOPBACK = "127.0.0.1";

    /** Below the ports that systems give to outgoing connections: one of those could sit on the port of a killed node. */
    private static final int PORT_MIN = 20_000;

    private static final int PORT_MAX = 31_000;

    /** How far above its port a node keeps the configuration. */
    private static final int CONFIG_PORT_ABOVE = 1_000;

    private static final int PORT_TRIES_MAX = 1_000;
    private static final Duration SERVES_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final TemporaryFolder folder;
    private final Arguments arguments;
    private final List<String> endpoints;
    private final List<@Nullable Process> processes = new ArrayList<>();
    private final Thread hook;
    private boolean closed;

    /** Says how one node is started. */
    interface Arguments {
        /**
         * What stands behind {@code danta node start}.
         *
         * @param addresses of all nodes, in order
         * @param node which of them, from 1 on
         * @param folder of the cluster, to write to
         */
        List<String> of(List<String> addresses, int node, Path folder);
    }

    private ProcessCluster(TemporaryFolder folder, List<String> endpoints, Arguments arguments) {
        this.folder = folder;
        this.arguments = arguments;
        this.endpoints = endpoints;
        this.hook = new Thread(this::end, "cluster-end");
        endpoints.forEach(endpoint -> processes.add(null));
    }

    /**
     * Starts that many nodes and waits until they are a cluster, with all replicas that it is to have.
     *
     * @throws ClusterException if one of them ends, or it takes too long
     */
    public static ProcessCluster start(int nodes) throws InterruptedException {
        return start(nodes, ProcessCluster::usual);
    }

    /** As above, with arguments of the caller's. */
    static ProcessCluster start(int nodes, Arguments arguments) throws InterruptedException {
        ProcessCluster cluster =
                new ProcessCluster(TemporaryFolder.create("danta-nodes"), freeAddresses(nodes), arguments);
        Runtime.getRuntime().addShutdownHook(cluster.hook);
        try {
            for (int node = 1; node <= nodes; node++) {
                cluster.createScratch(node);
            }
            cluster.startAll();
            return cluster;
        } catch (RuntimeException | InterruptedException failed) {
            cluster.close();
            throw failed;
        }
    }

    private static List<String> usual(List<String> addresses, int node, Path folder) {
        List<String> arguments = new ArrayList<>(List.of("--id", String.valueOf(node)));
        arguments.addAll(List.of("--listen", addresses.get(node - 1)));
        arguments.addAll(List.of("--data", folder.resolve("node-" + node).toString()));
        arguments.addAll(
                node == 1
                        ? List.of("--init", "on " + addresses.get(0), "--shards", "1")
                        : List.of("--join", addresses.get(0)));
        return arguments;
    }

    private void createScratch(int node) {
        try {
            Files.createDirectories(scratch(node));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private Path file(int node, String suffix) {
        return folder.path().resolve("node-" + node + suffix);
    }

    /** For what libraries unpack: a node that is killed leaves it behind. */
    private Path scratch(int node) {
        return file(node, "-tmp");
    }

    /** Starts all nodes that are not running, in their folders, and waits until all serve all that they are to serve. */
    public void startAll() throws InterruptedException {
        for (int node = 1; node <= endpoints.size(); node++) {
            launch(node);
        }
        awaitServing();
    }

    private static List<String> freeAddresses(int count) {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < PORT_TRIES_MAX && addresses.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            String address = LOOPBACK + ":" + port;
            boolean isTaken = addresses.contains(address)
                    || addresses.contains(LOOPBACK + ":" + (port + CONFIG_PORT_ABOVE))
                    || addresses.contains(LOOPBACK + ":" + (port - CONFIG_PORT_ABOVE));
            if (!isTaken && isFree(port) && isFree(port + CONFIG_PORT_ABOVE)) {
                addresses.add(address);
            }
        }
        if (addresses.size() < count) {
            throw new ClusterException("no " + count + " ports are free between " + PORT_MIN + " and " + PORT_MAX);
        }
        return addresses;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private synchronized void launch(int node) {
        if (closed) {
            throw new IllegalStateException("the cluster is closed");
        }
        Process before = processes.get(node - 1);
        if (before != null && before.isAlive()) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder(command(node));
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(file(node, ".log").toFile()));
        try {
            processes.set(node - 1, builder.start());
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    private List<String> command(int node) {
        List<String> all = new ArrayList<>(List.of("node", "start"));
        all.addAll(arguments.of(endpoints, node, folder.path()));
        return DantaProcess.command(HEAP_MIB, scratch(node), all);
    }

    private void awaitServing() throws InterruptedException {
        long end = System.nanoTime() + SERVES_WITHIN.toNanos();
        Survey survey = new Survey(
                new GrpcNodes(), endpoints.stream().map(HostAndPort::parse).toList());
        String lacking = "";
        while (System.nanoTime() < end) {
            for (int node = 1; node <= endpoints.size(); node++) {
                if (!isRunning(node)) {
                    throw new ClusterException("node " + node + " ended while it was starting: " + lastWords(node));
                }
            }
            try {
                if (survey.take(false).isComplete(endpoints.size())) {
                    return;
                }
                lacking = "not every shard has all its replicas";
            } catch (Survey.FailedException notYet) {
                lacking = String.valueOf(notYet.getMessage());
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
        }
        throw new ClusterException("the cluster is not complete after " + SERVES_WITHIN.toSeconds() + " s: " + lacking
                + "; node 1: " + lastWords(1));
    }

    private boolean isRunning(int node) {
        Process process = processOf(node);
        return process != null && process.isAlive();
    }

    private String lastWords(int node) {
        try {
            List<String> lines = Files.readAllLines(file(node, ".log"));
            return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        } catch (IOException unreadable) {
            return "what it said cannot be read: " + unreadable.getMessage();
        }
    }

    /** Kills all nodes at once, as {@code kill -9} does; returns when they are gone. */
    public void killAll() throws InterruptedException {
        kill(running());
    }

    @Override
    public void kill(int node) throws InterruptedException {
        Process process = processOf(node);
        kill(process == null ? List.of() : List.of(process));
    }

    /** A node stands still from now on ({@code SIGSTOP}), with its connections open. */
    public void pause(int node) throws InterruptedException {
        signal(node, "-STOP");
    }

    /** It goes on ({@code SIGCONT}). */
    public void resume(int node) throws InterruptedException {
        signal(node, "-CONT");
    }

    private void signal(int node, String signal) throws InterruptedException {
        Process process = processOf(node);
        if (process == null || !process.isAlive()) {
            throw new ClusterException("node " + node + " does not run");
        }
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new ClusterException("process " + process.pid() + " takes no " + signal);
            }
        } catch (IOException noSuchProgram) {
            throw new UncheckedIOException(noSuchProgram);
        }
    }

    private synchronized List<Process> running() {
        return processes.stream().flatMap(Stream::ofNullable).toList();
    }

    private synchronized @Nullable Process processOf(int node) {
        return processes.get(node - 1);
    }

    private static void kill(List<Process> victims) throws InterruptedException {
        victims.forEach(Process::destroyForcibly);
        for (Process process : victims) {
            if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new ClusterException("process " + process.pid() + " outlives its killing");
            }
        }
    }

    @Override
    public List<String> endpoints() {
        return List.copyOf(endpoints);
    }

    @Override
    public SortedMap<String, String> facts() {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("nodes", String.valueOf(endpoints.size()));
        facts.put("where", endpoints.size() + " node processes on this machine, " + HEAP_MIB + " MiB heap each");
        facts.put("durability", "sync");
        return facts;
    }

    @Override
    public Optional<Path> dataFolder() {
        return Optional.of(folder.path());
    }

    @Override
    public void close() {
        end();
        ShutdownHooks.remove(hook);
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        List<Process> ending = running();
        ending.forEach(Process::destroy);
        ending.forEach(ProcessCluster::endProcess);
        folder.close();
    }

    private static void endProcess(Process process) {
        try {
            if (process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        process.onExit().orTimeout(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
    }
}
