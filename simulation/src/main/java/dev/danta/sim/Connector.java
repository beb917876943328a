package dev.danta.sim;

import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.SimNetwork;

/** One client's connection to one node: made again and again, and lost some time after the node or the network is. */
final class Connector {
    private static final long MILLI = 1_000_000L;

    private final EventQueue events;
    private final SimRandom random;
    private final SimNetwork network;
    private final SimClient client;
    private final SimNode node;

    Connector(EventQueue events, SimRandom random, SimNetwork network, SimClient client, SimNode node) {
        this.events = events;
        this.random = random;
        this.network = network;
        this.client = client;
        this.node = node;
    }

    SimClient client() {
        return client;
    }

    SimNode node() {
        return node;
    }

    /** Connects, unless that is done already, and keeps trying. */
    void connect() {
        if (client.isConnected(node.id())) {
            return;
        }
        if (isReachable()) {
            client.connected(node.id());
        } else {
            events.after(random.between(20 * MILLI, 400 * MILLI), this::connect);
        }
    }

    private boolean isReachable() {
        return node.isUp() && !isCut();
    }

    private boolean isCut() {
        return network.isBlocked(client.address(), node.address())
                || network.isBlocked(node.address(), client.address());
    }

    /** The node's process has died: the client notices soon. */
    void onCrash() {
        boolean wasConnected = client.isConnected(node.id());
        if (wasConnected) {
            events.after(random.between(MILLI / 10, 30 * MILLI), () -> lose("connection reset"));
        }
    }

    /** A cut began: the client notices if it lasts. */
    void onCut() {
        events.after(random.between(100 * MILLI, 2_000 * MILLI), () -> {
            if (isCut() && client.isConnected(node.id())) {
                lose("no answer to keep-alives");
            }
        });
    }

    private void lose(String cause) {
        client.disconnected(node.id(), cause);
        events.after(random.between(MILLI, 100 * MILLI), this::connect);
    }
}
