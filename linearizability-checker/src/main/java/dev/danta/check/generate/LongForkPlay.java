package dev.danta.check.generate;

import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Registers in groups of two to eight that are written once each and read together. The faults are forks in a group of their
 * own, of two readers or with a third register that both have in common, or a value that nobody wrote.
 */
final class LongForkPlay extends TxnPlay<RegisterTxn, RegistersSeen> {
    private static final int GROUP_MAX = 8;

    private final int group;
    private final Map<String, String> written = new HashMap<>();
    private int next;

    LongForkPlay(GeneratorSettings settings) {
        super(settings);
        this.group = Math.max(2, Math.min(settings.keys(), GROUP_MAX));
    }

    @Override
    RegisterTxn question(Random dice) {
        if (dice.nextInt(3) == 0) {
            return write("x" + next++);
        }
        int first = Math.max(0, (next - dice.nextInt(2)) / group * group);
        List<String> registers = new ArrayList<>();
        for (int i = 0; i < group; i++) {
            registers.add("x" + (first + i));
        }
        return read(registers);
    }

    private static RegisterTxn write(String register) {
        return new RegisterTxn(List.of(new RegisterTxn.Step.Write(register, "1")));
    }

    private static RegisterTxn read(List<String> registers) {
        List<RegisterTxn.Step> steps = new ArrayList<>();
        registers.forEach(register -> steps.add(new RegisterTxn.Step.Read(register)));
        return new RegisterTxn(steps);
    }

    @Override
    RegistersSeen effect(RegisterTxn input) {
        List<Seen> seen = new ArrayList<>();
        for (RegisterTxn.Step step : input.steps()) {
            if (step instanceof RegisterTxn.Step.Write write) {
                written.put(step.register(), write.value());
            }
            seen.add(new Seen(written.get(step.register()), null));
        }
        return new RegistersSeen(seen);
    }

    @Override
    void strike(Fault fault) {
        boolean third = fault == Fault.LOST;
        List<String> registers = third ? List.of("a", "b", "c") : List.of("a", "b");
        registers.forEach(register -> alone(write(register), null));
        if (fault == Fault.PHANTOM) {
            alone(read(registers), seen("1", "phantom"));
            return;
        }
        alone(read(registers), third ? seen("1", null, "1") : seen("1", null));
        alone(read(registers), third ? seen(null, "1", "1") : seen(null, "1"));
        alone(read(registers), null);
    }

    private static RegistersSeen seen(@Nullable String... values) {
        List<Seen> seen = new ArrayList<>();
        for (String value : values) {
            seen.add(new Seen(value, null));
        }
        return new RegistersSeen(seen);
    }
}
