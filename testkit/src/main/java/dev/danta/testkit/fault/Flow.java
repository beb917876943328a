package dev.danta.testkit.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** One direction of a connection: bytes on their way. Used by one thread. */
final class Flow {
    /** What is under way at most; whoever sends more has to wait. */
    private static final int UNDER_WAY_BYTES_MAX = 1 << 20;

    private final SocketChannel in;
    private final SocketChannel out;
    private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
    private int underWayBytes;
    private boolean isCut;
    private boolean hasEnded;
    private boolean isShut;
    private boolean isWaitingToWrite;

    /** Bytes that may go on when it is time. */
    private record Chunk(ByteBuffer bytes, long arrivedAtNanos) {}

    Flow(SocketChannel in, SocketChannel out) {
        this.in = in;
        this.out = out;
    }

    SocketChannel out() {
        return out;
    }

    /** Reads what is there, and writes what is due. */
    void pass(FaultNetwork.Weather weather, ByteBuffer buffer) throws IOException {
        isCut = weather.isCut();
        if (isCut) {
            isWaitingToWrite = false;
            return;
        }
        read(buffer);
        long now = System.nanoTime();
        isWaitingToWrite = false;
        for (Chunk first = underWay.peek(); first != null; first = underWay.peek()) {
            if (now - first.arrivedAtNanos < weather.delayNanos()) {
                return;
            }
            underWayBytes -= out.write(first.bytes);
            if (first.bytes.hasRemaining()) {
                isWaitingToWrite = true;
                return;
            }
            underWay.remove();
        }
        if (hasEnded && !isShut) {
            isShut = true;
            out.shutdownOutput();
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        while (!hasEnded && underWayBytes < UNDER_WAY_BYTES_MAX) {
            buffer.clear();
            int count = in.read(buffer);
            if (count < 0) {
                hasEnded = true;
            }
            if (count <= 0) {
                return;
            }
            buffer.flip();
            ByteBuffer copy = ByteBuffer.allocate(count);
            copy.put(buffer).flip();
            underWay.add(new Chunk(copy, System.nanoTime()));
            underWayBytes += count;
        }
    }

    /** Until the first byte under way may go on; the greatest number if nothing waits for that. */
    long untilDueNanos(FaultNetwork.Weather weather) {
        Chunk first = underWay.peek();
        if (first == null || weather.isCut() || isWaitingToWrite) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, first.arrivedAtNanos + weather.delayNanos() - System.nanoTime());
    }

    boolean wantsToRead() {
        return !isCut && !hasEnded && underWayBytes < UNDER_WAY_BYTES_MAX;
    }

    boolean wantsToWrite() {
        return !isCut && isWaitingToWrite;
    }

    /** Whether the end has been passed on. */
    boolean isOver() {
        return isShut;
    }
}
