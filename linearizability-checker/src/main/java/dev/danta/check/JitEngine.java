package dev.danta.check;

/** {@link JitSearch} in its form as an engine. */
final class JitEngine implements Engine {
    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        watch.begun(EngineName.JIT);
        try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
            return new JitSearch<>(model, partition, watch, memory).run();
        } catch (SearchStopped stopped) {
            return watch.stopped(stopped.reason(), "");
        }
    }
}
