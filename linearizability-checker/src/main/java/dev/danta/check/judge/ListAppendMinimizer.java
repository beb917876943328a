package dev.danta.check.judge;

import dev.danta.check.Operation;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.ListsRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Of lists, the pieces are reads, and elements with their appends and out of every list in which they were read. */
final class ListAppendMinimizer extends PieceMinimizer<AppendTxn, ListsRead> {
    ListAppendMinimizer(Judge<AppendTxn, ListsRead> judge, Judgement<AppendTxn, ListsRead> original, Duration budget) {
        super(judge, original, budget);
    }

    @Override
    List<@Nullable Piece> pieces(AppendTxn input, long first) {
        List<@Nullable Piece> pieces = new ArrayList<>();
        for (AppendTxn.Step step : input.steps()) {
            pieces.add(
                    step instanceof AppendTxn.Step.Append append
                            ? Piece.written(append.key(), append.element())
                            : Piece.read(step.key(), first + pieces.size()));
        }
        return pieces;
    }

    @Override
    @Nullable
    Operation<AppendTxn, ListsRead> reduced(
            Operation<AppendTxn, ListsRead> operation, List<Boolean> stays, Predicate<Piece> shown) {
        List<AppendTxn.Step> steps = new ArrayList<>();
        List<List<String>> lists = new ArrayList<>();
        ListsRead answer = operation.output();
        int read = 0;
        for (int i = 0; i < stays.size(); i++) {
            AppendTxn.Step step = operation.input().steps().get(i);
            if (stays.get(i)) {
                steps.add(step);
            }
            if (step instanceof AppendTxn.Step.Read && answer != null) {
                List<String> list = answer.lists().get(read++);
                if (stays.get(i)) {
                    lists.add(list.stream()
                            .filter(element -> shown.test(Piece.written(step.key(), element)))
                            .toList());
                }
            }
        }
        return steps.isEmpty()
                ? null
                : with(operation, new AppendTxn(steps), answer == null ? null : new ListsRead(lists));
    }
}
