package dev.danta.check.history;

import dev.danta.check.History;
import dev.danta.check.Operation;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes histories as JSON Lines: the format is in the package's description. Stateless and thread-safe. */
public final class HistoryWriter {
    private HistoryWriter() {}

    /** One end of an operation. Its place in the history keeps a process in order where stamps are equal. */
    private record End<I, O>(long at, int place, HistoryEvent.Type type, Operation<I, O> operation) {}

    /**
     * Writes a file, compressed if its name ends in {@code .gz}, in place of whatever was there.
     *
     * @throws IOException if it cannot be written
     */
    public static <I, O> void write(Path file, HistoryHeader header, OperationCodec<I, O> codec, History<I, O> history)
            throws IOException {
        write(file, header, codec, history, List.of());
    }

    /**
     * The same with operations that certainly did not happen.
     *
     * @param aborted without answers; they get processes of their own
     */
    public static <I, O> void write(
            Path file,
            HistoryHeader header,
            OperationCodec<I, O> codec,
            History<I, O> history,
            List<Operation<I, O>> aborted)
            throws IOException {
        try (OutputStream out = open(file)) {
            write(out, header, codec, history, aborted);
        }
    }

    /** A file to write to in place of whatever was there, compressed if its name ends in {@code .gz}. */
    public static OutputStream open(Path file) throws IOException {
        OutputStream plain = new BufferedOutputStream(Files.newOutputStream(file));
        return file.toString().endsWith(".gz") ? new GZIPOutputStream(plain, 1 << 16) : plain;
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @throws IllegalArgumentException if the header and the codec name different models
     */
    public static <I, O> void write(
            OutputStream out, HistoryHeader header, OperationCodec<I, O> codec, History<I, O> history)
            throws IOException {
        write(out, header, codec, history, List.of());
    }

    private static <I, O> void write(
            OutputStream out,
            HistoryHeader header,
            OperationCodec<I, O> codec,
            History<I, O> history,
            List<Operation<I, O>> aborted)
            throws IOException {
        if (!codec.accepts(header.model())) {
            throw new IllegalArgumentException(
                    "the header says " + header.model() + ", but the codec is for " + codec.model());
        }
        try (EventSink sink = EventSink.begin(out, HistoryFormat.JSON_LINES, header)) {
            long line = 2;
            for (End<I, O> end : ends(history, aborted)) {
                sink.write(event(codec, end, line++));
            }
        }
    }

    private static <I, O> List<End<I, O>> ends(History<I, O> history, List<Operation<I, O>> aborted) {
        List<End<I, O>> ends = new ArrayList<>(2 * history.size());
        long last = Long.MIN_VALUE;
        for (Operation<I, O> operation : history.operations()) {
            last = Math.max(last, operation.isUnknown() ? operation.invokedAt() : operation.completedAt());
        }
        int place = 0;
        for (Operation<I, O> operation : history.operations()) {
            ends.add(new End<>(operation.invokedAt(), place, HistoryEvent.Type.INVOKE, operation));
            ends.add(
                    operation.isUnknown()
                            ? new End<>(last, place, HistoryEvent.Type.INFO, operation)
                            : new End<>(operation.completedAt(), place, HistoryEvent.Type.OK, operation));
            place++;
        }
        long process = history.operations().stream()
                        .mapToLong(Operation::process)
                        .max()
                        .orElse(-1)
                + 1;
        for (Operation<I, O> operation : aborted) {
            Operation<I, O> alone = Operation.unknown(process++, operation.input(), operation.invokedAt());
            ends.add(new End<>(alone.invokedAt(), place, HistoryEvent.Type.INVOKE, alone));
            ends.add(new End<>(Math.max(last, alone.invokedAt()), place, HistoryEvent.Type.FAIL, alone));
            place++;
        }
        ends.sort(Comparator.<End<I, O>>comparingLong(End::at)
                .thenComparingLong(end -> end.operation().process())
                .thenComparingInt(End::place)
                .thenComparing(End::type));
        return ends;
    }

    private static <I, O> HistoryEvent event(OperationCodec<I, O> codec, End<I, O> end, long line) {
        Operation<I, O> operation = end.operation();
        O output = operation.output();
        Map<String, @Nullable Object> fields = end.type() == HistoryEvent.Type.OK && output != null
                ? codec.encode(operation.input(), output)
                : codec.encode(operation.input());
        return new HistoryEvent(line, end.at(), operation.process(), end.type(), codec.f(operation.input()), fields);
    }
}
