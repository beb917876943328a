package dev.danta.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports that nobody listens on. */
final class Ports {
    /** Below the range from which systems take the ports of outgoing connections: else one could sit on a stopped node's. */
    private static final int FIRST = 20_000;

    private static final int BEHIND_LAST = 32_000;
    private static final int TRIES_MAX = 1_000;

    private Ports() {}

    /**
     * Different ones, all free a moment ago.
     *
     * @throws IllegalStateException if there are none
     */
    static List<Integer> free(int number) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < TRIES_MAX && ports.size() < number; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
            if (!ports.contains(port) && isFree(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < number) {
            throw new IllegalStateException("no " + number + " free ports between " + FIRST + " and " + BEHIND_LAST);
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
