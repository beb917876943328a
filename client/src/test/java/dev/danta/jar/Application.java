package dev.danta.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.slf4j.Logger;

/** An application that has the client's jar and what that says it needs, and nothing else of Danta. */
final class Application {
    private static final Path JAR = Path.of(System.getProperty("danta.client.jar", "target/danta-client.jar"));

    private final Path classes;
    private final List<Path> before;

    /** @param before what stands before the jar on its class path */
    Application(Path classes, Path... before) {
        this.classes = classes;
        this.before = List.of(before);
    }

    static Path jar() {
        assertThat(JAR)
                .as("the jar, built before the test: ./mvnw -pl client -am verify")
                .isRegularFile();
        return JAR;
    }

    private String classPath() {
        Path logging = Path.of(
                Logger.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        return Stream.concat(before.stream(), Stream.of(jar(), logging, classes))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    void compile(List<Path> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments =
                new ArrayList<>(List.of("-proc:none", "--release", "17", "-cp", classPath(), "-d", classes.toString()));
        sources.forEach(source -> arguments.add(source.toString()));
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    /** Runs a class of it in a process of its own; what it prints, errors included. */
    String run(String main, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath(), main));
        command.addAll(arguments);
        Path said = classes.resolve("said.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            int exit = process.waitFor();
            String text = Files.readString(said, StandardCharsets.UTF_8);
            assertThat(exit).as(text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
