package dev.danta.check.generate;

import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Transactions over registers, of one to four steps. In every other history, by its seed, answers carry versions. Of the
 * fault, reads of a register of its own are all there is to explain.
 */
final class RegisterPlay extends TxnPlay<RegisterTxn, RegistersSeen> {
    private static final int STEPS_MAX = 4;

    private final boolean versions;
    private final Map<String, Seen> registers = new HashMap<>();
    private long uniques;

    RegisterPlay(GeneratorSettings settings) {
        super(settings);
        this.versions = settings.seed() % 2 == 0;
    }

    @Override
    RegisterTxn question(Random dice) {
        List<RegisterTxn.Step> steps = new ArrayList<>();
        int count = 1 + dice.nextInt(STEPS_MAX);
        for (int i = 0; i < count; i++) {
            String register = "x" + dice.nextInt(settings().keys());
            steps.add(dice.nextBoolean() ? write(register) : new RegisterTxn.Step.Read(register));
        }
        return new RegisterTxn(steps);
    }

    private RegisterTxn.Step.Write write(String register) {
        return new RegisterTxn.Step.Write(register, Long.toString(uniques++));
    }

    @Override
    RegistersSeen effect(RegisterTxn input) {
        List<Seen> seen = new ArrayList<>();
        for (RegisterTxn.Step step : input.steps()) {
            Seen before = registers.getOrDefault(step.register(), new Seen(null, versions ? 0L : null));
            if (step instanceof RegisterTxn.Step.Write write) {
                Long version = before.version();
                before = new Seen(write.value(), version == null ? null : Long.valueOf(version + 1));
                registers.put(step.register(), before);
            }
            seen.add(before);
        }
        return new RegistersSeen(seen);
    }

    @Override
    void strike(Fault fault) {
        RegisterTxn write = new RegisterTxn(List.of(write("fault")));
        RegisterTxn read = new RegisterTxn(List.of(new RegisterTxn.Step.Read("fault")));
        alone(write, null);
        Seen before = registers.getOrDefault("fault", new Seen(null, null));
        if (fault == Fault.PHANTOM) {
            alone(read, seen("phantom", before));
            return;
        }
        RegisterTxn.Step.Write next = write("fault");
        alone(new RegisterTxn(List.of(next)), fault == Fault.LOST ? seen(next.value(), before) : null);
        alone(read, fault == Fault.STALE ? new RegistersSeen(List.of(before)) : null);
        alone(new RegisterTxn(List.of(write("fault"))), null);
        alone(read, null);
    }

    private static RegistersSeen seen(String value, Seen before) {
        Long version = before.version();
        return new RegistersSeen(List.of(new Seen(value, version == null ? null : Long.valueOf(version + 1))));
    }
}
