package dev.danta.config.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.epoch.EpochRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.util.ExitUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a server that gets nowhere is told from one that is well. */
final class ConfigServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigServerTest.class);

    @TempDir
    Path folder;

    private final List<ClusterState> heard = new ArrayList<>();
    private final ConfigStateMachine machine = new ConfigStateMachine(
            (state, request) -> state.take(request, EpochRules.PROTOCOL), () -> List.of(1), heard::add);
    private ConfigServer server;

    @BeforeEach
    void open() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        RaftPeerId id = Peers.idOf(Requests.node(1), 10);
        RaftGroupId group = Peers.groupOf("shop", 7, 0);
        List<RaftPeer> alone = List.of(
                RaftPeer.newBuilder().setId(id).setAddress("127.0.0.1:" + port).build());
        ConfigSelf self = new ConfigSelf(Requests.node(1), 10, "127.0.0.1", port);
        server = ConfigServer.open(
                new ConfigServer.Opening(self, id, group, folder, alone, alone), machine, TestNodes.SETTINGS);
        await().atMost(TestNodes.LONG).until(server::isLeader);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void oneThatHasNothingToDoIsWell() {
        assertThat(server.ailment()).isEmpty();
        assertThat(server.isVoter()).isTrue();
        assertThat(server.isLeader()).isTrue();
        assertThat(heard).isEmpty();
    }

    /** A bug in it costs the configuration, which is opened again; operations go on. */
    @Test
    void ratisDoesNotEndTheProcess() {
        try {
            assertThatExceptionOfType(ExitUtils.ExitException.class)
                    .isThrownBy(() -> ExitUtils.terminate(1, "where it does not know better", LOG));
        } finally {
            ExitUtils.clear();
        }
    }

    /** Ratis tells only the state machine, fails every write from then on, and goes on to run as if nothing were. */
    @Test
    void oneWhoseLogCouldNotBeWrittenIsNot() {
        machine.notifyLogFailed(new IOException("no space left on device"), null);
        assertThat(server.ailment()).contains("its log could not be written: no space left on device");
    }

    @Test
    void oneThatHasClosedIsNot() {
        server.division().close();
        assertThat(server.ailment()).isPresent();
    }
}
