package dev.danta.client;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks what became of a transaction whose outcome was not known by its deadline. Its string can be kept and given to
 * {@link DantaClient#outcomeOf}. Thread-safe.
 */
public final class OutcomeHandle {
    private final Calls calls;
    private final ClientCall.@Nullable AwaitOutcome question;

    /** Asks {@code question}; null: of a relaxed update nobody can say. */
    OutcomeHandle(Calls calls, ClientCall.@Nullable AwaitOutcome question) {
        this.calls = calls;
        this.question = question;
    }

    /**
     * Reads what {@link #toString} writes: the transaction's id and, behind a slash, its participants; these may be missing.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    static OutcomeHandle parse(Calls calls, String text) {
        if (Given.notNull("the string of a handle", text).isEmpty()) {
            return new OutcomeHandle(calls, null);
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new OutcomeHandle(calls, new ClientCall.AwaitOutcome(Timestamp.parse(text), List.of()));
        }
        List<ShardId> participants = new ArrayList<>();
        for (String number : text.substring(slash + 1).split("\\.", -1)) {
            participants.add(new ShardId(Integer.parseInt(number)));
        }
        return new OutcomeHandle(
                calls, new ClientCall.AwaitOutcome(Timestamp.parse(text.substring(0, slash)), participants));
    }

    /**
     * Waits for the outcome, and has it settled if whoever ran the transaction does not: this client, another one, or a
     * process that is long gone. {@link Outcome#UNKNOWN} if it is not known by then, if it has been forgotten, if it was a
     * relaxed update (of which only its replicas know), or if only the id is given and no node has heard of it.
     *
     * @throws DantaException if the client can ask for no more at the moment
     */
    public Outcome resolve(Duration deadline) {
        Calls.requirePositive("a deadline", deadline);
        return question == null ? Outcome.UNKNOWN : calls.awaitOutcome(question, deadline);
    }

    /** The transaction's id and participants; empty for a relaxed update. */
    @Override
    public String toString() {
        return question == null ? "" : text(question);
    }

    static String text(ClientCall.AwaitOutcome question) {
        String participants = question.participants().stream()
                .map(shard -> Integer.toString(shard.number()))
                .collect(Collectors.joining("."));
        return participants.isEmpty() ? question.txn().toString() : question.txn() + "/" + participants;
    }
}
