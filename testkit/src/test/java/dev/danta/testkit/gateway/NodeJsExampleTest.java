package dev.danta.testkit.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.danta.testkit.EmbeddedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example in {@code examples/node-js}, as somebody runs it who has Node.js: its libraries are fetched, and it is started. */
@Tag("long")
@Timeout(300)
final class NodeJsExampleTest {
    private static final Path EXAMPLE =
            Path.of("../examples/node-js").toAbsolutePath().normalize();
    private static final Path PROTOS =
            Path.of("../wire/src/main/proto").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private record Ended(int code, String said) {}

    @Test
    void itTransfersConflictsAndScans() throws Exception {
        assumeTrue(isThere("node") && isThere("npm"), "Node.js and npm are not installed: the example is not run");
        try (Stream<Path> files = Files.list(EXAMPLE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Ended fetched = run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        assumeTrue(fetched.code() == 0, () -> "its libraries cannot be had, it is not run: " + fetched.said());
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(2).build()) {
            Ended ended = run("node", "bank.js", cluster.endpoints().get(1), cluster.name());
            assertThat(ended.code()).describedAs(ended.said()).isZero();
            assertThat(ended.said())
                    .contains("cluster " + cluster.name() + ", node 2 of 3, revision 2")
                    .contains("transfer: ann has 70, bob has 30")
                    .contains("conflict: ")
                    .contains("scan: ann=69 bob=30 cid=7")
                    .contains("session: dear");
        }
    }

    private boolean isThere(String program) throws InterruptedException {
        try {
            return run(program, "--version").code() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private Ended run(String... command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("DANTA_PROTO", PROTOS.toString());
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " does not end: " + Files.readString(said));
        }
        return new Ended(process.exitValue(), Files.readString(said));
    }
}
