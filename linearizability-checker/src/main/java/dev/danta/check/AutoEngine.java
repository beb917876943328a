package dev.danta.check;

import java.util.List;

/** For each partition the cheapest engine that can judge it. */
final class AutoEngine implements Engine {
    /** They decline at a glance what they cannot judge. */
    private final List<Engine> special = List.of(new ZonesEngine(), new QueuesEngine());

    private final JitEngine jit = new JitEngine();

    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        for (Engine engine : special) {
            Verdict<I, O> verdict = engine.search(model, partition, watch);
            if (!(verdict instanceof Verdict.Stopped<I, O> stopped) || stopped.reason() != Result.Reason.UNSUPPORTED) {
                return verdict;
            }
        }
        return jit.search(model, partition, watch);
    }
}
