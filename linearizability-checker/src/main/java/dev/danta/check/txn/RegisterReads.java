package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.Registers.Register;
import dev.danta.check.txn.Registers.Shown;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who has read which version of another, and what is wrong with the reads of one transaction by themselves. */
final class RegisterReads {
    private final List<Operation<RegisterTxn, RegistersSeen>> history;
    private final Registers registers;
    private final boolean nothingSaysNothing;
    private final Faults<RegisterTxn, RegistersSeen> faults;
    private final List<Read> reads = new ArrayList<>();
    private final List<Access> accesses = new ArrayList<>();
    private final Map<Integer, Integer> updaters = new HashMap<>();

    /** A transaction has read a version that it did not write itself. */
    record Read(int transaction, int version) {}

    /**
     * What a transaction did to a register.
     *
     * @param read the first version of others that it has read, or -1
     * @param lastRead the last, or -1
     * @param written the version that it left, or -1
     */
    record Access(int transaction, int read, int lastRead, int written) {}

    RegisterReads(
            List<Operation<RegisterTxn, RegistersSeen>> history,
            Registers registers,
            boolean nothingSaysNothing,
            Faults<RegisterTxn, RegistersSeen> faults) {
        this.history = history;
        this.registers = registers;
        this.nothingSaysNothing = nothingSaysNothing;
        this.faults = faults;
    }

    /** All reads of versions of others, transaction by transaction. */
    List<Read> reads() {
        return reads;
    }

    /** What every transaction did to every register that it touched, transaction by transaction. */
    List<Access> accesses() {
        return accesses;
    }

    /** What a transaction knows of a register while it runs. */
    private static final class Known {
        private @Nullable Seen seen;
        private boolean wrote;
        private int read = -1;
        private int lastRead = -1;
        private int written = -1;
        private boolean readFirst;
    }

    /** Takes one transaction, and its answer if there is one; {@code writes} are the versions that it made, in their order. */
    void take(int number, List<Integer> writes) {
        RegisterTxn asked = history.get(number).input();
        RegistersSeen answer = history.get(number).output();
        Map<Register, Known> known = new LinkedHashMap<>();
        int write = 0;
        for (int i = 0; i < asked.steps().size(); i++) {
            RegisterTxn.Step step = asked.steps().get(i);
            Register register = registers.register(step.register());
            Known so = known.computeIfAbsent(register, k -> new Known());
            if (step instanceof RegisterTxn.Step.Write written) {
                so.seen = new Seen(
                        written.value(),
                        answer == null ? null : answer.steps().get(i).version());
                so.wrote = true;
                so.written = writes.get(write++);
            } else if (answer != null
                    && !(nothingSaysNothing && answer.steps().get(i).value() == null)) {
                read(number, i, register, so, answer.steps().get(i));
            }
        }
        known.forEach((register, so) -> {
            accesses.add(new Access(number, so.read, so.lastRead, so.written));
            if (so.readFirst && so.written >= 0) {
                judgeUpdate(number, register, so.read);
            }
        });
    }

    private void read(int number, int at, Register register, Known so, Seen seen) {
        Operation<RegisterTxn, RegistersSeen> reader = history.get(number);
        Seen before = so.seen;
        so.seen = seen;
        if (before != null && !agree(before, seen)) {
            faults.add(
                    Anomaly.Kind.INTERNAL,
                    List.of(reader),
                    "T1 read " + register.name() + " as " + seen + " where it should have seen " + before
                            + (so.wrote ? ", which it had written" : " as before"));
        }
        Shown shown = registers.shown(register, seen);
        if (shown instanceof Shown.Garbage garbage) {
            List<Operation<RegisterTxn, RegistersSeen>> concerned = new ArrayList<>(List.of(reader));
            concerned.addAll(garbage.others());
            faults.add(
                    Anomaly.Kind.GARBAGE_READ,
                    concerned,
                    "T1 read " + register.name() + " as " + seen + garbage.reason());
        } else if (shown instanceof Shown.Version version) {
            read(number, at, register, so, version.number());
        }
    }

    private static boolean agree(Seen before, Seen now) {
        boolean sameVersion =
                before.version() == null || now.version() == null || Objects.equals(before.version(), now.version());
        return sameVersion && Objects.equals(before.value(), now.value());
    }

    private void read(int number, int at, Register register, Known so, int version) {
        Operation<RegisterTxn, RegistersSeen> reader = history.get(number);
        int writer = registers.transaction(version);
        String what = "T1 read " + register.name() + " as " + registers.value(version);
        if (writer == number) {
            if (registers.step(version) > at) {
                faults.add(Anomaly.Kind.FUTURE_READ, List.of(reader), what + " before it wrote that");
            }
            return;
        }
        if (writer == Registers.ABORTED) {
            faults.add(
                    Anomaly.Kind.G1A,
                    List.of(reader, registers.operation(version)),
                    what + ", which T2 wrote, and T2 was aborted");
            return;
        }
        if (writer >= 0 && registers.isIntermediate(version)) {
            faults.add(
                    Anomaly.Kind.G1B,
                    List.of(reader, registers.operation(version)),
                    what + ", but T2 went on to write something else");
        }
        if (so.read < 0) {
            so.read = version;
            so.readFirst = !so.wrote;
        }
        so.lastRead = version;
        reads.add(new Read(number, version));
    }

    /** Whoever reads a version and then writes the register is the only one who does so with that version. */
    private void judgeUpdate(int number, Register register, int version) {
        Integer other = updaters.putIfAbsent(version, number);
        if (other != null && other != number) {
            faults.add(
                    Anomaly.Kind.LOST_UPDATE,
                    List.of(history.get(other), history.get(number)),
                    "T1 and T2 both read " + register.name() + " as " + registers.value(version)
                            + ", and both wrote it");
        }
    }
}
