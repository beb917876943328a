package dev.danta.cli.cluster;

import dev.danta.testkit.EmbeddedCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Real nodes inside this process, in a temporary folder. Nodes are numbered from 1 on. Thread-safe. */
public final class LocalCluster implements RunningCluster {
    private final EmbeddedCluster nodes;
    private final Thread hook;
    private boolean closed;

    private LocalCluster(EmbeddedCluster nodes) {
        this.nodes = nodes;
        this.hook = new Thread(this::end, "cluster-end");
    }

    /** Starts that many nodes. */
    public static LocalCluster start(int count) {
        LocalCluster cluster =
                new LocalCluster(EmbeddedCluster.builder().nodes(count).build());
        Runtime.getRuntime().addShutdownHook(cluster.hook);
        return cluster;
    }

    @Override
    public synchronized void kill(int node) {
        if (!closed) {
            nodes.killNode(node);
        }
    }

    /** Starts a node again in its folder; does nothing if the cluster is closed. */
    public synchronized void restart(int node) {
        if (!closed) {
            nodes.startNode(node);
        }
    }

    @Override
    public List<String> endpoints() {
        return nodes.endpoints();
    }

    @Override
    public SortedMap<String, String> facts() {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("nodes", String.valueOf(nodes.size()));
        facts.put("where", nodes.size() + " nodes inside this process");
        facts.put("durability", "sync");
        return facts;
    }

    @Override
    public Optional<Path> dataFolder() {
        return Optional.of(nodes.directory());
    }

    @Override
    public void close() {
        end();
        ShutdownHooks.remove(hook);
    }

    private synchronized void end() {
        if (!closed) {
            closed = true;
            nodes.close();
        }
    }
}
