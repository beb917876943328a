package dev.danta.wire.transport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What gRPC writes to the log by itself, as long as this is open. */
final class GrpcLogRecorder extends Handler implements AutoCloseable {
    private final Logger grpc = Logger.getLogger("io.grpc");
    private final List<LogRecord> lines = new CopyOnWriteArrayList<>();

    GrpcLogRecorder() {
        grpc.addHandler(this);
        grpc.setUseParentHandlers(false);
    }

    List<LogRecord> lines() {
        return lines;
    }

    List<String> texts() {
        return lines.stream()
                .map(line -> line.getLoggerName() + ": " + line.getMessage())
                .toList();
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line);
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        grpc.removeHandler(this);
        grpc.setUseParentHandlers(true);
    }
}
