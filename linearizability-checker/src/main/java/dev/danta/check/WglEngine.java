package dev.danta.check;

/** {@link WglSearch} in its form as an engine. */
final class WglEngine implements Engine {
    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        watch.begun(EngineName.WGL);
        try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
            return new WglSearch<>(model, partition, watch, memory).run();
        } catch (SearchStopped stopped) {
            return watch.stopped(stopped.reason(), "");
        }
    }
}
