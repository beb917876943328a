package dev.danta.wire.transport;

import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What gRPC's server writes to the log by itself when a peer sends garbage: a stack trace each time. Here it becomes one
 * line without a stack trace, at most one per second; it says nothing about this process.
 */
final class GrpcLog implements Filter {
    private static final String SHADED = "io.grpc.netty.shaded.";
    /** Held strongly: the JDK forgets a logger, and its filter with it, that nobody refers to. */
    private static final List<Logger> TAMED = List.of(
            Logger.getLogger(SHADED + "io.grpc.netty.NettyServerTransport"),
            Logger.getLogger(SHADED + "io.grpc.netty.NettyServerTransport.connections"),
            Logger.getLogger(SHADED + "io.grpc.netty.NettyServerHandler"),
            Logger.getLogger(SHADED + "io.grpc.netty.NettyServerStream"));

    private static final GrpcLog FILTER = new GrpcLog();

    private final OncePerSecond rate = new OncePerSecond();

    private GrpcLog() {}

    /** For all servers of this process; may be called again. */
    static void tame() {
        TAMED.forEach(logger -> logger.setFilter(FILTER));
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        Throwable thrown = line.getThrown();
        if (thrown == null) {
            return true;
        }
        long keptBack = rate.admit();
        String others = keptBack <= 0 ? "" : " (and " + keptBack + " more)";
        line.setMessage("a connection failed: " + firstLineOf(thrown) + others);
        line.setParameters(null);
        line.setThrown(null);
        return keptBack >= 0;
    }

    private static String firstLineOf(Throwable thrown) {
        String text = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        return text.lines().findFirst().orElse(text);
    }
}
