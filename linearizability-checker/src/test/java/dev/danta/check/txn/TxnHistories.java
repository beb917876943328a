package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes histories down step by step; every transaction is a process of its own. */
final class TxnHistories {
    private final List<Operation<AppendTxn, ListsRead>> operations = new ArrayList<>();
    private final List<Operation<AppendTxn, ListsRead>> aborted = new ArrayList<>();
    private long processes;

    /** A step, and what a read showed. */
    record Done(AppendTxn.Step step, List<String> list) {}

    static Done append(String key, int element) {
        return new Done(new AppendTxn.Step.Append(key, Integer.toString(element)), List.of());
    }

    static Done read(String key, int... elements) {
        return new Done(
                new AppendTxn.Step.Read(key),
                IntStream.of(elements).mapToObj(Integer::toString).toList());
    }

    private static AppendTxn input(Done... steps) {
        return new AppendTxn(Stream.of(steps).map(Done::step).toList());
    }

    TxnHistories known(long invoked, long completed, Done... steps) {
        return knownOf(1_000 + processes++, invoked, completed, steps);
    }

    TxnHistories knownOf(long process, long invoked, long completed, Done... steps) {
        ListsRead output = new ListsRead(Stream.of(steps)
                .filter(done -> done.step() instanceof AppendTxn.Step.Read)
                .map(Done::list)
                .toList());
        operations.add(Operation.known(process, input(steps), output, invoked, completed));
        return this;
    }

    TxnHistories unknown(long invoked, Done... steps) {
        operations.add(Operation.unknown(1_000 + processes++, input(steps), invoked));
        return this;
    }

    TxnHistories aborted(Done... steps) {
        aborted.add(Operation.unknown(1_000 + processes++, input(steps), 0));
        return this;
    }

    TxnVerdict<AppendTxn, ListsRead> check(Consistency level) {
        return ListAppendCheck.check(History.of(operations), aborted, level);
    }

    List<Operation<AppendTxn, ListsRead>> operations() {
        return operations;
    }
}
