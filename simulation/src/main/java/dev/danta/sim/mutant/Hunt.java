package dev.danta.sim.mutant;

import dev.danta.sim.SimResult;
import dev.danta.sim.invariant.Violation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * How many seeds it takes until a mutant is caught, from several starting points.
 *
 * @param starts how many starting points, far from each other
 * @param seedsMax how many seeds are tried from each before the mutant counts as not caught
 * @param workers how many hunts go on at the same time
 */
public record Hunt(int starts, int seedsMax, int workers) {
    private static final long APART = 1_000_000_000L;

    public Hunt {
        if (starts < 1 || seedsMax < 1 || workers < 1) {
            throw new IllegalArgumentException("a hunt has a start, a seed and a worker at least");
        }
    }

    /**
     * One mutant, hunted from one starting point.
     *
     * @param violation what gave it away, if anything did
     * @param seeds how many runs it took, the last one included
     * @param simulatedNanos how long these runs were together, in their own time
     * @param directed the run that gave it away, if that was a directed one
     */
    public record Catch(Optional<Violation> violation, int seeds, long simulatedNanos, Optional<Directed> directed) {}

    /** One mutant, hunted from all starting points. */
    public record Bag(Mutant mutant, List<Catch> catches) {
        public Bag {
            catches = List.copyOf(catches);
        }

        public long caught() {
            return catches.stream().filter(one -> one.violation().isPresent()).count();
        }

        public boolean isCaughtAlways() {
            return caught() == catches.size();
        }

        /** The seeds that the middle one of the hunts took. */
        public int medianSeeds() {
            List<Integer> seeds = new ArrayList<>();
            catches.forEach(one -> seeds.add(one.seeds()));
            Collections.sort(seeds);
            return seeds.get(seeds.size() / 2);
        }

        public int worstSeeds() {
            return catches.stream().mapToInt(Catch::seeds).max().orElse(0);
        }

        /** The simulated time that the middle one of the hunts took. */
        public long medianNanos() {
            List<Long> nanos = new ArrayList<>();
            catches.forEach(one -> nanos.add(one.simulatedNanos()));
            Collections.sort(nanos);
            return nanos.get(nanos.size() / 2);
        }
    }

    /** Hunts one mutant from one starting point, in the calling thread: in directed runs first, then at random. */
    public Catch from(Mutant mutant, int start) {
        long simulated = 0;
        int directed = Math.min(mutant.directed().size(), seedsMax);
        for (int tried = 0; tried < seedsMax; tried++) {
            long seed = start * APART + tried;
            Optional<Directed> said =
                    tried < directed ? Optional.of(mutant.directed().get(tried)) : Optional.empty();
            SimResult result = said.map(one -> one.run(seed)).orElseGet(() -> mutant.run(seed - directed));
            simulated += result.simulatedNanos();
            if (!result.isClean()) {
                return new Catch(result.violation(), tried + 1, simulated, said);
            }
        }
        return new Catch(Optional.empty(), seedsMax, simulated, Optional.empty());
    }

    /**
     * Hunts all of {@code mutants}; {@code onBag} is told of each as soon as it is done, in their order.
     *
     * @throws InterruptedException if the calling thread is interrupted
     */
    public void all(List<Mutant> mutants, Consumer<Bag> onBag) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<List<Future<Catch>>> hunts = new ArrayList<>();
            for (Mutant mutant : mutants) {
                List<Future<Catch>> ofOne = new ArrayList<>();
                for (int start = 0; start < starts; start++) {
                    int from = start;
                    ofOne.add(threads.submit(() -> from(mutant, from)));
                }
                hunts.add(ofOne);
            }
            for (int i = 0; i < mutants.size(); i++) {
                List<Catch> catches = new ArrayList<>();
                for (Future<Catch> hunt : hunts.get(i)) {
                    catches.add(hunt.get());
                }
                onBag.accept(new Bag(mutants.get(i), catches));
            }
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a hunt has failed by a bug", bug);
        } finally {
            threads.shutdownNow();
        }
    }
}
