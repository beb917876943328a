package dev.danta.wire.admin;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where a node takes what is asked of it. Called on transport threads: it must neither block nor throw. */
public interface AdminDesk {
    /** Refuses everything: for nodes whose cluster nobody looks after. */
    AdminDesk CLOSED = (request, patience) -> CompletableFuture.completedFuture(
            new AdminReply.Refused(AdminReply.Refused.Kind.UNAVAILABLE, "this node takes no such requests"));

    /**
     * Answers, whenever it can; who asked may have gone by then.
     *
     * @param patience how long they wait for it
     */
    CompletionStage<AdminReply> ask(AdminRequest request, Duration patience);
}
