package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.ConfigUnavailableException;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node's configuration, before it has one and then the one that it has. May be used from any thread. */
final class LateConfig implements ClusterConfig {
    private volatile @Nullable ClusterConfig real;

    /** It has this one from now on. Once. */
    void become(ClusterConfig config) {
        real = config;
    }

    @Override
    public ClusterState known() {
        ClusterConfig config = real;
        return config == null ? ClusterState.NONE : config.known();
    }

    @Override
    public CompletableFuture<ClusterAnswer> ask(ClusterRequest request, Duration deadline) {
        ClusterConfig config = real;
        return config == null
                ? CompletableFuture.failedFuture(
                        new ConfigUnavailableException("this node does not belong to a cluster yet"))
                : config.ask(request, deadline);
    }

    /** @throws IllegalStateException before it has one */
    @Override
    public Subscription listen(Consumer<ClusterState> listener) {
        ClusterConfig config = real;
        if (config == null) {
            throw new IllegalStateException("there is no configuration to listen to yet");
        }
        return config.listen(listener);
    }

    @Override
    public boolean isLeader() {
        ClusterConfig config = real;
        return config != null && config.isLeader();
    }
}
