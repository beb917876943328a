package dev.danta.check;

/**
 * The search of Wing and Gong (1993) with Lowe's memoisation (2017), as Porcupine arranges it: depth first over the
 * operations that may go next, over a list out of which they are lifted, never twice into the same configuration.
 *
 * <p>{@link WglSearch} does the work; this is its form as an engine.
 */
final class WglEngine implements Engine {
    private final boolean reduced;

    /**
     * @param reduced whether to leave out what is provably useless to try. Without, this is the plain algorithm, slower
     *     and of the same verdicts: the second opinion of the tests
     */
    WglEngine(boolean reduced) {
        this.reduced = reduced;
    }

    @Override
    public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Limits limits) {
        try (MemoryAccount memory = new MemoryAccount(limits)) {
            WglSearch<S, I, O> search;
            try {
                search = new WglSearch<>(model, partition, limits, memory, reduced);
            } catch (SearchStopped stopped) {
                return new Verdict.Stopped<>(stopped.reason(), null, 0);
            }
            return search.run();
        }
    }
}
