package dev.danta.gateway;

import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Effect;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.GatewayRequest.Condition;
import dev.danta.wire.gateway.GatewayRequest.SessionToken;
import dev.danta.wire.gateway.GatewayRequest.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request and its answer, which is given once: in time, or because it is late. Thread-safe. */
final class Call {
    /** What a part of a request takes beside its values. */
    private static final int PART_BYTES = 256;
    /** What a session takes at most: its token, what that says, and the token that goes back. */
    private static final int SESSION_BYTES = 3 * SessionToken.CHARS_MAX;
    /** A client is told to be done by then at the latest, even if nothing is left. */
    private static final Duration LEAST = Duration.ofMillis(1);

    private final GatewayRequest request;
    private final long endsAtNanos;
    private final CompletableFuture<GatewayReply> answer = new CompletableFuture<>();
    private boolean begun;
    /** Set before it is told, so that nothing is begun of which it is then said that it was not. */
    private boolean isLate;

    Call(GatewayRequest request, Duration within) {
        this.request = request;
        this.endsAtNanos = System.nanoTime() + within.toNanos();
    }

    GatewayRequest request() {
        return request;
    }

    CompletableFuture<GatewayReply> answer() {
        return answer;
    }

    /** How long it may still take, at least a millisecond. */
    Duration remaining() {
        Duration left = Duration.ofNanos(endsAtNanos - System.nanoTime());
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    /** Whether nobody waits for the answer any more. */
    boolean isOver() {
        return answer.isDone();
    }

    /** Whether there is still somebody who waits for the answer; from then on it is not known what a late call has done. */
    synchronized boolean begin() {
        begun = !isLate && !answer.isDone();
        return begun;
    }

    /** Answers, unless it is answered. */
    void answer(GatewayReply reply) {
        boolean unused = answer.complete(reply);
    }

    /** The same by a bug of ours. */
    void fail(Throwable bug) {
        boolean unused = answer.completeExceptionally(bug);
    }

    /** It has taken too long. */
    void onLate() {
        answer(late());
    }

    /** What is to be said from now on: nothing that has not begun begins any more. */
    synchronized Refused late() {
        isLate = true;
        boolean isUnknown = begun && isChange();
        return new Refused(
                isUnknown ? Refused.Kind.OUTCOME_UNKNOWN : Refused.Kind.DEADLINE_EXCEEDED,
                isUnknown ? Effect.UNKNOWN : Effect.NOT_APPLIED,
                !isUnknown,
                isUnknown
                        ? "the deadline passed before it was known whether it took effect"
                        : begun
                                ? "the deadline passed before there was an answer"
                                : "the deadline passed before it was begun");
    }

    private boolean isChange() {
        return request instanceof GatewayRequest.Transact
                || request instanceof GatewayRequest.Commit
                || request instanceof GatewayRequest.Put
                || request instanceof GatewayRequest.Add;
    }

    /** About what it keeps in memory. */
    int bytes() {
        long bytes = PART_BYTES;
        if (request instanceof GatewayRequest.Transact transact) {
            for (Condition condition : transact.conditions()) {
                bytes += PART_BYTES + sizeOf(condition.value());
            }
            bytes += bytes(transact.writes());
        } else if (request instanceof GatewayRequest.Buffer buffer) {
            bytes += bytes(buffer.writes());
        } else if (request instanceof GatewayRequest.Put put) {
            bytes += sizeOf(put.value()) + sizeOf(put.session());
        } else if (request instanceof GatewayRequest.Add add) {
            bytes += sizeOf(add.session());
        } else if (request instanceof GatewayRequest.Sum sum) {
            bytes += sizeOf(sum.session());
        } else if (request instanceof GatewayRequest.Get get) {
            bytes += (long) PART_BYTES * get.keys().size();
            bytes += get.reader() instanceof GatewayRequest.Reader.Alone alone ? sizeOf(alone.session()) : 0;
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    /** About what writes keep in memory. */
    static long bytes(List<Write> writes) {
        long bytes = 0;
        for (Write write : writes) {
            bytes += PART_BYTES + sizeOf(write.value());
        }
        return bytes;
    }

    private static int sizeOf(@Nullable SessionToken session) {
        return session == null ? 0 : SESSION_BYTES;
    }

    private static int sizeOf(@Nullable Bytes value) {
        return value == null ? 0 : value.size();
    }
}
