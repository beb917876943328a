package dev.danta.check.txn;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The versions of registers: every write makes one, and there is one before all of them. Each has a number of its own here,
 * by which its register, value and writer are known. Not the version that a store counts, which is called its place.
 */
final class Registers {
    /** In place of a transaction, for one that was aborted. */
    static final int ABORTED = -1;

    /** In place of a transaction, where nobody wrote or nobody knows who did. */
    static final int NOBODY = -2;

    /** In place of a version: which of several with the same value is meant, nobody knows. */
    private static final int ANY = -2;

    private final @Nullable String initial;
    private final boolean placed;
    private final Map<String, Register> registers = new LinkedHashMap<>();
    private final List<Register> registerOf = new ArrayList<>();
    private final List<@Nullable String> values = new ArrayList<>();
    private final List<@Nullable Long> places = new ArrayList<>();
    private final List<@Nullable Operation<RegisterTxn, RegistersSeen>> operations = new ArrayList<>();
    private int[] transaction = new int[1024];
    private int[] step = new int[1024];
    private boolean[] intermediate = new boolean[1024];

    /** One register. */
    static final class Register {
        private final String name;
        private final int initial;
        private final Map<String, Integer> byValue = new HashMap<>();
        private final Map<Long, Integer> byPlace = new HashMap<>();
        private final List<Integer> versions = new ArrayList<>();

        private Register(String name, int initial) {
            this.name = name;
            this.initial = initial;
        }

        String name() {
            return name;
        }

        /** The version before all writes. */
        int initial() {
            return initial;
        }

        /** All versions, the initial one first, then in the order of the history. */
        List<Integer> versions() {
            return versions;
        }
    }

    /**
     * Without any writes.
     *
     * @param initial what is in every register at first, or null for nothing
     * @param placed whether answers say which version was read or written, so that values may be equal
     */
    Registers(@Nullable String initial, boolean placed) {
        this.initial = initial;
        this.placed = placed;
    }

    Register register(String name) {
        Register known = registers.get(name);
        if (known != null) {
            return known;
        }
        Register register = new Register(name, values.size());
        registers.put(name, register);
        version(register, initial, NOBODY, -1, null);
        if (initial != null) {
            register.byValue.put(initial, register.initial);
        }
        return register;
    }

    /** All registers, in the order of the history. */
    Iterable<Register> registers() {
        return registers.values();
    }

    private int version(
            Register register,
            @Nullable String value,
            int number,
            int at,
            @Nullable Operation<RegisterTxn, RegistersSeen> operation) {
        int version = values.size();
        if (version == transaction.length) {
            transaction = Arrays.copyOf(transaction, 2 * version);
            step = Arrays.copyOf(step, 2 * version);
            intermediate = Arrays.copyOf(intermediate, 2 * version);
        }
        registerOf.add(register);
        values.add(value);
        places.add(null);
        operations.add(operation);
        transaction[version] = number;
        step[version] = at;
        register.versions.add(version);
        return version;
    }

    /**
     * Takes the writes of one transaction.
     *
     * @param number its own, or {@link #ABORTED}
     * @param faults takes two writes that were answered the same version
     * @return the versions that it makes, in its order
     * @throws MalformedHistoryException if a value was written before, and versions do not tell one from the other
     */
    List<Integer> add(
            Operation<RegisterTxn, RegistersSeen> operation, int number, Faults<RegisterTxn, RegistersSeen> faults) {
        List<Integer> made = new ArrayList<>();
        Map<Register, Integer> latest = new HashMap<>();
        List<RegisterTxn.Step> steps = operation.input().steps();
        for (int i = 0; i < steps.size(); i++) {
            if (!(steps.get(i) instanceof RegisterTxn.Step.Write write)) {
                continue;
            }
            Register register = register(write.register());
            int version = version(register, write.value(), number, i, operation);
            made.add(version);
            Integer other = register.byValue.putIfAbsent(write.value(), version);
            if (other != null) {
                demandPlaces(operation, write);
                register.byValue.put(write.value(), ANY);
            }
            Integer before = latest.put(register, version);
            if (before != null) {
                intermediate[before] = true;
            }
            RegistersSeen answer = operation.output();
            Long place = answer == null ? null : answer.steps().get(i).version();
            if (place != null) {
                place(register, version, place, faults);
            }
        }
        return made;
    }

