package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.Anomaly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Minimizes histories operation by operation: what is left has an anomaly of the worst kind that the whole has, and none of
 * a kind that the whole does not have. So with a write goes whatever has read it.
 */
final class AnomalyMinimizer<I, O> {
    private final Judge<I, O> judge;
    private final Judgement<I, O> original;
    private final DeltaDebugging search;

    AnomalyMinimizer(Judge<I, O> judge, Judgement<I, O> original, Duration budget) {
        if (original.anomalies().isEmpty()) {
            throw new IllegalArgumentException("only what is wrong can be minimized");
        }
        this.judge = judge;
        this.original = original;
        this.search = new DeltaDebugging(System::nanoTime, budget.toNanos());
    }

    Minimal<I, O> minimize(History<I, O> history, List<Operation<I, O>> aborted) {
        List<Operation<I, O>> all = new ArrayList<>(history.operations());
        all.addAll(aborted);
        // What is named in the first anomaly is often all there is to it.
        List<Operation<I, O>> named = all.stream()
                .filter(new HashSet<>(original.anomalies().get(0).transactions())::contains)
                .toList();
        Set<Operation<I, O>> didNot = new HashSet<>(aborted);
        List<Operation<I, O>> kept = search.shortest(fails(named, didNot) ? named : all, some -> fails(some, didNot));
        Judgement<I, O> judgement = judged(kept, didNot);
        return new Minimal<>(
                happened(kept, didNot), aborted(kept, didNot), null, judgement, search.tries(), !search.wasCut());
    }

    private boolean fails(List<Operation<I, O>> some, Set<Operation<I, O>> didNot) {
        Set<Anomaly.Kind> found = kinds(judged(some, didNot));
        Set<Anomaly.Kind> before = kinds(original);
        return found.contains(original.anomalies().get(0).kind()) && before.containsAll(found);
    }

    private Set<Anomaly.Kind> kinds(Judgement<I, O> judgement) {
        return judgement.anomalies().stream().map(Anomaly::kind).collect(Collectors.toSet());
    }

    private Judgement<I, O> judged(List<Operation<I, O>> some, Set<Operation<I, O>> didNot) {
        return judge.judge(happened(some, didNot), aborted(some, didNot), CheckOptions.defaults());
    }

    private static <I, O> History<I, O> happened(List<Operation<I, O>> some, Set<Operation<I, O>> didNot) {
        return History.of(
                some.stream().filter(operation -> !didNot.contains(operation)).toList());
    }

    private static <I, O> List<Operation<I, O>> aborted(List<Operation<I, O>> some, Set<Operation<I, O>> didNot) {
        return some.stream().filter(didNot::contains).toList();
    }
}
