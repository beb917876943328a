package dev.danta.config.raft;

import dev.danta.config.ClusterConfig;
import dev.danta.config.ClusterConfigContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real Raft group of one voter, asked from a node that does not vote. */
final class RaftClusterConfigTest extends ClusterConfigContract {
    /** Nobody can contest the one that votes, so it need not wait for long. */
    private static final RaftSettings ALONE = new RaftSettings(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            TestNodes.SETTINGS.requestTimeout(),
            TestNodes.SETTINGS.snapshotEntries(),
            TestNodes.SETTINGS.snapshotEvery(),
            TestNodes.SETTINGS.segmentBytes(),
            TestNodes.SETTINGS.lookEvery(),
            TestNodes.SETTINGS.stuckAfter());

    @TempDir
    Path folder;

    private TestNodes nodes;
    private RaftClusterConfig asked;

    @BeforeEach
    void begin() throws Exception {
        nodes = new TestNodes(folder, ALONE);
        asked = nodes.open(9, nodes.begin(2, 3).known());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Override
    protected ClusterConfig config() {
        return asked;
    }

    @Override
    protected void goOut() {
        nodes.stop(1);
    }
}
