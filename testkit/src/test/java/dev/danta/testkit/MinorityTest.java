package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.Ack;
import dev.danta.client.Codecs;
import dev.danta.client.Counter;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Read;
import dev.danta.client.SetOf;
import dev.danta.client.Table;
import dev.danta.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * F09 and F13: in the minority of a partition relaxed changes go on that one node acknowledges, strict ones do not, and in the end
 * everybody has all of them; what only one node has acknowledged is gone with its disk, and with nothing less.
 */
@Timeout(240)
final class MinorityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Key A = Key.of("a");

    private final EmbeddedCluster cluster =
            EmbeddedCluster.builder().shards(2).partitionable().build();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Table<String> notes(DantaClient client) {
        return client.space("shop").table("notes", Codecs.STRING, Mode.RELAXED);
    }

    private static Counter visits(DantaClient client) {
        return client.space("shop").counter("visits");
    }

    private static SetOf<String> tags(DantaClient client) {
        return client.space("shop").setOf("tags", Codecs.STRING, 16);
    }

    private static Table<Long> accounts(DantaClient client) {
        return client.space("shop").table("accounts", Codecs.LONG, Mode.STRICT);
    }

    /** Nothing new is declared while nobody can agree. */
    private static void useAll(DantaClient client) {
        notes(client).put(A, "before");
        visits(client).add(A, 1);
        tags(client).add(A, "before");
        client.space("shop").execute(tx -> tx.put(accounts(client), A, 1L));
    }

    /** Elsewhere than where others write: if its outcome is unknown, it may still come, when all is healed. */
    private static DantaException strictFailure(DantaClient client) {
        try {
            client.space("shop").execute(tx -> tx.put(accounts(client), Key.of("few"), 2L));
        } catch (DantaException failed) {
            return failed;
        }
        throw new AssertionError("who is cut off has written strictly");
    }

    private static void awaitEqual(EmbeddedCluster cluster) throws InterruptedException {
        List<SortedMap<Integer, String>> digests;
        do {
            Thread.sleep(50);
            digests = new ArrayList<>();
            for (int node = 1; node <= cluster.size(); node++) {
                digests.add(cluster.digestsOf(node));
            }
        } while (digests.stream().distinct().count() > 1);
    }

    @Test
    void bothSidesGoOnRelaxedOnlyTheMajorityStrictlyAndAllOfItIsEverywhereInTheEnd() throws InterruptedException {
        try (DantaClient many = cluster.clientBuilder().deadline(PATIENCE).build();
                DantaClient few = cluster.clientBuilderBeside(3)
                        .deadline(Duration.ofSeconds(4))
                        .build()) {
            useAll(many);
            useAll(few);

            cluster.partition(3);

            DantaException refused = strictFailure(few);
            while (!(refused instanceof UnavailableException)) {
                refused = strictFailure(few);
            }
            assertThatThrownBy(() -> notes(few).put(A, "by a quorum")).isInstanceOf(DantaException.class);
            for (int i = 0; i < 50; i++) {
                visits(few).with(Ack.ONE).add(A, 1);
                tags(few).with(Ack.ONE).add(A, "few " + i);
                visits(many).add(A, 1);
                tags(many).add(A, "many " + i);
            }
            tags(few).with(Ack.ONE).remove(A, "before");
            notes(few).with(Ack.ONE).put(Key.of("few"), "written by few");
            many.space("shop").execute(tx -> tx.put(accounts(many), A, 3L));
            assertThat(visits(few).get(A, Read.LOCAL)).as("its own side's").isEqualTo(52);
            assertThat(visits(many).get(A, Read.QUORUM)).isEqualTo(52);

            cluster.heal();
            awaitEqual(cluster);

            assertThat(visits(many).get(A, Read.QUORUM)).isEqualTo(102);
            assertThat(tags(many).members(A, Read.QUORUM))
                    .hasSize(100)
                    .containsAll(
                            IntStream.range(0, 50).mapToObj(i -> "few " + i).toList())
                    .doesNotContain("before");
            assertThat(notes(many).get(Key.of("few"), Read.QUORUM)).hasValue("written by few");
            assertThat(accounts(few).get(A, Read.STRICT)).hasValue(3L);
            assertThat(Map.of("in the end", visits(few).get(A, Read.LOCAL))).containsValue(102L);
        }
    }

    /** Its client is gone before anybody else could be told: with its disk the change would be lost, and comes back with it. */
    @Test
    void whatOneNodeAloneAcknowledgedIsWhereThatNodeIs() throws InterruptedException {
        try (DantaClient many = cluster.clientBuilder().deadline(PATIENCE).build()) {
            useAll(many);
            cluster.killNode(1);
            cluster.killNode(2);
            try (DantaClient few =
                    cluster.clientBuilder().deadline(Duration.ofSeconds(10)).build()) {
                visits(few).with(Ack.ONE).add(A, 40);
                notes(few).with(Ack.ONE).put(A, "acknowledged by one");
                few.close(Duration.ofMillis(1));
            }
            cluster.killNode(3);
            cluster.startNode(1);
            cluster.startNode(2);
            assertThat(visits(many).get(A, Read.QUORUM))
                    .as("nobody else has it")
                    .isEqualTo(1);
            assertThat(notes(many).get(A, Read.QUORUM)).hasValue("before");

            cluster.startNode(3);
            awaitEqual(cluster);

            assertThat(visits(many).get(A, Read.QUORUM)).isEqualTo(41);
            assertThat(notes(many).get(A, Read.QUORUM)).hasValue("acknowledged by one");
        }
    }
}
