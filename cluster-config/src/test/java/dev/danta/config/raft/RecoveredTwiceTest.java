package dev.danta.config.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that was lost is recovered from more than one of its nodes: there never are two configurations unsaid. */
@Tag("long")
final class RecoveredTwiceTest {
    @TempDir
    Path folder;

    private TestNodes nodes;

    /** Two nodes that know the same, and do not run. */
    @BeforeEach
    void lose() throws Exception {
        nodes = new TestNodes(folder);
        nodes.begin(2, 3);
        nodes.join(2);
        ClusterState last = ask(1, declare(0)).state();
        await().atMost(TestNodes.LONG)
                .untilAsserted(() -> assertThat(nodes.node(2).known()).isEqualTo(last));
        nodes.stop(1);
        nodes.stop(2);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private ClusterAnswer ask(int node, ClusterRequest request) {
        return nodes.node(node).ask(request, TestNodes.LONG).join();
    }

    private static ClusterRequest declare(int number) {
        return new ClusterRequest.Declare(new CollectionName("shop", "c" + number), new CollectionEntry("register"));
    }

    private void recover(int node) throws IOException {
        RaftClusterConfig.recover(nodes.folder(node), nodes.self(node));
    }

    private void recoverBoth() throws IOException {
        recover(1);
        recover(2);
        nodes.open(1, ClusterState.NONE);
        nodes.open(2, ClusterState.NONE);
        assertThat(ask(1, declare(1)).done()).as("neither knows of the other").isTrue();
        assertThat(ask(2, declare(2)).done()).isTrue();
    }

    @Test
    void whoeverHearsThatAnotherOneWasRecoveredFirstFollowsItInstead() throws Exception {
        recover(1);
        recover(2);
        nodes.open(1, ClusterState.NONE);
        ClusterState known = ask(1, declare(1)).state();

        nodes.open(2, known);

        assertThat(nodes.node(2).known()).isEqualTo(known);
        assertThat(ask(2, declare(2)).state().generation()).isEqualTo(known.generation());
        assertThat(RaftClusterConfig.isToBegin(nodes.folder(2))).isFalse();
    }

    @Test
    void twoThatMeetStayWithWhatTheyHaveAndRefuseChanges() throws Exception {
        recoverBoth();
        ClusterState one = nodes.node(1).known();
        ClusterState two = nodes.node(2).known();

        nodes.node(1).hear(Requests.node(2), two);
        nodes.node(2).hear(Requests.node(1), one);

        assertThat(nodes.node(1).known()).isEqualTo(one);
        assertThat(nodes.node(2).known()).isEqualTo(two);
        assertThat(nodes.node(1).trouble())
                .hasValue("cluster shop has two configurations: this node follows the one that was recovered from node"
                        + " 1, node 2 follows the one that was recovered from node 2. No members are changed until one"
                        + " of them is given up: stop the nodes that follow it, and for each: danta cluster recover"
                        + " --data DIR --follow HOST:PORT, which is the address of a node that follows the other");
        for (int node : new int[] {1, 2}) {
            ClusterAnswer refused = ask(node, declare(3));
            assertThat(refused.done()).isFalse();
            assertThat(refused.why()).startsWith("cluster shop has two configurations: this node follows");
            assertThat(nodes.node(node).isLeader()).as("it looks after nothing").isFalse();
            assertThat(ask(node, new ClusterRequest.Read()).done()).isTrue();
            assertThat(ask(node, Requests.register(1, 0, 0, 1)).done())
                    .as("a process may start")
                    .isTrue();
        }
    }

    @Test
    void oneOfTheTwoIsGivenUpAndChangesGoOn() throws Exception {
        recoverBoth();
        nodes.node(1).hear(Requests.node(2), nodes.node(2).known());
        ClusterState one = nodes.node(1).known();
        nodes.stop(2);
        assertThatThrownBy(() -> nodes.open(2, one))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has the configuration that was recovered from node 2, and the nodes that were"
                        + " asked follow the one that was recovered from node 1: to follow it, too, danta cluster"
                        + " recover --data DIR --follow HOST:PORT");

        RaftClusterConfig.giveUpFor(nodes.folder(2), one);

        nodes.open(2, ClusterState.NONE);
        nodes.node(1).hear(Requests.node(2), nodes.node(2).known());
        assertThat(nodes.node(1).trouble()).isEmpty();
        ClusterState after = ask(2, declare(3)).state();
        assertThat(after.collections().keySet())
                .extracting(CollectionName::collection)
                .containsExactly("c0", "c1", "c3");
        await().atMost(TestNodes.LONG)
                .untilAsserted(() -> assertThat(nodes.node(1).known()).isEqualTo(after));
    }

    @Test
    void aNodeThatRunsFollowsAConfigurationThatWasRecovered() throws Exception {
        nodes.open(2, ClusterState.NONE);
        recover(1);
        nodes.open(1, ClusterState.NONE);

        nodes.node(2).hear(Requests.node(1), nodes.node(1).known());

        ClusterState after = ask(2, declare(1)).state();
        assertThat(after.generation()).isEqualTo(nodes.node(1).known().generation());
        assertThat(nodes.node(2).trouble()).isEmpty();
        nodes.node(1).hear(Requests.node(2), nodes.node(2).known());
        assertThat(nodes.node(1).trouble()).isEmpty();
    }
}
