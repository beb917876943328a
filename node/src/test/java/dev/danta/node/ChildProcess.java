package dev.danta.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A class of the tests with a {@code main}, run in a JVM of its own; killed at the latest when it is closed. */
public final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts {@code main}; what it writes to the error output is to be found among its other output. */
    public static ChildProcess start(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ChildProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    /** Waits for the next line with {@code mark} in it, and returns what follows the mark. */
    public String awaitLine(String mark) {
        StringBuilder seen = new StringBuilder();
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                int at = line.indexOf(mark);
                if (at >= 0) {
                    return line.substring(at + mark.length());
                }
                seen.append(line).append('\n');
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        throw new IllegalStateException("the child ended without a line '" + mark + "', but with:\n" + seen);
    }

    /** Ends it as {@code kill -9} does, and returns everything that it had written until then and was not read. */
    public List<String> kill() {
        // Through its handle: the process object would close its output as well.
        requireDone(process.toHandle().destroyForcibly());
        return output.lines().toList();
    }

    /** Everything that it writes from now on to its end. */
    public List<String> remainingLines() {
        return output.lines().toList();
    }

    /** Asks it to end as {@code kill} does. */
    public void terminate() {
        requireDone(process.toHandle().destroy());
    }

    private static void requireDone(boolean asked) {
        if (!asked) {
            throw new IllegalStateException("the child could not be asked to end");
        }
    }

    /** Waits for its end and returns its exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the child does not end");
            }
            return process.exitValue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit();
    }
}
