package dev.danta.testkit.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds places on loopback where nobody listens. */
final class Loopback {
    /** Below the ports from which systems take those of outgoing connections: one of these could sit on a killed node's. */
    private static final int PORT_MIN = 15_000;

    private static final int PORT_MAX = 32_000;
    private static final int TRIES_MAX = 1_000;

    private Loopback() {}

    /** One that was free a moment ago. */
    static InetSocketAddress free() {
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            if (isFree(port)) {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            }
        }
        throw new IllegalStateException("no port is free between " + PORT_MIN + " and " + PORT_MAX);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
