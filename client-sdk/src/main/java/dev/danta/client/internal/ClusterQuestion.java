package dev.danta.client.internal;

import dev.danta.wire.Member;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question that any node of the cluster can answer: one after another is asked until one does, and all of them again
 * after a pause, until the deadline. The question may reach several of them, so asking it twice must do no harm.
 */
final class ClusterQuestion {
    private static final long MILLI = 1_000_000;
    /** How long the nodes are left alone when none of them could answer. */
    private static final long PAUSE_NANOS = 50 * MILLI;
    /** Less than this is no time to connect and answer, so nobody is given less as long as there is more. */
    private static final long SHARE_NANOS_MIN = 250 * MILLI;

    private final Supplier<List<Member>> nodes;
    private final Asker asker;
    private final AdminRequest request;
    private final long deadlineAt;
    private final CompletableFuture<AdminReply> answer = new CompletableFuture<>();
    private final Map<String, String> causes = new ConcurrentSkipListMap<>();
    private final Deque<Member> left = new ArrayDeque<>();

    /** Asks one node; fails, soon after the time that it is given, with an exception whose message is a sentence. */
    interface Asker {
        CompletableFuture<AdminReply> ask(Member node, AdminRequest request, Duration within);
    }

    /**
     * Not begun yet.
     *
     * @param nodes the cluster's, at any time, those first that are most likely to answer; empty if there is nobody to ask
     *     any more
     */
    ClusterQuestion(Supplier<List<Member>> nodes, Asker asker, AdminRequest request, long deadlineNanos) {
        this.nodes = nodes;
        this.asker = asker;
        this.request = request;
        this.deadlineAt = System.nanoTime() + deadlineNanos;
    }

    /** Fails with {@link NobodyAnsweredException} by the deadline. To be called once. */
    CompletableFuture<AdminReply> begin() {
        long left = Math.max(0, deadlineAt - System.nanoTime());
        // Who is asked last knows better why, if it says so soon. The copy forgets its timer when there is an answer.
        CompletableFuture<AdminReply> unused = answer.copy()
                .orTimeout(left + left / 20, TimeUnit.NANOSECONDS)
                .whenComplete((reply, failure) -> {
                    if (failure instanceof TimeoutException) {
                        answer.completeExceptionally(new NobodyAnsweredException(causes));
                    }
                });
        nextRound();
        return answer;
    }

    private void nextRound() {
        left.addAll(nodes.get());
        askNext();
    }

    private void askNext() {
        long time = deadlineAt - System.nanoTime();
        Member node = left.poll();
        if (node == null || time < MILLI) {
            answer.completeExceptionally(new NobodyAnsweredException(causes));
            return;
        }
        causes.putIfAbsent(node.address(), "no answer");
        long share = Math.min(time, Math.max(SHARE_NANOS_MIN, time / (left.size() + 2)));
        CompletableFuture<AdminReply> unused = asker.ask(node, request, Duration.ofNanos(Math.max(MILLI, share)))
                .whenComplete((reply, failure) -> onReply(node, reply, failure));
    }

    private void onReply(Member node, @Nullable AdminReply reply, @Nullable Throwable failure) {
        if (reply instanceof AdminReply.Refused refused && isForNow(refused.kind())) {
            causes.put(node.address(), refused.why());
        } else if (reply != null) {
            answer.complete(reply);
            return;
        } else {
            causes.put(node.address(), sentence(failure));
        }
        if (left.isEmpty()) {
            later();
        } else {
            askNext();
        }
    }

    private static boolean isForNow(AdminReply.Refused.Kind kind) {
        return kind == AdminReply.Refused.Kind.UNAVAILABLE || kind == AdminReply.Refused.Kind.NOT_CREATED;
    }

    private static String sentence(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        return cause == null ? "no answer" : String.valueOf(cause.getMessage());
    }

    private void later() {
        long pause = Math.max(0, Math.min(PAUSE_NANOS, deadlineAt - System.nanoTime()));
        Executor delayed = CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS);
        delayed.execute(this::nextRound);
    }
}
