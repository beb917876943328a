package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Histories of registers from a seed, and what registers are: for the definition of a serial order. */
final class RandomRegisters {
    private static final Seen NOTHING = new Seen(null, 0L);

    private final Random random;
    private final boolean versions;
    private int values;

    RandomRegisters(long seed, boolean versions) {
        // The first draws of neighbouring seeds are all but the same.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.versions = versions;
    }

    /** A transaction, when it takes effect, and when it is asked and answered. */
    private record Draft(RegisterTxn asked, long process, long at, long from, long to) {}

    /** At most six transactions of three processes on three registers, about half of them made wrong. */
    List<Operation<RegisterTxn, RegistersSeen>> small(boolean allKnown) {
        int size = 2 + random.nextInt(5);
        int registers = 1 + random.nextInt(3);
        int processes = 1 + random.nextInt(3);
        long[] free = new long[processes];
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<RegisterTxn.Step> steps = new ArrayList<>();
            int length = 1 + random.nextInt(3);
            for (int j = 0; j < length; j++) {
                steps.add(step("x" + random.nextInt(registers)));
            }
            int process = random.nextInt(processes);
            long from = free[process] + 1 + random.nextInt(2);
            long to = from + random.nextInt(6);
            free[process] = to;
            drafts.add(
                    new Draft(new RegisterTxn(steps), process, from + random.nextInt((int) (to - from) + 1), from, to));
        }
        return answered(drafts, random.nextInt(3) * 0.2, allKnown ? 0 : random.nextInt(3) * 0.2);
    }

    /** So many transactions of so many clients, answered as if one came after the other; registers are left behind. */
    List<Operation<RegisterTxn, RegistersSeen>> serial(int size, int clients) {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<RegisterTxn.Step> steps = new ArrayList<>();
            int length = 1 + random.nextInt(4);
            for (int j = 0; j < length; j++) {
                steps.add(step("x" + (i / 100 + random.nextInt(8))));
            }
            long at = 100L * i;
            drafts.add(new Draft(
                    new RegisterTxn(steps),
                    1000L + i,
                    at,
                    at - random.nextInt(50 * clients),
                    at + random.nextInt(50 * clients)));
        }
        return answered(drafts, 0, 0.01);
    }

    private RegisterTxn.Step step(String register) {
        return random.nextBoolean()
                ? new RegisterTxn.Step.Read(register)
                : new RegisterTxn.Step.Write(register, Integer.toString(++values));
    }

    private List<Operation<RegisterTxn, RegistersSeen>> answered(List<Draft> drafts, double wrong, double lost) {
        drafts.sort(Comparator.comparingLong(Draft::at).thenComparingLong(Draft::from));
        Map<String, List<Seen>> pasts = new HashMap<>();
        List<Operation<RegisterTxn, RegistersSeen>> operations = new ArrayList<>();
        List<Long> gone = new ArrayList<>();
        for (Draft draft : drafts) {
            if (gone.contains(draft.process())) {
                continue;
            }
            boolean unknown = random.nextDouble() < lost;
            if (unknown) {
                gone.add(draft.process());
                operations.add(Operation.unknown(draft.process(), draft.asked(), draft.from()));
            }
            if (unknown && random.nextBoolean()) {
                continue;
            }
            List<Seen> answer = new ArrayList<>();
            for (RegisterTxn.Step step : draft.asked().steps()) {
                List<Seen> past = pasts.computeIfAbsent(step.register(), k -> new ArrayList<>(List.of(NOTHING)));
                if (step instanceof RegisterTxn.Step.Write write) {
                    past.add(new Seen(write.value(), (long) past.size()));
                }
                boolean old = step instanceof RegisterTxn.Step.Read && random.nextDouble() < wrong;
                Seen seen = past.get(old ? random.nextInt(past.size()) : past.size() - 1);
                answer.add(versions ? seen : new Seen(seen.value(), null));
            }
            if (!unknown) {
                operations.add(Operation.known(
                        draft.process(), draft.asked(), new RegistersSeen(answer), draft.from(), draft.to()));
            }
        }
        return operations;
    }

    static boolean haveSerialOrder(List<Operation<RegisterTxn, RegistersSeen>> operations, Consistency.Order order) {
        return SerialOrders.exists(operations, order, Map.of(), RandomRegisters::after);
    }

    /** Versions that nobody knows are greater than those before: they are one behind the comma. */
    private record Held(String value, double version) {}

    private static Map<String, Held> after(
            Operation<RegisterTxn, RegistersSeen> operation, Map<String, Held> registers) {
        Map<String, Held> after = new HashMap<>(registers);
        for (int i = 0; i < operation.input().steps().size(); i++) {
            RegisterTxn.Step step = operation.input().steps().get(i);
            Held held = after.getOrDefault(step.register(), new Held(null, 0));
            Seen seen =
                    operation.isUnknown() ? null : operation.output().steps().get(i);
            Long version = seen == null ? null : seen.version();
            if (step instanceof RegisterTxn.Step.Write write) {
                if (version != null && version <= held.version()) {
                    return null;
                }
                after.put(
                        step.register(),
                        new Held(write.value(), version == null ? Math.floor(held.version()) + 0.5 : version));
            } else if (seen != null) {
                if (!Objects.equals(seen.value(), held.value())) {
                    return null;
                }
                boolean exact = held.version() == Math.floor(held.version());
                if (version != null && (exact ? version != held.version() : version < held.version())) {
                    return null;
                }
                after.put(step.register(), new Held(held.value(), version == null ? held.version() : version));
            }
        }
        return after;
    }
}
