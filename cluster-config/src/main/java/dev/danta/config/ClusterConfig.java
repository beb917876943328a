package dev.danta.config;

import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The cluster's configuration, as one node sees it. All methods may be called from any thread. */
public interface ClusterConfig {
    /** The newest configuration that this node has heard of; never waits, and may be older than what others have. */
    ClusterState known();

    /**
     * Has a request take effect, or be refused, at one moment between this call and its answer, whatever others ask meanwhile.
     * A request that is asked again, because its answer did not come, gets the answer that it had: what is there already is
     * done. Only {@link dev.danta.ir.epoch.ConfigRequest.Propose} begins another attempt each time.
     *
     * @param deadline from now on; it is kept whatever happens
     * @return fails with {@link ConfigUnavailableException}, whose message is a sentence, if there is no answer by then
     */
    CompletableFuture<ClusterAnswer> ask(ClusterRequest request, Duration deadline);

    /**
     * From now on {@code listener} is told of newer configurations, each newer than the one before, on a thread of the
     * configuration's: some in between may be left out if it is slow. It is told of the one that is known now first.
     *
     * @return ends it
     */
    Subscription listen(Consumer<ClusterState> listener);

    /** Whether this node is the one that looks after changes now. Two may think so for a moment: changes stand that. */
    boolean isLeader();

    /** What {@link #listen} began. */
    interface Subscription extends AutoCloseable {
        /** The listener may still be in its last call when this returns. */
        @Override
        void close();
    }
}
