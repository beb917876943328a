package dev.danta.cli.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** A cluster that serves. Closing it ends what was started for it and nothing else. */
public interface RunningCluster extends AutoCloseable {
    /** Where clients reach it, each {@code host:port}. */
    List<String> endpoints();

    /** What one should know of it to read figures: how many nodes, where they run, how durable they are. */
    SortedMap<String, String> facts();

    /** The folder that holds its data, if that is on this machine. */
    Optional<Path> dataFolder();

    /**
     * Ends a node (from 1 on) without warning.
     *
     * @throws UnsupportedOperationException if it is not this process that started it
     */
    void kill(int node) throws InterruptedException;

    @Override
    void close();
}
