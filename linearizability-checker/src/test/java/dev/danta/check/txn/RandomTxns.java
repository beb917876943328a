package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Histories of transactions from a seed. */
final class RandomTxns {
    private final Random random;

    RandomTxns(long seed) {
        // The first draws of neighbouring seeds are all but the same.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** A transaction, when it takes effect, and when it is asked and answered. */
    private record Draft(AppendTxn asked, long at, long from, long to) {}

    /** At most six transactions on three lists, about half of them made wrong; perhaps all lists are read in the end. */
    List<Operation<AppendTxn, ListsRead>> small(boolean readInTheEnd) {
        int size = 2 + random.nextInt(4);
        int instants = 2 + random.nextInt(12);
        int lists = 1 + random.nextInt(3);
        Map<String, Integer> appended = new HashMap<>();
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<AppendTxn.Step> steps = new ArrayList<>();
            int length = 1 + random.nextInt(3);
            for (int j = 0; j < length; j++) {
                steps.add(step("k" + random.nextInt(lists), appended));
            }
            long at = random.nextInt(instants);
            drafts.add(new Draft(new AppendTxn(steps), at, at - random.nextInt(4), at + random.nextInt(4)));
        }
        if (readInTheEnd) {
            List<AppendTxn.Step> all = new ArrayList<>();
            for (int i = 0; i < lists; i++) {
                all.add(new AppendTxn.Step.Read("k" + i));
            }
            drafts.add(new Draft(new AppendTxn(all), instants + 10, instants + 10, instants + 11));
        }
        return answered(drafts, random.nextInt(3) * 0.15, random.nextInt(3) * 0.2);
    }

    private AppendTxn.Step step(String key, Map<String, Integer> appended) {
        return random.nextBoolean()
                ? new AppendTxn.Step.Read(key)
                : new AppendTxn.Step.Append(key, Integer.toString(appended.merge(key, 1, Integer::sum)));
    }

    /** So many transactions of so many clients, answered as if one came after the other; lists are left behind when long. */
    List<Operation<AppendTxn, ListsRead>> serial(int size, int clients) {
        Map<String, Integer> appended = new HashMap<>();
        List<Draft> drafts = new ArrayList<>();
        int eldest = 0;
        for (int i = 0; i < size; i++) {
            List<AppendTxn.Step> steps = new ArrayList<>();
            int length = 1 + random.nextInt(4);
            for (int j = 0; j < length; j++) {
                String key = "k" + (eldest + random.nextInt(8));
                steps.add(step(key, appended));
            }
            while (appended.getOrDefault("k" + eldest, 0) >= 24) {
                eldest++;
            }
            drafts.add(new Draft(
                    new AppendTxn(steps),
                    100L * i,
                    100L * i - random.nextInt(50 * clients),
                    100L * i + random.nextInt(50 * clients)));
        }
        return answered(drafts, 0, 0.01);
    }

    private List<Operation<AppendTxn, ListsRead>> answered(List<Draft> drafts, double wrong, double lost) {
        drafts.sort(Comparator.comparingLong(Draft::at));
        Map<String, List<String>> lists = new HashMap<>();
        List<Operation<AppendTxn, ListsRead>> operations = new ArrayList<>();
        for (Draft draft : drafts) {
            long process = operations.size();
            boolean unknown = random.nextDouble() < lost && !draft.equals(drafts.get(drafts.size() - 1));
            if (unknown && random.nextBoolean()) {
                operations.add(Operation.unknown(process, draft.asked(), draft.from()));
                continue;
            }
            List<List<String>> answer = new ArrayList<>();
            for (AppendTxn.Step step : draft.asked().steps()) {
                List<String> list = lists.computeIfAbsent(step.key(), k -> new ArrayList<>());
                if (step instanceof AppendTxn.Step.Append append) {
                    list.add(append.element());
                } else {
                    answer.add(random.nextDouble() < wrong ? wrong(list) : List.copyOf(list));
                }
            }
            operations.add(
                    unknown
                            ? Operation.unknown(process, draft.asked(), draft.from())
                            : Operation.known(process, draft.asked(), new ListsRead(answer), draft.from(), draft.to()));
        }
        return operations;
    }

    private List<String> wrong(List<String> list) {
        List<String> other = new ArrayList<>(list);
        if (random.nextInt(4) > 0 || other.size() < 2) {
            return other.subList(0, random.nextInt(other.size() + 1));
        }
        Collections.swap(other, random.nextInt(other.size()), random.nextInt(other.size()));
        return other;
    }

    /** The same history, but one read lacks an element whose append was answered before the read was asked. */
    List<Operation<AppendTxn, ListsRead>> withOneStaleRead(List<Operation<AppendTxn, ListsRead>> operations) {
        List<Operation<AppendTxn, ListsRead>> stale = new ArrayList<>(operations);
        Map<String, Long> answeredAt = new HashMap<>();
        Set<Integer> candidates = new HashSet<>();
        for (Operation<AppendTxn, ListsRead> operation : operations) {
            for (AppendTxn.Step step : operation.input().steps()) {
                if (step instanceof AppendTxn.Step.Append append && !operation.isUnknown()) {
                    answeredAt.put(append.key() + " " + append.element(), operation.completedAt());
                }
            }
        }
        for (int i = operations.size() / 2; i < operations.size() && candidates.isEmpty(); i++) {
            Operation<AppendTxn, ListsRead> operation = operations.get(i);
            if (operation.isUnknown()
                    || operation.input().steps().size() != 1
                    || operation.input().reads() != 1) {
                continue;
            }
            List<String> list = operation.output().lists().get(0);
            if (list.isEmpty()) {
                continue;
            }
            String latest = operation.input().steps().get(0).key() + " " + list.get(list.size() - 1);
            if (answeredAt.getOrDefault(latest, Long.MAX_VALUE) < operation.invokedAt()) {
                candidates.add(i);
                stale.set(
                        i,
                        Operation.known(
                                operation.process(),
                                operation.input(),
                                new ListsRead(List.of(list.subList(0, list.size() - 1))),
                                operation.invokedAt(),
                                operation.completedAt()));
            }
        }
        if (candidates.isEmpty()) {
            throw new IllegalStateException("no read that could be stale");
        }
        return stale;
    }
}
