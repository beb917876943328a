package dev.danta.bench;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Histories for the checker, drawn from a seed: clients that ask one after another, each answer that of one moment within
 * its operation, and up to five operations of each of the others within it too.
 */
final class DrawnHistories {
    /** What a history's values are. */
    enum Values {
        /** No value is written twice. */
        DIFFER,
        /** Five values, over and over. */
        RECUR
    }

    /** What is wrong with a history. */
    enum Fault {
        NONE,
        /** One read, late, of a value that was overwritten long before. */
        STALE,
        /** One read, late, of a value that nobody wrote. */
        PHANTOM
    }

    private static final int MOMENT = 10;
    private static final int RECURRING = 5;
    /** How many writes ago a stale value was overwritten. */
    private static final int STALE_WRITES = 60;

    private final Random random;
    private final int clients;
    private final long[] freeFrom;
    private final long[] process;
    private long nextProcess;
    private long now;

    private DrawnHistories(long seed, int clients) {
        this.random = new Random(seed);
        this.clients = clients;
        this.freeFrom = new long[clients];
        this.process = new long[clients];
        for (int client = 0; client < clients; client++) {
            process[client] = nextProcess++;
        }
    }

    /**
     * One register that is read and written.
     *
     * @param lost the share of operations whose outcome stays unknown
     */
    static History<Input, Output> register(
            long seed, int operations, int clients, Values values, double lost, Fault fault) {
        return new DrawnHistories(seed, clients).drawRegister(operations, values, lost, fault);
    }

    private History<Input, Output> drawRegister(int count, Values values, double lost, Fault fault) {
        List<Operation<Input, Output>> operations = new ArrayList<>(count);
        List<String> written = new ArrayList<>();
        Fault left = fault;
        for (int i = 0; i < count; i++) {
            boolean unknown = random.nextDouble() < lost;
            if (random.nextBoolean()) {
                String value = "v" + (values == Values.DIFFER ? i : random.nextInt(RECURRING));
                if (!unknown || random.nextBoolean()) {
                    written.add(value);
                }
                operations.add(asked(i, new Input.Write(value), unknown ? null : new Output.Written()));
                continue;
            }
            String value = written.isEmpty() ? null : written.get(written.size() - 1);
            boolean broken = left != Fault.NONE && !unknown && i >= count - count / 10 && written.size() > STALE_WRITES;
            if (broken) {
                value = left == Fault.PHANTOM ? "phantom" : written.get(written.size() - STALE_WRITES);
                left = Fault.NONE;
            }
            operations.add(asked(i, new Input.Read(), unknown ? null : new Output.Value(value)));
        }
        return History.of(operations);
    }

    /** One register with compare-and-set and few values, of which many outcomes are unknown: short, and hard. */
    static History<Input, Output> hard(long seed, int operations, int clients, double lost, double wrong) {
        return new DrawnHistories(seed, clients).drawHard(operations, lost, wrong);
    }

    private History<Input, Output> drawHard(int count, double lost, double wrong) {
        List<Operation<Input, Output>> operations = new ArrayList<>(count);
        String value = null;
        for (int i = 0; i < count; i++) {
            boolean unknown = random.nextDouble() < lost;
            boolean done = !unknown || random.nextBoolean();
            String drawn = Integer.toString(random.nextInt(RECURRING));
            int kind = random.nextInt(3);
            if (kind == 0) {
                String seen = random.nextDouble() < wrong ? drawn : value;
                operations.add(asked(i, new Input.Read(), unknown ? null : new Output.Value(seen)));
            } else if (kind == 1) {
                value = done ? drawn : value;
                operations.add(asked(i, new Input.Write(drawn), unknown ? null : new Output.Written()));
            } else {
                String expected = value != null && random.nextBoolean() ? value : drawn;
                String update = Integer.toString(random.nextInt(RECURRING));
                boolean applied = done && expected.equals(value);
                value = applied ? update : value;
                operations.add(asked(i, new Input.Cas(expected, update), unknown ? null : new Output.Swapped(applied)));
            }
        }
        return History.of(operations);
    }

    /** A table whose keys are read and written, each as likely as any other. */
    static History<KeyValueModel.Input, KeyValueModel.Output> table(long seed, int operations, int clients, int keys) {
        return new DrawnHistories(seed, clients).drawTable(operations, keys);
    }

    private History<KeyValueModel.Input, KeyValueModel.Output> drawTable(int count, int keys) {
        List<Operation<KeyValueModel.Input, KeyValueModel.Output>> operations = new ArrayList<>(count);
        @Nullable String[] values = new @Nullable String[keys];
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(keys);
            String name = "k" + key;
            if (random.nextBoolean()) {
                values[key] = "v" + i;
                operations.add(asked(i, new KeyValueModel.Input.Put(name, "v" + i), new KeyValueModel.Output.Done()));
            } else {
                operations.add(
                        asked(i, new KeyValueModel.Input.Get(name), new KeyValueModel.Output.Value(values[key])));
            }
        }
        return History.of(operations);
    }

    /** An operation around the next moment. */
    private <I, O> Operation<I, O> asked(int number, I input, @Nullable O output) {
        now += MOMENT;
        int client = number % clients;
        long from = Math.max(freeFrom[client], now - random.nextInt(clients * MOMENT / 2));
        long to = now + random.nextInt(clients * MOMENT / 2 - 1);
        freeFrom[client] = to + 1;
        if (output != null) {
            return Operation.known(process[client], input, output, from, to);
        }
        Operation<I, O> open = Operation.unknown(process[client], input, from);
        process[client] = nextProcess++;
        return open;
    }
}
