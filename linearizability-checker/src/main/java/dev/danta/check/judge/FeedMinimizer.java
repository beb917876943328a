package dev.danta.check.judge;

import dev.danta.check.Operation;
import dev.danta.check.txn.FeedInput;
import dev.danta.check.txn.FeedOutput;
import dev.danta.check.txn.FeedOutput.Polled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Of feeds, the pieces are puts, each with every change that has shown it. Then polls that have shown nothing are left out:
 * whoever went on from where one had ended goes on from where it had begun.
 */
final class FeedMinimizer extends PieceMinimizer<FeedInput, FeedOutput> {
    FeedMinimizer(Judge<FeedInput, FeedOutput> judge, Judgement<FeedInput, FeedOutput> original, Duration budget) {
        super(judge, original, budget);
    }

    @Override
    List<@Nullable Piece> pieces(FeedInput input, long first) {
        return input instanceof FeedInput.Put put
                ? Arrays.asList(Piece.written(put.key(), put.value()))
                : Collections.singletonList(null);
    }

    @Override
    @Nullable
    Operation<FeedInput, FeedOutput> reduced(
            Operation<FeedInput, FeedOutput> operation, List<Boolean> stays, Predicate<Piece> shown) {
        if (!stays.get(0)) {
            return null;
        }
        if (!(operation.output() instanceof Polled polled)) {
            return operation;
        }
        List<FeedOutput.Change> changes = polled.changes().stream()
                .filter(change -> shown.test(Piece.written(change.key(), change.value())))
                .toList();
        return with(operation, operation.input(), new Polled(changes, polled.cursor(), polled.reset()));
    }

    @Override
    Part<FeedInput, FeedOutput> withoutRest(
            Part<FeedInput, FeedOutput> part, Predicate<Part<FeedInput, FeedOutput>> fails) {
        List<Operation<FeedInput, FeedOutput>> empty = new ArrayList<>();
        for (Operation<FeedInput, FeedOutput> operation : part.operations()) {
            boolean shows = operation.output() instanceof Polled polled
                    && !polled.changes().isEmpty();
            if (operation.input() instanceof FeedInput.Poll && !shows) {
                empty.add(operation);
            }
        }
        List<Operation<FeedInput, FeedOutput>> kept =
                search().shortest(empty, some -> fails.test(spliced(part, empty, some)));
        return spliced(part, empty, kept);
    }

    /** Without those of {@code empty} that are not in {@code kept}. */
    private static Part<FeedInput, FeedOutput> spliced(
            Part<FeedInput, FeedOutput> part,
            List<Operation<FeedInput, FeedOutput>> empty,
            List<Operation<FeedInput, FeedOutput>> kept) {
        Set<Operation<FeedInput, FeedOutput>> gone = new HashSet<>(empty);
        kept.forEach(gone::remove);
        Map<String, @Nullable String> insteadOf = new HashMap<>();
        List<Operation<FeedInput, FeedOutput>> operations = new ArrayList<>();
        for (Operation<FeedInput, FeedOutput> operation : part.operations()) {
            if (!(operation.input() instanceof FeedInput.Poll poll)) {
                operations.add(operation);
                continue;
            }
            String cursor = poll.cursor();
            String from = cursor != null && insteadOf.containsKey(cursor) ? insteadOf.get(cursor) : cursor;
            String to = operation.output() instanceof Polled polled ? polled.cursor() : null;
            if (!gone.contains(operation)) {
                operations.add(with(operation, new FeedInput.Poll(from, poll.last()), operation.output()));
                insteadOf.remove(to);
            } else if (to != null) {
                insteadOf.put(to, from);
            }
        }
        return new Part<>(operations, part.aborted());
    }
}
