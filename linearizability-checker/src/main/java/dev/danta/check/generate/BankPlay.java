package dev.danta.check.generate;

import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import dev.danta.check.History;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The same for a bank: as many accounts as keys, at least two, with 100 each; clients by turns. The fault is in one read,
 * which shows a transfer half done, not at all at one end, or money from nowhere.
 */
final class BankPlay {
    private static final long EACH = 100;

    private final GeneratorSettings settings;
    private final Random random;
    private final Map<String, Long> accounts = new TreeMap<>();

    BankPlay(GeneratorSettings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        for (int i = 0; i < accounts(settings); i++) {
            accounts.put("a" + i, EACH);
        }
    }

    private static int accounts(GeneratorSettings settings) {
        return Math.max(2, settings.keys());
    }

    /** What is in the bank. */
    static long total(GeneratorSettings settings) {
        return EACH * accounts(settings);
    }

    History<Input, Output> play() {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        List<String> names = new ArrayList<>(accounts.keySet());
        boolean struck = settings.fault() == Fault.NONE;
        for (int i = 0; i < settings.operations(); i++) {
            long process = i % settings.processes();
            long at = 2L * i;
            if (random.nextInt(4) == 0 || i == settings.operations() - 1) {
                Map<String, Long> seen = new TreeMap<>(accounts);
                if (!struck && i >= settings.operations() / 2) {
                    struck = true;
                    seen.merge(names.get(0), settings.fault() == Fault.PHANTOM ? 1L : -1L, Long::sum);
                }
                operations.add(Operation.known(process, new Input.ReadAll(), new Output.Balances(seen), at, at + 1));
                continue;
            }
            int from = random.nextInt(names.size());
            int to = (from + 1 + random.nextInt(names.size() - 1)) % names.size();
            long amount = 1L + random.nextInt(20);
            boolean done = accounts.getOrDefault(names.get(from), 0L) >= amount;
            if (done) {
                accounts.merge(names.get(from), -amount, Long::sum);
                accounts.merge(names.get(to), amount, Long::sum);
            }
            operations.add(Operation.known(
                    process,
                    new Input.Transfer(names.get(from), names.get(to), amount),
                    new Output.Transferred(done),
                    at,
                    at + 1));
        }
        return History.of(operations);
    }
}
