package dev.danta.wire.transport;

import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.MessageProto;
import io.grpc.Status;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of a stream, for any number of threads. Envelopes wait in a bounded queue and leave in batches, as long
 * as gRPC says that the peer keeps up. gRPC's calls may be used by one thread at a time: whoever comes first pumps, until
 * nothing is left that can be written; whoever comes meanwhile has its envelopes taken along.
 *
 * <p>Nothing here blocks: the lock is held for a few assignments only, never while gRPC is called.
 */
final class Outlet {
    /** A frame is closed once it is this large, so that the peer can start on it; one envelope may be larger. */
    static final int FRAME_BYTES_AIM = 256 * 1024;

    private static final long NO_SIGNAL = -1;

    /** The stream, used by one thread at a time. */
    interface Sink {
        /** Whether a frame written now would leave soon. Its turning true again must be followed by {@link #pump}. */
        boolean isReady();

        /** Writes this end's greeting. */
        void writeGreeting();

        /** Writes what has become known since the greeting, if anything. */
        void writeNews();

        void write(FrameProto.Batch batch);

        /** Writes a ping or pong with this number. */
        void writeSignal(long number);

        /** Ends this direction of the stream; nothing is written afterwards. */
        void end(Status status);
    }

    /**
     * @param envelopesMax waiting
     * @param bytesMax waiting
     * @param envelopesPerFrameMax in one batch
     */
    record Bounds(int envelopesMax, long bytesMax, int envelopesPerFrameMax) {}

    private final Sink sink;
    private final Bounds bounds;

    private final ArrayDeque<MessageProto.Envelope> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long dropped;
    private boolean greetingAsked;
    private boolean greetingDue;
    private boolean newsDue;
    private long signal = NO_SIGNAL;
    private @Nullable Status ending;
    private boolean ended;
    private boolean pumping;
    private boolean pumpAgain;

    Outlet(Sink sink, Bounds bounds) {
        this.sink = sink;
        this.bounds = bounds;
    }

    /** Wants the greeting written, ahead of everything. */
    void greet() {
        synchronized (this) {
            greetingAsked = true;
            greetingDue = true;
        }
        pump();
    }

    /** Wants news written, ahead of what is queued and behind the greeting; of several that wait only the last. */
    void announce() {
        synchronized (this) {
            newsDue = true;
        }
        pump();
    }

    /** Queues an envelope until the next {@link #pump}; false if it was dropped. */
    synchronized boolean offer(MessageProto.Envelope envelope) {
        int size = envelope.getSerializedSize();
        boolean fits = queue.size() < bounds.envelopesMax() && queuedBytes + size <= bounds.bytesMax();
        if (!fits || ending != null) {
            dropped++;
            return false;
        }
        queue.add(envelope);
        queuedBytes += size;
        return true;
    }

    /** Counts an envelope that did not even come this far. */
    synchronized void countDropped() {
        dropped++;
    }

    /** Wants a ping or pong written ahead of what is queued; of several that wait only the last. */
    void signal(long number) {
        synchronized (this) {
            signal = number;
        }
        pump();
    }

    /** Ends the stream once everything queued has left; nothing more is taken. */
    void endAfterQueue(Status status) {
        synchronized (this) {
            if (ending == null) {
                ending = status;
            }
        }
        pump();
    }

    /** Ends the stream with the next frame; what is queued is dropped. */
    void endNow(Status status) {
        synchronized (this) {
            ending = status;
            dropped += queue.size();
            queue.clear();
            queuedBytes = 0;
        }
        pump();
    }

    /** Envelopes that were not taken, or taken and not written. */
    synchronized long dropped() {
        return dropped;
    }

    /** Bytes that wait here. */
    synchronized long queuedBytes() {
        return queuedBytes;
    }

    /** Writes what can be written now, unless another thread is at it, which then does so. */
    void pump() {
        synchronized (this) {
            if (pumping) {
                pumpAgain = true;
                return;
            }
            if (!hasWork()) {
                return;
            }
            pumping = true;
        }
        boolean finished = false;
        try {
            while (step()) {
                // One frame each.
            }
            finished = true;
        } finally {
            if (!finished) {
                giveUp();
            }
        }
    }

    private synchronized void giveUp() {
        ended = true;
        ending = Status.INTERNAL;
        pumping = false;
    }

    private boolean hasWork() {
        return !ended && (ending != null || greetingDue || hasNews() || signal != NO_SIGNAL || !queue.isEmpty());
    }

    private boolean hasNews() {
        return newsDue && greetingAsked;
    }

    /** Writes one frame; false, and nobody pumps any more, if there is none that can be written. */
    private boolean step() {
        // Asked outside of the lock, because it takes gRPC's. Should it turn true right afterwards, the pump that
        // follows from that finds us pumping and makes us look again.
        boolean ready = sink.isReady();
        FrameProto.Batch batch = null;
        long number = NO_SIGNAL;
        boolean news = false;
        Status end = null;
        synchronized (this) {
            if (ending != null && queue.isEmpty() && !ended) {
                ended = true;
                end = ending;
            } else if (!ready || !hasWork()) {
                boolean again = pumpAgain;
                pumpAgain = false;
                pumping = again;
                return again;
            } else if (greetingDue) {
                greetingDue = false;
            } else if (hasNews()) {
                newsDue = false;
                news = true;
            } else if (signal != NO_SIGNAL) {
                number = signal;
                signal = NO_SIGNAL;
            } else {
                batch = takeBatch();
            }
        }
        if (batch != null) {
            sink.write(batch);
        } else if (end != null) {
            sink.end(end);
        } else if (number != NO_SIGNAL) {
            sink.writeSignal(number);
        } else if (news) {
            sink.writeNews();
        } else {
            sink.writeGreeting();
        }
        return true;
    }

    private FrameProto.Batch takeBatch() {
        FrameProto.Batch.Builder batch = FrameProto.Batch.newBuilder();
        long bytes = 0;
        MessageProto.Envelope next = queue.peek();
        while (next != null
                && batch.getEnvelopesCount() < bounds.envelopesPerFrameMax()
                && (bytes == 0 || bytes + next.getSerializedSize() <= FRAME_BYTES_AIM)) {
            bytes += next.getSerializedSize();
            batch.addEnvelopes(next);
            queue.remove();
            next = queue.peek();
        }
        queuedBytes -= bytes;
        return batch.build();
    }
}
