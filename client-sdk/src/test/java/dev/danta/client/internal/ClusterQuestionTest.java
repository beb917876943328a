package dev.danta.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.Member;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that answer by rote. */
@Timeout(60)
final class ClusterQuestionTest {
    private static final long MILLI = 1_000_000;
    private static final Member ONE = new Member(new ReplicaId(1), "one:7400");
    private static final Member OTHER = new Member(new ReplicaId(2), "other:7400");
    private static final AdminRequest QUESTION = new AdminRequest.Declare("shop", "stock", "strict");
    private static final AdminReply ANSWER = new AdminReply.Declared("strict", List.of());

    private static CompletableFuture<AdminReply> ask(ClusterQuestion.Asker asker, long millis) {
        return new ClusterQuestion(() -> List.of(ONE, OTHER), asker, QUESTION, millis * MILLI).begin();
    }

    private static NobodyAnsweredException nobody(CompletableFuture<AdminReply> asked) {
        return (NobodyAnsweredException)
                catchThrowableOfType(ExecutionException.class, () -> asked.get(30, TimeUnit.SECONDS))
                        .getCause();
    }

    @Test
    void who_cannot_answer_now_is_passed_over_and_asked_again_later() {
        List<Member> asked = new ArrayList<>();
        AdminReply reply = ask(
                        (node, request, within) -> {
                            asked.add(node);
                            return asked.size() < 4
                                    ? CompletableFuture.completedFuture(
                                            new AdminReply.Refused(AdminReply.Refused.Kind.UNAVAILABLE, "not now"))
                                    : CompletableFuture.completedFuture(ANSWER);
                        },
                        50_000)
                .join();
        assertThat(reply).isEqualTo(ANSWER);
        assertThat(asked).containsExactly(ONE, OTHER, ONE, OTHER);
    }

    @Test
    void when_nobody_can_it_ends_with_what_each_has_said() {
        NobodyAnsweredException nobody = nobody(ask(
                (node, request, within) -> node.equals(ONE)
                        ? CompletableFuture.failedFuture(new IllegalStateException("connection refused"))
                        : CompletableFuture.completedFuture(
                                new AdminReply.Refused(AdminReply.Refused.Kind.UNAVAILABLE, "not now")),
                20));
        assertThat(nobody.causes())
                .containsEntry("one:7400", "connection refused")
                .containsEntry("other:7400", "not now");
    }

    /** Whatever the transport does: nobody waits for ever. */
    @Test
    void a_node_that_says_nothing_at_all_does_not_keep_it_from_ending() {
        NobodyAnsweredException nobody = nobody(ask((node, request, within) -> new CompletableFuture<>(), 20));
        assertThat(nobody.causes()).containsOnlyKeys("one:7400");
        assertThat(nobody.causes()).containsEntry("one:7400", "no answer");
    }
}
