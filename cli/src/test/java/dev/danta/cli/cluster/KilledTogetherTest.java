package dev.danta.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All nodes of a cluster of processes are killed at once while clients write: what was acknowledged is there after. */
@Tag("long")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class KilledTogetherTest {
    private static final Path SAMPLES = Path.of("..", "config", "sample");
    private static final int WRITERS = 8;
    private static final int WRITES_BEFORE_THE_KILL = 25;
    private static final Duration CALL = Duration.ofSeconds(5);
    private static final Duration SETTLING = Duration.ofSeconds(60);

    /** One write that was acknowledged. */
    private record Written(Key key, long value, Mode mode) {}

    private final Queue<Written> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<DantaException> refused = new ConcurrentLinkedQueue<>();
    private final CountDownLatch enough = new CountDownLatch(WRITERS * WRITES_BEFORE_THE_KILL);
    private volatile boolean killed;

    @Test
    void everyAcknowledgedWriteOutlivesTheDeathOfAllNodesAtOnce() throws InterruptedException {
        try (ProcessCluster cluster = ProcessCluster.start(3, KilledTogetherTest::fromSample)) {
            DantaClient writer = client(cluster);
            List<Thread> threads = writeFrom(writer);
            assertThat(enough.await(2, TimeUnit.MINUTES)).isTrue();

            cluster.killAll();
            killed = true;
            for (Thread thread : threads) {
                thread.join();
            }
            cluster.startAll();

            assertThat(writer.close(SETTLING).left())
                    .as("acknowledgements that the writer still lacks")
                    .isZero();
            try (DantaClient reader = client(cluster)) {
                assertThat(missing(reader)).isEmpty();
            }
        }
        assertThat(acknowledged).anyMatch(written -> written.mode() == Mode.STRICT);
        assertThat(acknowledged).anyMatch(written -> written.mode() == Mode.RELAXED);
        assertThat(refused).as("writes that the kill interrupted").isNotEmpty();
    }

    /** The sample settings, but for what must differ: ports that are free and a folder of the test's. */
    private static List<String> fromSample(List<String> addresses, int node, Path folder) {
        try {
            String text = Files.readString(SAMPLES.resolve("node-" + node + ".toml"));
            for (int i = 0; i < addresses.size(); i++) {
                text = text.replace("\"127.0.0.1:" + (7401 + i) + "\"", "\"" + addresses.get(i) + "\"");
            }
            assertThat(text).contains("listen = \"" + addresses.get(node - 1) + "\"");
            String data = "\"data/node-" + node + "\"";
            assertThat(text).contains(data);
            Path file = folder.resolve("node-" + node + ".toml");
            Files.writeString(file, text.replace(data, "\"" + folder.resolve("data-" + node) + "\""));
            return node == 1
                    ? List.of("--config", file.toString(), "--init", "sample")
                    : List.of("--config", file.toString());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static DantaClient client(ProcessCluster cluster) {
        return DantaClient.builder()
                .endpoints(cluster.endpoints())
                .deadline(CALL)
                .build();
    }

    private static Table<Long> table(DantaClient client, Mode mode) {
        return client.space("crash").table(mode == Mode.STRICT ? "strict" : "relaxed", Codecs.LONG, mode);
    }

    private List<Thread> writeFrom(DantaClient client) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            Thread thread = new Thread(() -> write(client, number), "writer-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void write(DantaClient client, int number) {
        Mode mode = number % 2 == 0 ? Mode.STRICT : Mode.RELAXED;
        Table<Long> table = table(client, mode);
        Space space = client.space("crash");
        for (long value = 0; !killed; value++) {
            Written write = new Written(Key.of(number, value), 1_000L * number + value, mode);
            try {
                if (mode == Mode.STRICT) {
                    space.execute(tx -> tx.put(table, write.key(), write.value()));
                } else {
                    table.put(write.key(), write.value());
                }
                acknowledged.add(write);
                enough.countDown();
            } catch (DantaException interrupted) {
                refused.add(interrupted);
                if (interrupted.outcome() == Outcome.UNKNOWN) {
                    return;
                }
            }
        }
    }

    private List<Written> missing(DantaClient client) {
        Space space = client.space("crash");
        Table<Long> strict = table(client, Mode.STRICT);
        Table<Long> relaxed = table(client, Mode.RELAXED);
        return acknowledged.stream()
                .filter(written -> written.value()
                        != (written.mode() == Mode.STRICT
                                ? space.read(
                                        Tx.options().deadline(SETTLING),
                                        tx -> tx.get(strict, written.key()).orElse(-1L))
                                : relaxed.get(written.key(), Read.QUORUM).orElse(-1L)))
                .toList();
    }
}
