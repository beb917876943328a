package dev.danta.check.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README of this module shows as Java stands in this package, where it is compiled and run. */
final class ReadmeTest {
    private static final Path SOURCES = Path.of("src/test/java/dev/danta/check/example");

    @Test
    void everySampleIsCompiledAndRun() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file :
                    files.filter(file -> !file.endsWith("ReadmeTest.java")).toList()) {
                sources.add(flat(Files.readAllLines(file)));
            }
        }

        List<String> samples = samples();

        assertThat(samples)
                .hasSizeGreaterThan(4)
                .allSatisfy(sample -> assertThat(sources)
                        .as(sample)
                        .anySatisfy(source -> assertThat(source).contains(sample)));
    }

    private static List<String> samples() throws IOException {
        List<String> samples = new ArrayList<>();
        List<String> sample = null;
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            if (line.equals("```java")) {
                sample = new ArrayList<>();
            } else if (line.equals("```") && sample != null) {
                samples.add(flat(sample));
                sample = null;
            } else if (sample != null) {
                sample.add(line);
            }
        }
        return samples;
    }

    /** Without what depends on how deep it stands. */
    private static String flat(List<String> lines) {
        return lines.stream().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void theVersionIsTheModules() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));

        assertThat(Path.of("README.md")).content().contains("dev.danta:linearizability-checker:" + version + "`");
    }
}
