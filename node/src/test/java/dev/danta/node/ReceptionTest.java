package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.state.ClusterState;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.wire.transport.ClientSession;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a node says about shards that are not its own. */
final class ReceptionTest {
    private static final ReplicaId SELF = new ReplicaId(4);
    private static final Membership ACTIVE =
            new Membership(new ShardId(0), new Epoch(5), List.of(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)));

    private final Client client = new Client();
    private final Reception reception =
            new Reception(SELF, new HostedShards(), new Sessions(), new HeldBack(4), () -> state());

    private static ClusterState state() {
        TreeMap<ReplicaId, Long> disks = new TreeMap<>();
        ACTIVE.members().forEach(member -> disks.put(member, (long) member.number()));
        TreeMap<ShardId, ShardEntry> shards = new TreeMap<>();
        shards.put(ACTIVE.shard(), ShardEntry.first(ShardConfig.first(ACTIVE, disks)));
        return new ClusterState(
                "test", 0, 1, 3, new TreeMap<>(), shards, new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
    }

    private List<Envelope> ask(int shard, Epoch epoch) {
        client.received.clear();
        Envelope read = Requests.read(1, "a");
        reception.onEnvelopes(client, List.of(new Envelope(new ShardId(shard), epoch, read.from(), read.message())));
        return List.copyOf(client.received);
    }

    @Test
    void whoeverIsInAnOlderEpochIsToldWhereTheShardIs() {
        assertThat(ask(0, new Epoch(4))).containsExactly(wrongEpoch());
        assertThat(ask(0, new Epoch(5))).as("as new").isEmpty();
        assertThat(ask(0, new Epoch(6))).as("newer").isEmpty();
        assertThat(ask(1, new Epoch(4))).as("no such shard").isEmpty();
    }

    /** Clients ask so whether a node is there at all. */
    @Test
    void whoeverAsksInAnEpochThatNeverIsIsToldToo() {
        assertThat(ask(0, Epoch.NEVER)).containsExactly(wrongEpoch());
    }

    private static Envelope wrongEpoch() {
        return new Envelope(
                ACTIVE.shard(), ACTIVE.epoch(), new Address.Replica(SELF), new IrMessage.WrongEpoch(ACTIVE));
    }

    private static final class Client implements ClientSession {
        private final List<Envelope> received = new ArrayList<>();

        @Override
        public ClientId client() {
            return Requests.CLIENT;
        }

        @Override
        public String remote() {
            return "here";
        }

        @Override
        public void send(List<Envelope> envelopes) {
            received.addAll(envelopes);
        }

        @Override
        public long droppedEnvelopes() {
            return 0;
        }

        @Override
        public void close(String reason) {
            received.clear();
        }
    }
}
