package dev.danta.check;

/** For each partition the cheapest engine that can judge it. */
final class AutoEngine implements Engine {
    private final ZonesEngine zones = new ZonesEngine();
    private final JitEngine jit = new JitEngine();

    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
        Verdict<I, O> verdict = zones.search(model, partition, watch);
        boolean declined =
                verdict instanceof Verdict.Stopped<I, O> stopped && stopped.reason() == Result.Reason.UNSUPPORTED;
        return declined ? jit.search(model, partition, watch) : verdict;
    }
}
