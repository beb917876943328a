package dev.danta.gateway;

import dev.danta.client.CloseResult;
import dev.danta.client.DantaClient;
import dev.danta.wire.gateway.GatewayReply.Refused;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The client inside the node, which is there from the first call on: most nodes never have one. Thread-safe. */
final class InnerClient {
    /** For what is not asked for with a deadline of its own; callers are answered by theirs. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final Supplier<String> address;
    private final UnaryOperator<String> translator;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable DantaClient client;
    private volatile boolean closed;

    /**
     * @param address where the node listens
     * @param translator where others are reached from here
     */
    InnerClient(Supplier<String> address, UnaryOperator<String> translator) {
        this.translator = translator;
        this.address = address;
    }

    /** @throws RefusedException if there is none within {@code patience} */
    DantaClient get(Duration patience) {
        DantaClient open = client;
        return open == null ? opened(patience) : open;
    }

    private DantaClient opened(Duration patience) {
        if (!isMyTurn(patience)) {
            throw new RefusedException(Refused.Kind.UNAVAILABLE, "this node does not reach its cluster yet");
        }
        try {
            DantaClient open = client;
            if (open == null) {
                requireOpen();
                open = DantaClient.builder()
                        .endpoints(address.get())
                        .addressTranslator(translator)
                        .deadline(DEADLINE)
                        .build();
                client = open;
                if (closed) {
                    CloseResult unused = open.close(AT_ONCE);
                    requireOpen();
                }
            }
            return open;
        } finally {
            opening.unlock();
        }
    }

    private boolean isMyTurn(Duration patience) {
        try {
            return opening.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new RefusedException(Refused.Kind.UNAVAILABLE, "this node is stopping");
        }
    }

    /**
     * Ends what is under way, and waits for that.
     *
     * @param within at most so long
     */
    void close(Duration within) {
        closed = true;
        DantaClient open = client;
        if (open != null) {
            CloseResult unused = open.close(within.compareTo(AT_ONCE) < 0 ? AT_ONCE : within);
        }
    }
}
