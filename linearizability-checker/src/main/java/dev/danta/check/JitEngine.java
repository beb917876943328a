package dev.danta.check;

import java.util.Optional;

/** {@link JitSearch} in its form as an engine. */
final class JitEngine implements Engine {
    private final boolean sparingAtOnce;

    JitEngine() {
        this(false);
    }

    /** @param sparingAtOnce whether to begin with the search that is made when the other one takes long */
    JitEngine(boolean sparingAtOnce) {
        this.sparingAtOnce = sparingAtOnce;
    }

    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        watch.begun(EngineName.JIT);
        try {
            if (sparingAtOnce) {
                return sparing(model, partition, watch, 0);
            }
            long visited;
            try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
                JitSearch<S, I, O> search = new JitSearch<>(model, partition, watch, memory, false, 0);
                Optional<Verdict<I, O>> verdict = search.run();
                if (verdict.isPresent()) {
                    return verdict.get();
                }
                visited = search.visited();
            }
            return sparing(model, partition, watch, visited);
        } catch (SearchStopped stopped) {
            return watch.stopped(stopped.reason(), "");
        }
    }

    private static <S, I, O> Verdict<I, O> sparing(
            Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch, long visited) {
        try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
            return new JitSearch<>(model, partition, watch, memory, true, visited)
                    .run()
                    .orElseThrow();
        }
    }
}
