package dev.danta.check;

import java.util.Optional;

/** {@link Queues} in their form as an engine: declines what is no queue in order with values that differ. */
final class QueuesEngine implements Engine {
    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        watch.begun(EngineName.QUEUES);
        Optional<QueueView<I, O>> view = model.asQueue(partition.name());
        if (view.isEmpty()) {
            return watch.stopped(
                    Result.Reason.UNSUPPORTED, "queues in order are judged, and " + model.name() + " is none");
        }
        try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
            return new Queues<>(model, view.get(), partition, watch, memory).judge();
        } catch (SearchStopped stopped) {
            return watch.stopped(stopped.reason(), stopped.detail());
        }
    }
}
