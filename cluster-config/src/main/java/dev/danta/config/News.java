package dev.danta.config;

import dev.danta.config.state.ClusterState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The newest configuration that is known, and those who want to be told of newer ones: each is told on one thread, in order,
 * and never twice of the same. May be used from any thread.
 */
public final class News implements AutoCloseable {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService telling;
    private volatile ClusterState newest;

    private static final class Listener {
        private final Consumer<ClusterState> told;
        private long version = -1;

        Listener(Consumer<ClusterState> told) {
            this.told = told;
        }

        /** On the telling thread only. */
        void tell(ClusterState state) {
            if (state.version() > version) {
                version = state.version();
                told.accept(state);
            }
        }
    }

    /**
     * Begins with what is known already.
     *
     * @param name of the thread
     */
    public News(ClusterState first, String name) {
        this.newest = first;
        this.telling = Executors.newSingleThreadExecutor(runnable -> {
            Thread thread = new Thread(runnable, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    public ClusterState newest() {
        return newest;
    }

    /** Heard of a configuration; older ones are no news. */
    public void hear(ClusterState state) {
        synchronized (this) {
            if (state.version() <= newest.version()) {
                return;
            }
            newest = state;
        }
        tell(() -> listeners.forEach(listener -> listener.tell(newest)));
    }

    /** The same as {@link ClusterConfig#listen}. */
    public ClusterConfig.Subscription listen(Consumer<ClusterState> told) {
        Listener added = new Listener(told);
        listeners.add(added);
        tell(() -> added.tell(newest));
        return () -> listeners.remove(added);
    }

    private void tell(Runnable telling) {
        try {
            this.telling.execute(telling);
        } catch (RejectedExecutionException closed) {
            // Whoever closes it wants to hear nothing any more.
            listeners.clear();
        }
    }

    @Override
    public void close() {
        telling.shutdown();
    }
}
