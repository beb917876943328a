package dev.danta.cli.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The danta command as a process of its own, with this Java and this class path. */
final class DantaProcess {
    /** JVM options for such processes, split at blanks. */
    private static final String OPTIONS = "danta.processes.jvm";

    private DantaProcess() {}

    /**
     * How it is started.
     *
     * @param heapMebibytes what it may use for objects
     * @param scratch a folder for what libraries unpack: a process that is killed leaves it behind
     */
    static List<String> command(int heapMebibytes, Path scratch, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMebibytes + "m");
        command.add("-Djava.io.tmpdir=" + scratch);
        // What the manifest says of these holds only for "java -jar".
        command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
        command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        Stream.of(System.getProperty(OPTIONS, "").split(" "))
                .filter(option -> !option.isBlank())
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("dev.danta.cli.Main");
        command.addAll(arguments);
        return command;
    }
}
