package dev.danta.testkit;

import dev.danta.node.NodeSettings;
import dev.danta.testkit.fault.FaultNetwork;
import dev.danta.wire.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * How nodes of one process, and clients, reach each other through a network that can be broken. What a node advertises is a
 * door for clients; each node has doors of its own to every other one, and to itself goes straight. Thread-safe.
 */
final class Ways implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final FaultNetwork network = FaultNetwork.start(somebody -> EmbeddedCluster.CLIENTS);
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final Map<Way, String> doors = new ConcurrentHashMap<>();

    /** Where a node really listens. */
    private record Place(int node, InetSocketAddress listens) {}

    /** From a node to what another one advertises. */
    private record Way(int from, String advertised) {}

    FaultNetwork network() {
        return network;
    }

    /** Opens the doors at what a node advertises. */
    void open(int number, NodeSettings.Self node) {
        open(number, node.advertise(), node.listen());
        open(number, node.configAdvertise(), node.configListen());
    }

    private void open(int node, HostAndPort advertised, HostAndPort listens) {
        if (advertised.equals(listens)) {
            throw new IllegalArgumentException(
                    "node " + node + " was made without doors: it advertises " + listens + ", where it listens itself");
        }
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), listens.port());
        network.open(EmbeddedCluster.party(node), advertised.port(), target);
        places.put(advertised.toString(), new Place(node, target));
    }

    /** Where a node connects to, given what another one advertises; the same for a client that is where this node is. */
    UnaryOperator<String> from(int node) {
        return advertised -> {
            Place place = places.get(advertised);
            if (place == null) {
                return advertised;
            }
            if (place.node() == node) {
                return text(place.listens());
            }
            return doors.computeIfAbsent(
                    new Way(node, advertised),
                    way -> text(network.openFor(
                            EmbeddedCluster.party(node), EmbeddedCluster.party(place.node()), 0, place.listens())));
        };
    }

    /** Parts these nodes, and whoever is where they are, from all others and from clients. */
    void part(List<Integer> these, List<Integer> others) {
        List<String> there =
                new ArrayList<>(others.stream().map(EmbeddedCluster::party).toList());
        there.add(EmbeddedCluster.CLIENTS);
        network.part(these.stream().map(EmbeddedCluster::party).toList(), there);
    }

    private static String text(InetSocketAddress address) {
        return HOST + ":" + address.getPort();
    }

    @Override
    public void close() {
        network.close();
    }
}
