package dev.danta.check.judge;

import dev.danta.check.Operation;
import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Of registers, the pieces are reads, and values with their writes and every read that has shown them. */
final class RegisterMinimizer extends PieceMinimizer<RegisterTxn, RegistersSeen> {
    RegisterMinimizer(
            Judge<RegisterTxn, RegistersSeen> judge, Judgement<RegisterTxn, RegistersSeen> original, Duration budget) {
        super(judge, original, budget);
    }

    @Override
    List<@Nullable Piece> pieces(RegisterTxn input, long first) {
        List<@Nullable Piece> pieces = new ArrayList<>();
        for (RegisterTxn.Step step : input.steps()) {
            pieces.add(
                    step instanceof RegisterTxn.Step.Write write
                            ? Piece.written(write.register(), write.value())
                            : Piece.read(step.register(), first + pieces.size()));
        }
        return pieces;
    }

    @Override
    @Nullable
    Operation<RegisterTxn, RegistersSeen> reduced(
            Operation<RegisterTxn, RegistersSeen> operation, List<Boolean> stays, Predicate<Piece> shown) {
        List<RegisterTxn.Step> steps = new ArrayList<>();
        List<Seen> seen = new ArrayList<>();
        RegistersSeen answer = operation.output();
        for (int i = 0; i < stays.size(); i++) {
            RegisterTxn.Step step = operation.input().steps().get(i);
            Seen one = answer == null ? new Seen(null, null) : answer.steps().get(i);
            String value = one.value();
            if (stays.get(i) && (value == null || shown.test(Piece.written(step.register(), value)))) {
                steps.add(step);
                seen.add(one);
            }
        }
        return steps.isEmpty()
                ? null
                : with(operation, new RegisterTxn(steps), answer == null ? null : new RegistersSeen(seen));
    }
}
