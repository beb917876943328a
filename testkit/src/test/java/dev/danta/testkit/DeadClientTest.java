package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.key.KeyLayout;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.ServerHello;
import dev.danta.wire.transport.ConnectionListener;
import dev.danta.wire.transport.Endpoint;
import dev.danta.wire.transport.ReplicaConnections;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client leaves behind that dies between its Prepare and its Commit. */
@Tag("long")
@Timeout(120)
final class DeadClientTest {
    private static final ShardId SHARD = new ShardId(0);

    @Test
    void itsKeysAreFreeAgainForOthers() throws InterruptedException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(1).build();
                DantaClient other =
                        cluster.clientBuilder().deadline(Duration.ofSeconds(60)).build()) {
            prepareAndDie(cluster, 3);
            Space shop = other.space("shop");
            Table<String> table = shop.table("stock", Codecs.STRING, Mode.STRICT);
            String before = shop.run(tx -> {
                String seen = tx.get(table, Key.of("hot")).orElse("nothing");
                tx.put(table, Key.of("hot"), "other");
                return seen;
            });
            assertThat(before)
                    .as("all replicas had voted OK, so whoever settles it commits it")
                    .isEqualTo("orphan");
        }
    }

    /** Proposes a write of the key to all nodes, and is gone when {@code votes} have come. */
    private static void prepareAndDie(EmbeddedCluster cluster, int votes) throws InterruptedException {
        ClientId self = new ClientId(6, 6);
        Told told = new Told(cluster.size());
        List<Endpoint> endpoints = new ArrayList<>();
        for (String endpoint : cluster.endpoints()) {
            endpoints.add(new Endpoint(HostAndPort.parse(endpoint), new ReplicaId(endpoints.size() + 1)));
        }
        ReplicaConnections connections = ReplicaConnections.open(
                ReplicaConnections.Settings.of(self, cluster.name()), endpoints, DeadClientTest::nowMicros, told);
        try {
            assertThat(told.connected.await(30, TimeUnit.SECONDS)).isTrue();
            AccessSet write = new AccessSet(
                    List.of(),
                    List.of(new Write(KeyLayout.key("shop", "stock", List.of("hot")), Bytes.utf8("orphan"))));
            IrMessage propose =
                    new IrMessage.Propose(new Timestamp(nowMicros(), self), new PrepareBody(List.of(SHARD), write));
            for (Endpoint endpoint : endpoints) {
                connections.send(
                        endpoint.node(), new Envelope(SHARD, told.epochs.last(), new Address.Client(self), propose));
            }
            connections.flush();
            for (int i = 0; i < votes; i++) {
                Envelope reply = told.replies.poll(30, TimeUnit.SECONDS);
                assertThat(reply).isNotNull();
                assertThat(reply.message())
                        .isInstanceOfSatisfying(
                                IrMessage.Voted.class,
                                voted -> assertThat(voted.vote()).isInstanceOf(Vote.Ok.class));
            }
        } finally {
            connections.close(Duration.ZERO);
        }
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static final class Told implements ConnectionListener {
        private final CountDownLatch connected;
        private final BlockingQueue<Envelope> replies = new LinkedBlockingQueue<>();
        private final ConcurrentSkipListSet<Epoch> epochs = new ConcurrentSkipListSet<>();

        Told(int nodes) {
            connected = new CountDownLatch(nodes);
        }

        @Override
        public void onConnected(ReplicaId node, ServerHello greeting) {
            epochs.add(greeting.topology().memberships().get(SHARD.number()).epoch());
            connected.countDown();
        }

        @Override
        public void onEnvelopes(ReplicaId node, List<Envelope> batch) {
            replies.addAll(batch);
        }

        @Override
        public void onDisconnected(ReplicaId node, String cause) {}

        @Override
        public void onUnreachable(Endpoint endpoint, String cause) {}

        @Override
        public void onPermanentFailure(Endpoint endpoint, String cause) {}
    }
}
