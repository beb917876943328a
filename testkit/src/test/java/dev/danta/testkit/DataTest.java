package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Entry;
import dev.danta.client.Index;
import dev.danta.client.IndexNotKeptException;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.Mode;
import dev.danta.client.ModeMismatchException;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.UniqueViolationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ranges, indexes and declared collections on real nodes, with several shards. */
@Timeout(300)
final class DataTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = Boolean.getBoolean("danta.long") ? 300 : 9;
    private static final int CLIENTS = 2;
    private static final int THREADS = 4;

    @Test
    void whoeverListsEverythingAndAddsSomethingIsAlone() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(3).build()) {
            List<DantaClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(cluster.clientBuilder().deadline(PATIENCE).build());
            }
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    if (round == ROUNDS / 3) {
                        cluster.killNode(2);
                    } else if (round == 2 * ROUNDS / 3) {
                        cluster.startNode(2);
                    }
                    oneIsAlone(clients, threads, round);
                }
                collectionsAreDeclaredOnce(cluster, clients.get(0));
            } finally {
                threads.shutdownNow();
                clients.forEach(client -> client.close(PATIENCE));
            }
        }
    }

    /** Each thread lists the round's rows, on all shards, and adds one if there is none; and takes one name for itself. */
    private static void oneIsAlone(List<DantaClient> clients, ExecutorService threads, int round) {
        CyclicBarrier barrier = new CyclicBarrier(THREADS);
        List<CompletableFuture<Integer>> all = IntStream.range(0, THREADS)
                .mapToObj(thread -> CompletableFuture.supplyAsync(
                        () -> listAndAdd(clients.get(thread % CLIENTS), barrier, round, thread), threads))
                .toList();
        int added = all.stream().mapToInt(CompletableFuture::join).sum();

        Space shop = clients.get(round % CLIENTS).space("shop");
        Table<String> rows = rows(shop, round);
        assertThat(rows.scan(KeyRange.all().reverse())).as("round %d", round).hasSize(1);
        Index<String> names = names(shop);
        assertThat(names.scan(KeyRange.prefix(round))).as("round %d", round).hasSize(1);
        // One that has added a row, and one that has taken the name.
        assertThat(added).as("round %d", round).isEqualTo(2);
    }

    private static Table<String> rows(Space shop, int round) {
        return shop.table("rows" + round, Codecs.STRING, Mode.STRICT);
    }

    /** The names of people, of which there is one of each: "round:name". */
    private static Index<String> names(Space shop) {
        return people(shop).uniqueIndex("by-name", person -> {
            String[] parts = person.split(":");
            return Key.of(Integer.parseInt(parts[0]), parts[1]);
        });
    }

    private static Table<String> people(Space shop) {
        return shop.table("people", Codecs.STRING, Mode.STRICT);
    }

    private static int listAndAdd(DantaClient client, CyclicBarrier barrier, int round, int thread) {
        Space shop = client.space("shop");
        Table<String> rows = rows(shop, round);
        names(shop);
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        KeyRange range = thread % 2 == 0 ? KeyRange.all() : KeyRange.all().reverse();
        boolean isFirst = shop.run(tx -> {
            boolean isEmpty = tx.entries(rows, range).findFirst().isEmpty();
            if (isEmpty) {
                tx.put(rows, Key.of("row of", thread), "x");
            }
            return isEmpty;
        });
        try {
            shop.execute(tx -> tx.put(people(shop), Key.of(round, thread), round + ":ann"));
            return isFirst ? 2 : 1;
        } catch (UniqueViolationException taken) {
            return isFirst ? 1 : 0;
        }
    }

    private static void collectionsAreDeclaredOnce(EmbeddedCluster cluster, DantaClient first) {
        Space shop = first.space("shop");
        shop.counter("views").add(Key.of("a"), 1);
        try (DantaClient other = cluster.clientBuilder().deadline(PATIENCE).build()) {
            Space same = other.space("shop");
            Table<Long> views = same.table("views", Codecs.LONG, Mode.STRICT);
            assertThatThrownBy(() -> views.get(Key.of("a"), Read.STRICT))
                    .isInstanceOf(ModeMismatchException.class)
                    .hasMessageContaining("shop/views is a counter in this cluster, not a strict table");
            assertThatThrownBy(() -> same.execute(tx -> tx.put(people(same), Key.of(1), "0:bob")))
                    .isInstanceOf(IndexNotKeptException.class)
                    .hasMessageContaining("people#by-name");
            Index<String> names = names(same);
            same.execute(tx -> tx.put(people(same), Key.of("bob"), "0:bob"));
            assertThat(names.get(Key.of(0, "bob")).map(Entry::key)).contains(Key.of("bob"));
        }
    }
}
