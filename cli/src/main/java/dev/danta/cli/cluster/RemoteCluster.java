package dev.danta.cli.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Somebody else's cluster.
 *
 * @param endpoints where it is reached
 */
public record RemoteCluster(List<String> endpoints) implements RunningCluster {
    public RemoteCluster {
        endpoints = List.copyOf(endpoints);
    }

    @Override
    public SortedMap<String, String> facts() {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("where", "elsewhere: " + String.join(",", endpoints));
        facts.put("durability", "as its nodes are set");
        return facts;
    }

    @Override
    public Optional<Path> dataFolder() {
        return Optional.empty();
    }

    @Override
    public void kill(int node) {
        throw new UnsupportedOperationException("node " + node + " is not ours to kill");
    }

    @Override
    public void close() {}
}
