package dev.danta.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * How fast a folder's disk makes writes durable: one thread appends {@link #BLOCK_BYTES} and syncs, again and again.
 * Durable throughput of anything can be understood only beside this.
 *
 * @param syncsPerSecond appends made durable in each second
 * @param p50Nanos median time of one
 * @param p99Nanos 99th percentile
 */
public record DiskProbe(double syncsPerSecond, long p50Nanos, long p99Nanos) {
    public static final int BLOCK_BYTES = 4096;

    private static final int SYNCS_MAX = 1_000_000;

    /**
     * Measures in a file of its own, which is removed.
     *
     * @param duration about how long
     * @throws IOException if the folder cannot be written to
     */
    public static DiskProbe measure(Path folder, Duration duration) throws IOException {
        Path file = Files.createTempFile(folder, "danta-disk", ".probe");
        Histogram times = new Histogram(3);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            long start = System.nanoTime();
            long now = start;
            while (now - start < duration.toNanos() && times.getTotalCount() < SYNCS_MAX) {
                block.clear();
                while (block.hasRemaining()) {
                    channel.write(block);
                }
                channel.force(false);
                long after = System.nanoTime();
                times.recordValue(after - now);
                now = after;
            }
            return new DiskProbe(
                    times.getTotalCount() * 1e9 / Math.max(1, now - start),
                    times.getValueAtPercentile(50),
                    times.getValueAtPercentile(99));
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
