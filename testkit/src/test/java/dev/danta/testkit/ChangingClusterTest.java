package dev.danta.testkit;

import static dev.danta.check.assertion.HistoryAssertion.assertThatHistory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.judge.Judges;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clusters whose members change while clients work: real nodes, disks, connections and configuration. */
@Tag("long")
@Timeout(300)
final class ChangingClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 30;

    /** Clients that write what nobody else writes, or read, one after the other, until they are told to stop. */
    private static final class Load {
        private final HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
        private final Queue<DantaException> errors = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean isOver = new AtomicBoolean();
        private final AtomicLong done = new AtomicLong();
        private final List<Thread> threads = new ArrayList<>();

        Load(DantaClient client, int clients) {
            Space space = client.space("shop");
            for (int i = 0; i < clients; i++) {
                int number = i;
                HistoryRecorder.Client<Input, Output> history = recorder.client();
                Thread thread = new Thread(() -> work(space, history, number));
                thread.start();
                threads.add(thread);
            }
        }

        private void work(Space space, HistoryRecorder.Client<Input, Output> history, int number) {
            Table<String> table = space.table("catalog", Codecs.STRING, Mode.STRICT);
            Random random = new Random(number);
            for (int n = 0; !isOver.get(); n++) {
                String key = "article " + random.nextInt(KEYS);
                String value = number + "/" + n;
                boolean writes = random.nextBoolean();
                HistoryRecorder.Call<Output> call =
                        history.invoke(writes ? new Input.Put(key, value) : new Input.Get(key));
                try {
                    if (writes) {
                        space.execute(tx -> tx.put(table, Key.of(key), value));
                        call.ok(new Output.Done());
                    } else {
                        call.ok(new Output.Value(
                                table.get(Key.of(key), Read.STRICT).orElse(null)));
                    }
                    done.incrementAndGet();
                } catch (DantaException failed) {
                    errors.add(failed);
                    if (failed.outcome() == Outcome.NOT_APPLIED) {
                        call.fail();
                    } else {
                        call.unknown();
                    }
                }
            }
        }

        /** Waits until some more was done. */
        void awaitMore() {
            long wanted = done.get() + 40;
            while (done.get() < wanted && errors.isEmpty()) {
                Thread.onSpinWait();
            }
        }

        void stop() throws InterruptedException {
            isOver.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void requireEqualReplicas(EmbeddedCluster cluster, int shards) {
        for (int shard = 0; shard < shards; shard++) {
            List<Integer> members = cluster.membersOf(shard);
            SortedMap<Integer, String> first = cluster.digestsOf(members.get(0));
            for (int member : members) {
                assertThat(cluster.digestsOf(member).get(shard)).isEqualTo(first.get(shard));
            }
        }
    }

    @Test
    void aClusterGrowsAReplicaMovesAndADiskIsReplacedWithoutAnErrorForClients() throws InterruptedException {
        int shards = 2;
        try (EmbeddedCluster cluster =
                EmbeddedCluster.builder().nodes(1).replication(3).shards(shards).build()) {
            DantaClient client = cluster.clientBuilder().deadline(PATIENCE).build();
            Load load = new Load(client, 3);
            load.awaitMore();
            cluster.addNode();
            cluster.addNode();
            cluster.awaitSettled();
            assertThat(cluster.membersOf(0)).containsExactly(1, 2, 3);
            load.awaitMore();

            cluster.addNode();
            cluster.awaitSettled();
            int from = cluster.membersOf(0).stream()
                    .filter(node -> node != 4 && node != 1)
                    .findFirst()
                    .orElseThrow();
            if (!cluster.membersOf(0).contains(4)) {
                cluster.moveShard(0, from, 4);
            }
            cluster.awaitSettled();
            assertThat(cluster.membersOf(0)).contains(4);
            load.awaitMore();

            cluster.killNode(3);
            cluster.wipeNode(3);
            assertThatThrownBy(() -> cluster.startNode(3))
                    .hasMessage("node 3 is known to cluster " + cluster.name()
                            + " with another disk: its folder is empty or not its own."
                            + " If its disk is lost, run: danta cluster replace 3");
            load.awaitMore();
            cluster.replaceNode(3);
            cluster.startNode(3);
            cluster.awaitSettled();
            load.awaitMore();

            load.stop();
            assertThat(load.errors).isEmpty();
            assertThatHistory(load.recorder).isValid(Judges.of(new KeyValueModel(), new KeyValueCodec()));
            assertThat(client.close(PATIENCE).isComplete()).isTrue();
            requireEqualReplicas(cluster, shards);
        }
    }
}
