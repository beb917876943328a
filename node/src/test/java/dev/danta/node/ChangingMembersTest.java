package dev.danta.node;

import static dev.danta.node.Requests.SHARD;
import static dev.danta.node.Requests.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.config.state.ClusterRequest;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.StorageException;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go while nodes run (protocol.md 9), over real ports and disks. */
@Timeout(180)
final class ChangingMembersTest {
    private static final int KEYS = 300;

    @TempDir
    private Path folder;

    private ChangingNodes nodes;

    @BeforeEach
    void prepare() {
        nodes = new ChangingNodes(folder);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private NodeClient connect(int number) {
        return NodeClient.of("test", nodes.addressOf(number), number);
    }

    private Envelope now(IrMessage.Request request) {
        Membership active = nodes.shard(0).config().active();
        return new Envelope(SHARD, active.epoch(), new Address.Client(Requests.CLIENT), request);
    }

    /** Commits at every member, key by key. */
    private void write(long from) {
        for (ReplicaId member : nodes.members(0)) {
            try (NodeClient client = connect(member.number())) {
                for (int i = 0; i < KEYS; i++) {
                    Timestamp txn = id(1_000_000_000 * from + i);
                    IrMessage.Request commit = new IrMessage.Decide(
                            txn, new Decision.Commit(txn), Requests.body("key-" + i, Bytes.utf8("" + (from + i))));
                    assertThat(client.ask(now(commit))).isEqualTo(new IrMessage.DecisionAcknowledged(txn));
                }
            }
        }
    }

    private void requireAt(int node, long from) {
        try (NodeClient client = connect(node)) {
            for (int i = 0; i < KEYS; i++) {
                IrMessage told = client.ask(now(new IrMessage.Ask(
                        new OpId(Requests.CLIENT, i), new ReadQuery.Versions(List.of(Requests.key("key-" + i))))));
                ReadAnswer.Versions found = (ReadAnswer.Versions) ((IrMessage.Answered) told).answer();
                assertThat(found.entries().get(0).version().value()).isEqualTo(Bytes.utf8("" + (from + i)));
            }
        }
    }

    private void becomeThree() {
        nodes.found(2, 3);
        nodes.join(2);
        nodes.join(3);
        nodes.awaitSettled();
        assertThat(nodes.members(0)).containsExactly(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3));
    }

    @Tag("long")
    @Test
    void oneNodeBecomesThreeAndAReplicaMovesToAFourth() {
        nodes.found(2, 3);
        write(1_000);
        nodes.join(2);
        nodes.join(3);
        nodes.awaitSettled();
        for (int node = 1; node <= 3; node++) {
            requireAt(node, 1_000);
        }
        write(2_000);
        nodes.join(4);
        nodes.awaitSettled();
        ReplicaId from = nodes.members(0).stream()
                .filter(member -> !member.equals(new ReplicaId(4)))
                .findFirst()
                .orElseThrow();
        if (!nodes.members(0).contains(new ReplicaId(4))) {
            ChangingNodes.require(nodes.ask(new ClusterRequest.MoveReplica(
                    SHARD, nodes.shard(0).config().active().epoch(), from, new ReplicaId(4))));
        }
        nodes.awaitSettled();
        for (ReplicaId member : nodes.members(0)) {
            requireAt(member.number(), 2_000);
        }
        ReplicaId gone = List.of(1, 2, 3).stream()
                .map(ReplicaId::new)
                .filter(node -> !nodes.members(0).contains(node))
                .findFirst()
                .orElseThrow();
        nodes.await(state -> !nodes.shard(0).config().starts().containsKey(gone));
        nodes.node(gone.number()).close();
        assertThat(Files.exists(nodes.dataOf(gone.number()).resolve("shard-0"))).isFalse();
    }

    @Test
    void aWipedNodeIsRefusedAndReplaced() {
        becomeThree();
        write(3_000);
        nodes.kill(3);
        nodes.wipe(3);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> nodes.start(3).awaitReady())
                .withMessage("node 3 is known to cluster test with another disk: its folder is empty or not its own."
                        + " If its disk is lost, run: danta cluster replace 3");
        ChangingNodes.require(nodes.ask(new ClusterRequest.ReplaceNode(
                new ReplicaId(3), nodes.state().nodes().get(new ReplicaId(3)).incarnation())));
        nodes.join(3);
        nodes.awaitSettled();
        requireAt(3, 3_000);
        assertThat(nodes.shard(0).config().retired()).hasSize(1);
    }

    @Test
    void aNodeStartsAgainOnItsFolderWhileTheConfigurationComesAndGoes() {
        becomeThree();
        write(4_000);
        nodes.kill(2);
        nodes.config().goOut();
        Node again = nodes.start(2);
        nodes.config().comeBack();
        again.awaitReady();
        requireAt(2, 4_000);
    }
}
