package dev.danta.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small histories from a seed: about half of them linearizable, with unknown outcomes and many equal stamps. */
final class RandomHistories<S, I, O> {
    private record Draft<I>(I input, long invokedAt, long completedAt) {}

    private final Domain<S, I, O> domain;
    private final Random random;
    private final boolean distinctWrites;

    RandomHistories(Domain<S, I, O> domain, long seed) {
        this(domain, seed, false);
    }

    /** @param distinctWrites whether nothing that changes a state is asked for twice */
    RandomHistories(Domain<S, I, O> domain, long seed, boolean distinctWrites) {
        this.domain = domain;
        // The first draws of neighbouring seeds are all but the same, and they decide how large a history is.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.distinctWrites = distinctWrites;
    }

    /** A history of at most so many operations over about so many instants. */
    History<I, O> next(int operationsMax) {
        int size = 1 + random.nextInt(operationsMax);
        int instants = 1 + random.nextInt(2 * size);
        int longest = 1 + random.nextInt(4);
        List<Draft<I>> drafts = new ArrayList<>();
        List<I> inputs = new ArrayList<>(domain.inputs());
        for (int i = 0; i < size && !inputs.isEmpty(); i++) {
            long invokedAt = random.nextInt(instants);
            I input = inputs.get(random.nextInt(inputs.size()));
            if (distinctWrites && !domain.model().readOnly(input)) {
                inputs.remove(input);
            }
            drafts.add(new Draft<>(input, invokedAt, invokedAt + random.nextInt(longest)));
        }
        // Answers as of one moment inside each interval make a valid history; corrupting some makes many invalid.
        Map<Draft<I>, O> answers = answersInSomeOrder(drafts);
        double corrupt = random.nextInt(3) * 0.15;
        double lost = random.nextInt(3) * 0.2;
        List<Operation<I, O>> operations = new ArrayList<>();
        List<Long> freeFrom = new ArrayList<>();
        drafts.sort(Comparator.<Draft<I>>comparingLong(Draft::invokedAt).thenComparingLong(Draft::completedAt));
        for (Draft<I> draft : drafts) {
            O answer = answers.get(draft);
            if (answer == null) {
                continue;
            }
            if (random.nextDouble() < corrupt) {
                List<O> all = domain.answers().to(draft.input());
                answer = all.get(random.nextInt(all.size()));
            }
            boolean unknown = random.nextDouble() < lost;
            int process = processFor(freeFrom, draft.invokedAt());
            freeFrom.set(process, unknown ? Operation.NEVER : draft.completedAt());
            // The line makes every operation different from every other one.
            operations.add(new Operation<>(
                    process,
                    draft.input(),
                    unknown ? null : answer,
                    draft.invokedAt(),
                    unknown ? Operation.NEVER : draft.completedAt(),
                    operations.size() + 1,
                    Operation.NO_LINE));
        }
        return History.of(operations);
    }

    private Map<Draft<I>, O> answersInSomeOrder(List<Draft<I>> drafts) {
        Map<Draft<I>, Double> moments = new HashMap<>();
        for (Draft<I> draft : drafts) {
            moments.put(draft, draft.invokedAt() + random.nextDouble() * (draft.completedAt() - draft.invokedAt()));
        }
        List<Draft<I>> inOrder = new ArrayList<>(moments.keySet());
        inOrder.sort(Comparator.<Draft<I>>comparingDouble(moments::get)
                .thenComparing(draft -> draft.input().toString())
                .thenComparingLong(Draft::completedAt));
        Map<String, S> states = new HashMap<>();
        Map<Draft<I>, O> answers = new HashMap<>();
        for (Draft<I> draft : inOrder) {
            String partition = domain.model().partitionOf(draft.input());
            S state = states.computeIfAbsent(partition, domain.model()::init);
            for (O answer : domain.answers().to(draft.input())) {
                if (domain.model().step(state, draft.input(), answer, Cancellation.NONE)
                        instanceof Step.Legal<S> legal) {
                    states.put(partition, legal.next());
                    answers.put(draft, answer);
                    break;
                }
            }
        }
        return answers;
    }

    private static int processFor(List<Long> freeFrom, long at) {
        for (int process = 0; process < freeFrom.size(); process++) {
            if (freeFrom.get(process) <= at) {
                return process;
            }
        }
        freeFrom.add(0L);
        return freeFrom.size() - 1;
    }
}
