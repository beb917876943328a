package dev.danta.check;

import java.util.Optional;

/** {@link Zones} in their form as an engine: declines what is no register with unique writes. */
final class ZonesEngine implements Engine {
    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        watch.begun(EngineName.ZONES);
        Optional<RegisterView<I, O>> view = model.asRegister(partition.name());
        if (view.isEmpty()) {
            return watch.stopped(Result.Reason.UNSUPPORTED, "zones judge registers, and " + model.name() + " is none");
        }
        try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
            return new Zones<>(model, view.get(), partition, watch, memory).judge();
        } catch (SearchStopped stopped) {
            return watch.stopped(stopped.reason(), stopped.detail());
        }
    }
}
