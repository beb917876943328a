package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links between nodes of one process, and between them and clients, are cut. */
@Timeout(180)
final class PartitionedClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedCluster cluster =
            EmbeddedCluster.builder().shards(2).partitionable().build();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Table<Long> accounts(DantaClient client) {
        return client.space("bank").table("accounts", Codecs.LONG, Mode.STRICT);
    }

    private static void put(DantaClient client, String key, long value) {
        client.space("bank").execute(tx -> tx.put(accounts(client), Key.of(key), value));
    }

    /** Until the client knows how things are, a call may end otherwise. */
    private static DantaException failureOnceItIsKnown(DantaClient client) {
        DantaException last = failure(client);
        while (!(last instanceof UnavailableException)) {
            last = failure(client);
        }
        return last;
    }

    private static DantaException failure(DantaClient client) {
        try {
            put(client, "cut off", 1);
        } catch (DantaException failed) {
            return failed;
        }
        throw new AssertionError("who is cut off has written");
    }

    private static void putOnceItCan(DantaClient client, String key, long value) {
        boolean isDone = false;
        while (!isDone) {
            try {
                put(client, key, value);
                isDone = true;
            } catch (DantaException notYet) {
                assertThat(notYet.retryable() || notYet.outcome() == Outcome.UNKNOWN)
                        .as(notYet.toString())
                        .isTrue();
            }
        }
    }

    @Test
    void whoIsCutOffIsToldSoOthersGoOnAndHealedAllIsWell() {
        try (DantaClient many = cluster.clientBuilder().deadline(PATIENCE).build();
                DantaClient few = cluster.clientBuilderBeside(3)
                        .deadline(Duration.ofSeconds(6))
                        .build()) {
            put(many, "many", 1);
            put(few, "few", 1);
            Table<String> notes = few.space("bank").table("notes", Codecs.STRING, Mode.RELAXED);
            notes.put(Key.of("n"), "before");

            cluster.partition(3);

            put(many, "many", 2);
            assertThat(accounts(many).get(Key.of("many"), Read.STRICT)).hasValue(2L);
            DantaException told = failureOnceItIsKnown(few);
            assertThat(told.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(told).hasMessageContaining("too few nodes can be reached");
            assertThat(told.causes()).hasSize(2);
            assertThat(notes.get(Key.of("n"), Read.LOCAL))
                    .as("what one node can tell")
                    .hasValue("before");
            put(many, "many", 3);

            cluster.heal();

            putOnceItCan(few, "few", 2);
            assertThat(accounts(few).get(Key.of("many"), Read.STRICT)).hasValue(3L);
            assertThat(accounts(many).get(Key.of("few"), Read.STRICT)).hasValue(2L);
            cluster.awaitSettled();
        }
    }

    /** Whichever of them leads: of three, each is cut off once. */
    @Tag("long")
    @Test
    void whatIsAgreedNeedsAMajorityThatReachesItself() {
        try (DantaClient many = cluster.clientBuilder().deadline(PATIENCE).build()) {
            for (int node = 1; node <= 3; node++) {
                int alone = node;
                try (DantaClient few = cluster.clientBuilderBeside(alone)
                        .deadline(Duration.ofSeconds(5))
                        .build()) {
                    cluster.partition(alone);
                    Space theirs = many.space("new " + alone);
                    Table<String> declared = theirs.table("made apart", Codecs.STRING, Mode.STRICT);
                    theirs.execute(tx -> tx.put(declared, Key.of("k"), "v"));
                    assertThatThrownBy(() -> few.space("new " + alone)
                                    .table("made alone", Codecs.STRING, Mode.RELAXED)
                                    .put(Key.of("k"), "v"))
                            .isInstanceOf(DantaException.class);
                    cluster.heal();
                }
            }
        }
    }

    @Tag("long")
    @Test
    void nodesTakeNoWayThatCannotBeCut() {
        for (int from = 1; from <= 3; from++) {
            assertThat(cluster.network().connections(EmbeddedCluster.CLIENTS, EmbeddedCluster.party(from)))
                    .as("of whom nobody knows who it is")
                    .isZero();
            for (int to = 1; to <= 3; to++) {
                if (from != to) {
                    assertThat(cluster.network().connections(EmbeddedCluster.party(from), EmbeddedCluster.party(to)))
                            .isPositive();
                }
            }
        }
    }

    @Tag("long")
    @Test
    void oneWayIsEnoughToBeInNobodysWay() {
        try (DantaClient client = cluster.clientBuilder().deadline(PATIENCE).build()) {
            cluster.network().cut(EmbeddedCluster.party(1), EmbeddedCluster.party(2));
            cluster.network().cut(EmbeddedCluster.party(3), EmbeddedCluster.CLIENTS);
            put(client, "a", 1);
            assertThat(accounts(client).get(Key.of("a"), Read.STRICT)).hasValue(1L);
            cluster.heal();
        }
    }

    @Tag("long")
    @Test
    void aNodeComesBackToItsDoorsAndSoDoesTheCluster(@TempDir Path folder) {
        EmbeddedCluster.Builder builder =
                EmbeddedCluster.builder().name("kept").directory(folder).partitionable();
        try (EmbeddedCluster kept = builder.build();
                DantaClient client = kept.clientBuilder().deadline(PATIENCE).build()) {
            put(client, "a", 1);
            kept.killNode(2);
            kept.startNode(2);
            put(client, "a", 2);
        }
        try (EmbeddedCluster kept = builder.build();
                DantaClient client = kept.clientBuilder().deadline(PATIENCE).build()) {
            kept.partition(1);
            assertThat(accounts(client).get(Key.of("a"), Read.STRICT)).hasValue(2L);
        }
    }

    @Tag("long")
    @Test
    void withoutDoorsNothingCanBeCut(@TempDir Path folder) {
        EmbeddedCluster.Builder builder =
                EmbeddedCluster.builder().nodes(1).name("kept").directory(folder);
        try (EmbeddedCluster plain = builder.build()) {
            assertThatThrownBy(() -> plain.partition(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("partitionable()");
            assertThatThrownBy(() -> plain.clientBuilderBeside(1)).isInstanceOf(IllegalStateException.class);
        }
        EmbeddedCluster.Builder withDoors = builder.partitionable();
        assertThatThrownBy(withDoors::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("made without doors");
    }
}
