package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.ClientStats;
import dev.danta.client.Codecs;
import dev.danta.client.Counter;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Spend;
import dev.danta.client.SpendRule;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.client.UnavailableException;
import dev.danta.client.WrongClusterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Client, wire and node together: nothing here is made up but the load. */
@Timeout(300)
final class EmbeddedClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static DantaClient patientClient(EmbeddedCluster cluster) {
        return cluster.clientBuilder().deadline(PATIENCE).build();
    }

    private static Table<Long> accountsOf(DantaClient client) {
        return client.space("bank").table("accounts", Codecs.LONG, Mode.STRICT);
    }

    @Tag("long")
    @Test
    void concurrentTransfersOnOneShardKeepTheSumThoughANodeDiesInTheMiddle() throws InterruptedException {
        concurrentTransfersKeepTheSum(1);
    }

    @Test
    void concurrentTransfersKeepTheSumThoughANodeDiesInTheMiddle() throws InterruptedException {
        concurrentTransfersKeepTheSum(3);
    }

    /** Orders of two articles each, over two shards, beside reserved spends of one of them, while a node is down for a while. */
    @Test
    void ordersOfSeveralArticlesSellExactlyWhatThereIs() {
        int supply = 300;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(3).build();
                DantaClient one = patientClient(cluster);
                DantaClient other = patientClient(cluster)) {
            List<BoundedCounter> stocks = Stream.of(one, other)
                    .map(client -> client.space("shop").boundedCounter("stock", Bounds.atLeast(0)))
                    .toList();
            Table<String> table = one.space("shop").table("orders", Codecs.STRING, Mode.STRICT);
            Key left = Key.of("left");
            Key right = Key.of("right");
            stocks.get(0).gain(left, supply + supply / 2);
            stocks.get(1).gain(right, supply);
            AtomicInteger ordered = new AtomicInteger();
            AtomicInteger sold = new AtomicInteger();
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < supply; i++) {
                Key order = Key.of(i);
                all.add(one.space("shop")
                        .<Boolean>runAsync(tx -> {
                            boolean isThere = tx.covers(stocks.get(0), left, 1) && tx.spend(stocks.get(0), right, 2);
                            if (isThere) {
                                tx.spend(stocks.get(0), left, 1);
                                tx.put(table, order, "one and two");
                            }
                            return isThere;
                        })
                        .thenAccept(isDone -> ordered.addAndGet(isDone ? 1 : 0)));
                all.add(stocks.get(1)
                        .spendAsync(left, 1, Spend.with(SpendRule.RESERVED))
                        .thenAccept(result -> sold.addAndGet(result.isAccepted() ? 1 : 0)));
            }
            cluster.killNode(2);
            cluster.startNode(2);
            all.forEach(CompletableFuture::join);

            assertThat(ordered).hasValue(supply / 2);
            assertThat(sold).hasValue(supply);
            assertThat(stocks.get(1).value(left)).isZero();
            assertThat(stocks.get(1).value(right)).isZero();
            assertThat(one.space("shop")
                            .<Long, RuntimeException>read(
                                    tx -> tx.scan(table, KeyRange.all()).count()))
                    .isEqualTo(supply / 2);
        }
    }

    private static void concurrentTransfersKeepTheSum(int shards) throws InterruptedException {
        int accounts = 20;
        int threads = 8;
        int each = 40;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(shards).build()) {
            DantaClient client = patientClient(cluster);
            Space bank = client.space("bank");
            Table<Long> table = accountsOf(client);
            bank.execute(tx -> {
                for (int i = 0; i < accounts; i++) {
                    tx.put(table, Key.of(i), 100L);
                }
            });

            CountDownLatch aThird = new CountDownLatch(threads * each / 3);
            CountDownLatch twoThirds = new CountDownLatch(2 * threads * each / 3);
            AtomicInteger done = new AtomicInteger();
            List<Thread> tellers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Random random = new Random(t);
                Thread teller = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        Key from = Key.of(random.nextInt(accounts));
                        Key to = Key.of(random.nextInt(accounts));
                        bank.execute(tx -> {
                            tx.update(table, from, balance -> balance - 1);
                            tx.update(table, to, balance -> balance + 1);
                        });
                        done.incrementAndGet();
                        aThird.countDown();
                        twoThirds.countDown();
                    }
                });
                teller.start();
                tellers.add(teller);
            }
            assertThat(aThird.await(2, TimeUnit.MINUTES)).isTrue();
            cluster.killNode(2);
            assertThat(twoThirds.await(2, TimeUnit.MINUTES)).isTrue();
            cluster.startNode(2);
            for (Thread teller : tellers) {
                teller.join();
            }

            assertThat(done).hasValue(threads * each);
            assertThat(sum(bank, table, accounts)).isEqualTo(100L * accounts);
            ClientStats stats = client.stats();
            assertThat(stats.commitsFast()).isPositive();
            assertThat(stats.commitsSlow()).isPositive();
            assertThat(client.close(PATIENCE).isComplete()).isTrue();
        }
    }

    private static long sum(Space bank, Table<Long> table, int accounts) {
        return bank.<Long, RuntimeException>read(tx -> {
            long sum = 0;
            for (int i = 0; i < accounts; i++) {
                sum += tx.get(table, Key.of(i)).orElseThrow();
            }
            return sum;
        });
    }

    @Tag("long")
    @Test
    void afterADrainTheNodeThatWasAwayHasEverythingToo() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(2).build()) {
            DantaClient writer = patientClient(cluster);
            Table<Long> accounts = accountsOf(writer);
            Table<String> catalog = writer.space("bank").table("catalog", Codecs.STRING, Mode.RELAXED);
            Counter views = writer.space("bank").counter("views");
            cluster.killNode(3);
            for (int i = 0; i < 50; i++) {
                long value = i;
                writer.space("bank").execute(tx -> tx.put(accounts, Key.of(value), value));
                catalog.put(Key.of(value), "item " + value);
                views.add(Key.of("all"), 1);
            }
            cluster.startNode(3);
            assertThat(writer.close(PATIENCE).isComplete()).isTrue();
            cluster.stopNode(1);
            cluster.stopNode(2);

            DantaClient reader = patientClient(cluster);
            try (Tx tx = reader.space("bank").begin()) {
                // Not committed, and so from the one node that is left.
                Table<Long> same = accountsOf(reader);
                for (long i = 0; i < 50; i++) {
                    assertThat(tx.get(same, Key.of(i))).hasValue(i);
                }
            }
            Table<String> sameCatalog = reader.space("bank").table("catalog", Codecs.STRING, Mode.RELAXED);
            for (long i = 0; i < 50; i++) {
                assertThat(sameCatalog.get(Key.of(i))).hasValue("item " + i);
            }
            assertThat(reader.space("bank").counter("views").get(Key.of("all"))).isEqualTo(50);
            assertThat(reader.close(PATIENCE).isComplete()).isTrue();
        }
    }

    @Tag("long")
    @Test
    void everythingAcknowledgedSurvivesTheDeathOfAllNodes() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().build();
                DantaClient client = patientClient(cluster)) {
            Space bank = client.space("bank");
            Table<Long> accounts = accountsOf(client);
            Counter views = bank.counter("views");
            for (int i = 0; i < 30; i++) {
                long value = i;
                bank.execute(tx -> tx.put(accounts, Key.of(value), value));
                views.add(Key.of("all"), 2);
            }
            for (int number = 1; number <= 3; number++) {
                cluster.killNode(number);
            }
            for (int number = 1; number <= 3; number++) {
                cluster.startNode(number);
            }

            try (DantaClient other = patientClient(cluster)) {
                Table<Long> same = accountsOf(other);
                assertThat(other.space("bank").<Long, RuntimeException>read(tx -> {
                            long sum = 0;
                            for (long i = 0; i < 30; i++) {
                                sum += tx.get(same, Key.of(i)).orElseThrow();
                            }
                            return sum;
                        }))
                        .isEqualTo(29 * 30 / 2);
                assertThat(other.space("bank").counter("views").get(Key.of("all"), Read.QUORUM))
                        .isEqualTo(60);
            }
        }
    }

    @Test
    void relaxedValuesAndCountersFromSeveralClients() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().build();
                DantaClient one = patientClient(cluster);
                DantaClient two = patientClient(cluster)) {
            Table<String> ofOne = one.space("shop").table("catalog", Codecs.STRING, Mode.RELAXED);
            Table<String> ofTwo = two.space("shop").table("catalog", Codecs.STRING, Mode.RELAXED);
            Key key = Key.of("sku", 1);
            ofOne.put(key, "first");
            assertThat(ofTwo.get(key, Read.QUORUM)).hasValue("first");
            ofTwo.put(key, "second");
            assertThat(ofOne.get(key, Read.QUORUM)).hasValue("second");
            ofOne.delete(key);
            assertThat(ofTwo.get(key, Read.QUORUM)).isEmpty();

            for (int i = 0; i < 20; i++) {
                one.space("shop").counter("views").add(key, 3);
                two.space("shop").counter("views").add(key, -1);
            }
            assertThat(one.space("shop").counter("views").get(key, Read.QUORUM)).isEqualTo(40);
        }
    }

    @Tag("long")
    @Test
    void withoutAQuorumACommitFailsWithTheCauses() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().build();
                DantaClient client =
                        cluster.clientBuilder().deadline(Duration.ofSeconds(5)).build()) {
            Table<Long> accounts = accountsOf(client);
            client.space("bank").execute(tx -> tx.put(accounts, Key.of("a"), 1L));
            cluster.killNode(1);
            cluster.killNode(2);

            assertThatThrownBy(() -> client.space("bank").execute(tx -> tx.put(accounts, Key.of("a"), 2L)))
                    .isInstanceOf(DantaException.class)
                    .hasMessageContaining(cluster.endpoints().get(0))
                    .hasMessageContaining(cluster.endpoints().get(1));
            // By now the client knows, and says so at once.
            assertThatThrownBy(() -> client.space("bank").execute(tx -> tx.put(accounts, Key.of("a"), 2L)))
                    .isInstanceOf(UnavailableException.class)
                    .satisfies(error ->
                            assertThat(((DantaException) error).outcome()).isEqualTo(Outcome.NOT_APPLIED));
            cluster.startNode(1);
            cluster.startNode(2);
        }
    }

    @Test
    void aClientOfAnotherClusterIsRefusedInOneSentence() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).build()) {
            assertThatThrownBy(() -> cluster.clientBuilder().cluster("another").build())
                    .isInstanceOf(WrongClusterException.class)
                    .hasMessageContaining(cluster.endpoints().get(0))
                    .hasMessageContaining("another")
                    .hasMessageContaining(cluster.name())
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void aFolderThatWasGivenStaysAndIsTakenUpAgain(@TempDir Path folder) {
        EmbeddedCluster.Builder builder =
                EmbeddedCluster.builder().nodes(1).name("kept").directory(folder);
        try (EmbeddedCluster cluster = builder.build();
                DantaClient client = patientClient(cluster)) {
            Table<Long> accounts = accountsOf(client);
            client.space("bank").execute(tx -> tx.put(accounts, Key.of("a"), 7L));
        }
        assertThat(folder.resolve("node-1")).isDirectory();
        try (EmbeddedCluster cluster = builder.build();
                DantaClient client = patientClient(cluster)) {
            Table<Long> accounts = accountsOf(client);
            assertThat(client.space("bank")
                            .read(tx -> tx.get(accounts, Key.of("a")))
                            .orElseThrow())
                    .isEqualTo(7);
        }
    }

    @Test
    void aTemporaryFolderGoesWithTheCluster() {
        EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).build();
        Path folder = cluster.directory();
        assertThat(Files.exists(folder)).isTrue();
        cluster.close();

        assertThat(Files.exists(folder)).isFalse();
        assertThatThrownBy(() -> cluster.stopNode(2)).isInstanceOf(IllegalArgumentException.class);
    }
}
