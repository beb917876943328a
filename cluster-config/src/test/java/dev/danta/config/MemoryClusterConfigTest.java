package dev.danta.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterState;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MemoryClusterConfigTest extends ClusterConfigContract {
    private final MemoryClusterConfig memory = new MemoryClusterConfig(ClusterState.NONE);

    @BeforeEach
    void begin() {
        assertThat(config().ask(Requests.create(2, 3), LONG).join().done()).isTrue();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Override
    protected ClusterConfig config() {
        return memory.of(Requests.node(1));
    }

    @Override
    protected void goOut() {
        memory.goOut();
    }

    @Test
    void whatWaitsIsDoneWhenItComesBack() {
        memory.goOut();
        CompletableFuture<ClusterAnswer> asked = config().ask(Requests.add(2), LONG);
        assertThat(asked).isNotDone();
        memory.comeBack();
        assertThat(asked.join().done()).isTrue();
    }

    @Test
    void oneNodeLeads() {
        assertThat(config().isLeader()).isTrue();
        memory.lead(Requests.node(2));
        assertThat(config().isLeader()).isFalse();
        assertThat(memory.of(Requests.node(2)).isLeader()).isTrue();
    }
}