    private void demandPlaces(Operation<RegisterTxn, RegistersSeen> operation, RegisterTxn.Step.Write write) {
        if (!placed) {
            throw new MalformedHistoryException(
                    operation.invokedLine(),
                    "process " + operation.process() + " writes " + write.value() + " to " + write.register()
                            + ", which was there before: without versions, reads would not tell one from the other");
        }
    }

    private void place(Register register, int version, long place, Faults<RegisterTxn, RegistersSeen> faults) {
        Integer other = register.byPlace.put(place, version);
        places.set(version, place);
        if (other == null || transaction[other] == transaction[version]) {
            return;
        }
        faults.add(
                Anomaly.Kind.DUPLICATE_VERSIONS,
                List.of(operation(other), operation(version)),
                "T1 wrote " + register.name() + " = " + value(other) + " and T2 wrote " + value(version)
                        + ", both as version " + place);
    }

    /** What a read has shown. */
    sealed interface Shown {
        /** One version. */
        record Version(int number) implements Shown {}

        /** Nobody can tell which. */
        record Unclear() implements Shown {}

        /** What was never written; the reason completes "T1 read ...". */
        record Garbage(String reason, List<Operation<RegisterTxn, RegistersSeen>> others) implements Shown {}
    }

    /** Which version a read of a register has shown. A version of unknown place may get its place by it. */
    Shown shown(Register register, RegistersSeen.Seen seen) {
        String value = seen.value();
        Long place = seen.version();
        Integer known = value == null ? Integer.valueOf(initial == null ? register.initial : -1) : null;
        int byValue = known != null ? known : register.byValue.getOrDefault(value, -1);
        if (place == null) {
            return byValue == ANY ? new Shown.Unclear() : byValue < 0 ? garbage() : new Shown.Version(byValue);
        }
        Integer there = register.byPlace.get(place);
        if (there != null) {
            return Objects.equals(values.get(there), value)
                    ? new Shown.Version(there)
                    : new Shown.Garbage(
                            ", but as that version " + (operations.get(there) == null ? "others read " : "T2 wrote ")
                                    + value(there),
                            operations.get(there) == null ? List.of() : List.of(operation(there)));
        }
        if (byValue == ANY) {
            // One of those whose place nobody knows; which of them does not matter to the order.
            int unknown = version(register, value, NOBODY, -1, null);
            places.set(unknown, place);
            register.byPlace.put(place, unknown);
            return new Shown.Version(unknown);
        }
        if (byValue < 0) {
            return garbage();
        }
        Long elsewhere = places.get(byValue);
        if (elsewhere != null) {
            return new Shown.Garbage(
                    operations.get(byValue) == null
                            ? ", but others read that in version " + elsewhere
                            : ", but T2 wrote that as version " + elsewhere,
                    operations.get(byValue) == null ? List.of() : List.of(operation(byValue)));
        }
        places.set(byValue, place);
        register.byPlace.put(place, byValue);
        return new Shown.Version(byValue);
    }

    private static Shown.Garbage garbage() {
        return new Shown.Garbage(", which nobody was asked to write", List.of());
    }

    int count() {
        return values.size();
    }

    Register registerOf(int version) {
        return registerOf.get(version);
    }

    /** Its value in words. */
    String value(int version) {
        return new RegistersSeen.Seen(values.get(version), null).toString();
    }

    /** What the store calls it, or null if nobody knows. */
    @Nullable
    Long place(int version) {
        return places.get(version);
    }

    /** Who wrote it; somebody did. */
    Operation<RegisterTxn, RegistersSeen> operation(int version) {
        return Objects.requireNonNull(operations.get(version), "nobody wrote this version");
    }

    /** The number of the transaction that wrote it, {@link #ABORTED} or {@link #NOBODY}. */
    int transaction(int version) {
        return transaction[version];
    }

    /** In which step of its transaction it was written. */
    int step(int version) {
        return step[version];
    }

    /** Whether its transaction writes the same register again. */
    boolean isIntermediate(int version) {
        return intermediate[version];
    }
}
