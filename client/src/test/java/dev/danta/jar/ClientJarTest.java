package dev.danta.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.testkit.EmbeddedCluster;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's jar serves an application that has nothing else, or other versions of what is inside it. */
@Timeout(120)
final class ClientJarTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Path README = Path.of("..", "README.md");

    @TempDir
    private static Path folder;

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().name("sample").build();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private static List<Path> exampleSources(String name) throws IOException {
        try (Stream<Path> all = Files.walk(EXAMPLES.resolve(name).resolve("src"))) {
            return all.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static void doesWhatItShould(Application application) throws IOException, InterruptedException {
        assertThat(application.run("first.Bank", cluster.endpoints()).lines())
                .containsSubsequence(
                        "transferred 30, ann has 70 left",
                        "accounts: ann 70, bob 30",
                        "transferred 1, ann has 69 left",
                        "conflict: NOT_APPLIED",
                        "accounts: ann 69, bob 31");
    }

    @Test
    void theExampleTransfersScansAndMeetsAConflict() throws IOException, InterruptedException {
        Application application = new Application(folder("alone"));
        application.compile(exampleSources("first"));

        doesWhatItShould(application);
    }

    /** What an example prints is in its page. */
    private static void printsWhatItsPageSays(String name, String main) throws IOException, InterruptedException {
        Application application = new Application(folder(name));
        application.compile(exampleSources(name));
        List<String> page = Files.readAllLines(EXAMPLES.resolve(name).resolve("README.md"));
        int command = page.indexOf(page.stream()
                .filter(line -> line.startsWith("$ ./mvnw -q -f examples/" + name))
                .findFirst()
                .orElseThrow());
        List<String> expected = page.subList(command + 1, page.lastIndexOf("```"));

        assertThat(application.run(main, cluster.endpoints()).lines())
                .containsSubsequence(expected.toArray(String[]::new));
    }

    @Test
    void theCapacityPoolPrintsWhatItsPageSays() throws IOException, InterruptedException {
        printsWhatItsPageSays("pool", "pool.Slots");
    }

    @Test
    void theWarehousePrintsWhatItsPageSays() throws IOException, InterruptedException {
        printsWhatItsPageSays("factory", "factory.Warehouse");
    }

    @Test
    void theProviderPrintsWhatItsPageSays() throws IOException, InterruptedException {
        printsWhatItsPageSays("provider", "provider.Accounts");
    }

    /** Classes of the same names that are of no use, as those of an older version would be. */
    @Test
    void anotherTransportOfTheApplicationIsNoneOfItsBusiness() throws IOException, InterruptedException {
        Path others = folder("others");
        for (String name : List.of(
                "io.grpc.ManagedChannel",
                "io.grpc.ManagedChannelProvider",
                "io.grpc.ManagedChannelBuilder",
                "io.grpc.netty.shaded.io.netty.channel.Channel",
                "io.netty.channel.Channel",
                "com.google.protobuf.ByteString",
                "com.google.protobuf.GeneratedMessage",
                "com.google.common.collect.ImmutableList",
                "com.github.benmanes.caffeine.cache.Cache")) {
            int dot = name.lastIndexOf('.');
            Path source = folder("sources").resolve(name.substring(dot + 1) + ".java");
            Files.writeString(
                    source,
                    "package " + name.substring(0, dot) + "; public final class " + name.substring(dot + 1) + " {}");
            new Application(others).compile(List.of(source));
        }
        Application application = new Application(folder("beside"), others);
        application.compile(exampleSources("first"));

        doesWhatItShould(application);
    }

    @Test
    void theFirstSnippetOfTheReadmeCompilesAndRuns() throws IOException, InterruptedException {
        String readme = Files.readString(README);
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        String snippet = readme.substring(begin, readme.indexOf("```", begin));
        for (int i = 0; i < 3; i++) {
            assertThat(snippet).contains("127.0.0.1:" + (7401 + i));
            snippet = snippet.replace(
                    "127.0.0.1:" + (7401 + i), cluster.endpoints().get(i));
        }
        // A busy machine may need longer than what suits most applications.
        assertThat(snippet).containsOnlyOnce(".build()");
        snippet = snippet.replace(".build()", ".deadline(java.time.Duration.ofSeconds(60)).build()");
        Path source = folder("readme").resolve("Readme.java");
        Files.writeString(source, """
                import dev.danta.client.*;
                public final class Readme {
                    public static void main(String[] none) {
                        %s
                        System.out.println("done");
                    }
                }
                """.formatted(snippet));
        Application application = new Application(folder("readme"));
        application.compile(List.of(source));

        assertThat(application.run("Readme", List.of()).lines()).contains("done");
    }

    /** The applications of the other tests show that the client does without it. */
    @Test
    void aRegistryOfTheApplicationIsToldWhatTheClientDoes() throws IOException, InterruptedException {
        Path[] micrometer = Stream.of(SimpleMeterRegistry.class, MeterRegistry.class, Observation.class, KeyValue.class)
                .map(type -> Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().getPath()))
                .distinct()
                .toArray(Path[]::new);
        Path source = folder("measured").resolve("Measured.java");
        Files.writeString(source, """
                import dev.danta.client.*;
                import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
                import java.time.Duration;
                public final class Measured {
                    public static void main(String[] endpoints) {
                        SimpleMeterRegistry registry = new SimpleMeterRegistry();
                        try (DantaClient client = DantaClient.builder().endpoints(endpoints)
                                .deadline(Duration.ofSeconds(60)).meterRegistry(registry).build()) {
                            Space space = client.space("measured");
                            Table<Long> table = space.table("table", Codecs.LONG, Mode.STRICT);
                            space.execute(tx -> tx.put(table, Key.of("a"), 1L));
                        }
                        System.out.println("transactions: " + registry.get("danta.client.transaction")
                                .tags("outcome", "done", "cluster", "sample").timer().count());
                    }
                }
                """);
        Application application = new Application(folder("measured"), micrometer);
        application.compile(List.of(source));

        assertThat(application.run("Measured", cluster.endpoints()).lines()).contains("transactions: 1");
    }

    @Test
    void everythingInItHasANameOfOursAndNothingIsNative() throws IOException {
        try (JarFile jar = new JarFile(Application.jar().toFile())) {
            List<String> names = jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
            assertThat(names)
                    .filteredOn(name -> name.endsWith(".class"))
                    .isNotEmpty()
                    .allMatch(name ->
                            name.replaceFirst("^META-INF/versions/\\d+/", "").startsWith("dev/danta/"));
            assertThat(names).noneMatch(name -> name.matches(".*\\.(so|dll|jnilib|dylib)"));
        }
    }
}
