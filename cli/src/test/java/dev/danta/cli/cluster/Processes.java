package dev.danta.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Danta commands as processes of their own, by names that the test gives. Ended when this is closed. */
public final class Processes implements AutoCloseable {
    private static final int HEAP_MIB = 256;
    private static final int CONFIG_PORT_ABOVE = 1_000;

    private final Path folder;
    private final Map<String, Process> running = new TreeMap<>();

    public Processes(Path folder) {
        this.folder = folder;
    }

    /** The first of as many ports that follow each other, free with those 1000 above, with four digits as in documents. */
    public static int freePorts(int count) {
        for (int tries = 0; tries < 1_000; tries++) {
            int first = ThreadLocalRandom.current().nextInt(3_000, 8_900);
            boolean areFree = true;
            for (int port = first; port < first + count; port++) {
                areFree &= isFree(port) && isFree(port + CONFIG_PORT_ABOVE);
            }
            if (areFree) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " ports in a row are free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    public void start(String name, List<String> arguments) {
        Path scratch = folder.resolve(name + "-tmp");
        try {
            Files.createDirectories(scratch);
            Process before = running.put(
                    name,
                    new ProcessBuilder(DantaProcess.command(HEAP_MIB, scratch, arguments))
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    folder.resolve(name + ".log").toFile()))
                            .start());
            assertThat(before == null || !before.isAlive()).as(name).isTrue();
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** Ends it as {@code kill -9} does. */
    public void kill(String name) throws InterruptedException {
        Process process = process(name);
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Asks it to end, and gives its exit code. */
    public int end(String name) throws InterruptedException {
        process(name).destroy();
        return exitCode(name);
    }

    /** The exit code with which it ends by itself, soon. */
    public int exitCode(String name) throws InterruptedException {
        Process process = process(name);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said(name)).isTrue();
        return process.exitValue();
    }

    public boolean isRunning(String name) {
        Process process = running.get(name);
        return process != null && process.isAlive();
    }

    /** The last line of what it said. */
    public String lastWords(String name) {
        List<String> lines = said(name).lines().toList();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    public String said(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Forgets all that it kept. */
    public static void wipe(Path data) {
        new TemporaryFolder(data).close();
    }

    private Process process(String name) {
        @Nullable Process process = running.get(name);
        if (process == null) {
            throw new IllegalArgumentException(name + " was not started");
        }
        return process;
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroyForcibly);
        running.values().forEach(process -> process.onExit().join());
    }
}
