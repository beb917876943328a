package dev.danta.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in processes of their own, behind a {@link FaultNetwork}: what a node tells others of its addresses are doors of that
 * network, so that all that is said between nodes, and by clients to nodes, can be held up. Nodes have any numbers from 1 on;
 * parties are called {@code n1}, {@code n2} and so on, the doors to what they have of the configuration {@code n1.config} and so
 * on, everybody else is {@code client}.
 *
 * <p>Everything that it has started ends with it, killed by its number if it does not end otherwise. For one thread, but for
 * {@link #network} and {@link #close}.
 */
public final class NodeProcesses implements AutoCloseable {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final int CONNECTS_WITHIN_MILLIS = 1_000;

    private final Path folder;
    private final List<String> program;
    private final SocketOwners owners = new SocketOwners();
    private final FaultNetwork network = FaultNetwork.start(owners);
    private final Map<Integer, Place> places = new TreeMap<>();
    private final Thread hook = new Thread(this::end, "processes-end");
    private boolean closed;

    /** Where a node is, whether it runs or not. */
    private static final class Place {
        private final InetSocketAddress listens;
        private final InetSocketAddress listensForConfig;
        private final InetSocketAddress door;
        private final InetSocketAddress configDoor;
        private @Nullable Process process;

        Place(
                InetSocketAddress listens,
                InetSocketAddress listensForConfig,
                InetSocketAddress door,
                InetSocketAddress configDoor) {
            this.listens = listens;
            this.listensForConfig = listensForConfig;
            this.door = door;
            this.configDoor = configDoor;
        }
    }

    /**
     * None yet.
     *
     * @param folder for data and what nodes say; it stays when this is closed
     * @param program what starts {@code danta}, such as a JVM with its flags and a main class; {@link #thisJava}
     */
    public NodeProcesses(Path folder, List<String> program) {
        this.folder = folder;
        this.program = List.copyOf(program);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * This Java with this class path.
     *
     * @param main the class that takes {@code danta}'s arguments
     * @param heapMib what one node may use for objects
     */
    public static List<String> thisJava(String main, int heapMib) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMib + "m");
        command.add("-XX:+UseSerialGC");
        // What the manifest says of these holds only for "java -jar".
        command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
        command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main);
        return command;
    }

    /** The network that lies between all of them. */
    public FaultNetwork network() {
        return network;
    }

    /** What the party is called that a node is. */
    public static String party(int node) {
        return "n" + node;
    }

    /** What the party is called that others connect to when they agree on the configuration with a node. */
    public static String configParty(int node) {
        return party(node) + ".config";
    }

    /** What the party is called that is no node. */
    public static String others() {
        return SocketOwners.SOMEBODY;
    }

    /** Where others reach a node, {@code host:port}. */
    public String address(int node) {
        return text(place(node).door);
    }

    /**
     * Where one caller alone reaches a node, {@code host:port}: callers may share a process, and be cut off one by one. Each call
     * opens another door.
     */
    public String addressFor(String caller, int node) {
        return text(network.openFor(caller, party(node), 0, place(node).listens));
    }

    /** The folder with a node's data. */
    public Path data(int node) {
        return folder.resolve("n" + node);
    }

    /** Everything that a node has said, one process after the other. */
    public Path log(int node) {
        return folder.resolve("n" + node + ".log");
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private Place place(int node) {
        return places.computeIfAbsent(node, this::newPlace);
    }

    private Place newPlace(int node) {
        InetSocketAddress listens = Loopback.free();
        InetSocketAddress listensForConfig = Loopback.free();
        return new Place(
                listens,
                listensForConfig,
                network.open(party(node), Loopback.free().getPort(), listens),
                network.open(configParty(node), Loopback.free().getPort(), listensForConfig));
    }

    /**
     * Starts a node that does not run, in its folder.
     *
     * @param more arguments, such as {@code --init shop} or {@code --join} and the address of another
     */
    public void start(int node, String... more) {
        Place place = place(node);
        if (place.process != null && place.process.isAlive()) {
            throw new IllegalStateException("node " + node + " runs already");
        }
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("node", "start", "--id", Integer.toString(node)));
        command.addAll(List.of("--data", data(node).toString()));
        command.addAll(List.of("--listen", text(place.listens), "--advertise", text(place.door)));
        command.addAll(List.of("--config-listen", text(place.listensForConfig)));
        command.addAll(List.of("--config-advertise", text(place.configDoor)));
        command.addAll(List.of(more));
        try {
            Path scratch = Files.createDirectories(folder.resolve("n" + node + "-tmp"));
            // For what libraries unpack: a node that is killed leaves it behind.
            command.add(1, "-Djava.io.tmpdir=" + scratch);
            launch(place, party(node), command, log(node));
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    private synchronized void launch(Place place, String party, List<String> command, Path log) throws IOException {
        if (closed) {
            throw new IllegalStateException("everything has ended");
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        place.process = process;
        owners.add(process.pid(), party);
    }

    /** Whether its process is there, paused or not. */
    public boolean isRunning(int node) {
        Process process = place(node).process;
        return process != null && process.isAlive();
    }

    /**
     * Waits until a node takes connections.
     *
     * @throws IllegalStateException with its last words if it ends before, or does not within this time
     */
    public void awaitListening(int node, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!takesConnections(place(node).listens)) {
            if (!isRunning(node)) {
                throw new IllegalStateException("node " + node + " ended while it was starting: " + lastWords(node));
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        "node " + node + " does not listen after " + patience.toSeconds() + " s: " + lastWords(node));
            }
            pause();
        }
    }

    /** The last lines that it has said. */
    public String lastWords(int node) {
        try {
            List<String> lines = Files.readAllLines(log(node), StandardCharsets.UTF_8);
            return lines.isEmpty()
                    ? "it said nothing"
                    : String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException unreadable) {
            return "what it said cannot be read: " + unreadable.getMessage();
        }
    }

    private static boolean takesConnections(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECTS_WITHIN_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private Process running(int node) {
        Process process = place(node).process;
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("node " + node + " does not run: " + lastWords(node));
        }
        return process;
    }

    /** As {@code kill -9} does; returns when it is gone. */
    public void kill(int node) throws InterruptedException {
        Process process = running(node);
        process.destroyForcibly();
        gone(process);
    }

    /** Asks it to end, as {@code kill} does, and waits until it has; returns its exit code. */
    public int terminate(int node) throws InterruptedException {
        Process process = running(node);
        process.destroy();
        gone(process);
        return process.exitValue();
    }

    /** Waits until it ends by itself; returns its exit code, or nothing if it still runs. */
    public OptionalInt awaitEnd(int node, Duration patience) throws InterruptedException {
        Process process = place(node).process;
        if (process == null || !process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return OptionalInt.empty();
        }
        owners.remove(process.pid());
        return OptionalInt.of(process.exitValue());
    }

    private void gone(Process process) throws InterruptedException {
        if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + process.pid() + " does not end");
        }
        owners.remove(process.pid());
    }

    /** It stands still from now on ({@code SIGSTOP}), with its connections open. */
    public void pause(int node) throws InterruptedException {
        signal(running(node), "-STOP");
    }

    /** It goes on ({@code SIGCONT}). */
    public void resume(int node) throws InterruptedException {
        signal(running(node), "-CONT");
    }

    private static void signal(Process process, String signal) throws InterruptedException {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("process " + process.pid() + " takes no " + signal);
            }
        } catch (IOException noSuchProgram) {
            throw new UncheckedIOException(noSuchProgram);
        }
    }

    /** The folder of a node that does not run is gone. */
    public void wipe(int node) {
        demandStopped(node);
        try {
            deleteAll(data(node));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Copies the folder of a node that does not run, as a backup does. */
    public Path backUp(int node) {
        demandStopped(node);
        Path copy = folder.resolve("n" + node + "-copy");
        try {
            deleteAll(copy);
            copyAll(data(node), copy);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return copy;
    }

    /** Puts a copy in the place of the folder of a node that does not run. */
    public void restore(int node, Path copy) {
        wipe(node);
        try {
            copyAll(copy, data(node));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void demandStopped(int node) {
        if (isRunning(node)) {
            throw new IllegalStateException("node " + node + " runs");
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void deleteAll(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(top)) {
            files = new ArrayList<>(walk.toList());
        }
        // What is in a folder comes after it.
        for (int i = files.size() - 1; i >= 0; i--) {
            Files.delete(files.get(i));
        }
    }

    /** Deletes the folder with all data and all that nodes have said. After {@link #close}. */
    public void deleteFolder() {
        try {
            deleteAll(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends all nodes and the network. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends, and the hook has run or is running.
            return;
        }
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        for (Place place : places.values()) {
            if (place.process != null) {
                place.process.destroyForcibly();
            }
        }
        for (Place place : places.values()) {
            if (place.process != null) {
                place.process
                        .onExit()
                        .orTimeout(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)
                        .join();
            }
        }
        network.close();
    }
}
