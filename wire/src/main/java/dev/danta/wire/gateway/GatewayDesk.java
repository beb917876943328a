package dev.danta.wire.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Does what callers ask of a node, on their behalf. */
public interface GatewayDesk {
    /**
     * Answers within about {@code within}, with a reply that fits the request or with {@link GatewayReply.Refused}, from any
     * thread. Called on transport threads: it must neither block nor throw. Who asked may cancel the future: then nobody waits
     * for the answer any more, and what has not begun need not.
     */
    CompletableFuture<GatewayReply> ask(GatewayRequest request, Duration within);

    /**
     * Takes nothing more, gives open transactions up, and ends what is under way, waiting for it at most {@code within}; zero
     * as a crash would.
     */
    void close(Duration within);

    /** Opens the desk of a node. */
    interface Opening {
        /**
         * At once, and whether or not the node has a cluster yet.
         *
         * @param node its number
         * @param address where it can be reached from here, {@code host:port}; asked for when somebody calls
         */
        GatewayDesk open(int node, Supplier<String> address);
    }
}
