package dev.danta.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import java.util.concurrent.locks.LockSupport;
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

    private static final int PORT_MAX = 32_000;
    private static final int PORT_TRIES_MAX = 1_000;
    private static final Duration SERVES_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final TemporaryFolder folder;
    private final List<String> endpoints;
    private final List<@Nullable Process> processes = new ArrayList<>();
    private final Thread hook;
    private boolean closed;

    /** Says what stands in the settings file of one node. */
    interface Settings {
        /**
         * The text of the file.
         *
         * @param addresses of all nodes, in order
         * @param node which of them, from 1 on
         * @param dataFolder its own
         */
        String text(List<String> addresses, int node, Path dataFolder);
    }

    private ProcessCluster(TemporaryFolder folder, List<String> endpoints) {
        this.folder = folder;
        this.endpoints = endpoints;
        this.hook = new Thread(this::end, "cluster-end");
        endpoints.forEach(endpoint -> processes.add(null));
    }

    /**
     * Starts that many nodes and waits until each takes connections.
     *
     * @throws ClusterException if one does not
     */
    public static ProcessCluster start(int nodes) throws InterruptedException {
        return start(nodes, NodeFile::text);
    }

    /** As above, with settings of the caller's. */
    static ProcessCluster start(int nodes, Settings settings) throws InterruptedException {
        ProcessCluster cluster = new ProcessCluster(TemporaryFolder.create("danta-nodes"), freeAddresses(nodes));
        Runtime.getRuntime().addShutdownHook(cluster.hook);
        try {
            for (int node = 1; node <= nodes; node++) {
                cluster.write(node, settings);
            }
            cluster.startAll();
            return cluster;
        } catch (RuntimeException | InterruptedException failed) {
            cluster.close();
            throw failed;
        }
    }

    private void write(int node, Settings settings) {
        try {
            Files.createDirectories(scratch(node));
            Files.writeString(file(node, ".toml"), settings.text(endpoints, node, file(node, "")));
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

    /** Starts all nodes that are not running, in their folders, and waits until each takes connections. */
    public void startAll() throws InterruptedException {
        for (int node = 1; node <= endpoints.size(); node++) {
            launch(node);
        }
        for (int node = 1; node <= endpoints.size(); node++) {
            awaitServing(node);
        }
    }

    private static List<String> freeAddresses(int count) {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < PORT_TRIES_MAX && addresses.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            String address = LOOPBACK + ":" + port;
            if (!addresses.contains(address) && isFree(port)) {
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

    /** How a node is started with this Java and this class path. */
    private List<String> command(int node) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + HEAP_MIB + "m");
        command.add("-Djava.io.tmpdir=" + scratch(node));
        // What the manifest says of these holds only for "java -jar".
        command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
        command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("dev.danta.cli.Main");
        command.addAll(List.of("node", "start", "--config", file(node, ".toml").toString()));
        return command;
    }

    private void awaitServing(int node) throws InterruptedException {
        long end = System.nanoTime() + SERVES_WITHIN.toNanos();
        while (!takesConnections(endpoints.get(node - 1))) {
            if (!isRunning(node)) {
                throw new ClusterException("node " + node + " ended while it was starting: " + lastWords(node));
            }
            if (System.nanoTime() > end) {
                throw new ClusterException("node " + node + " does not serve after " + SERVES_WITHIN.toSeconds()
                        + " s: " + lastWords(node));
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
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

    private static boolean takesConnections(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1))),
                    1_000);
            return true;
        } catch (IOException notYet) {
            return false;
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
