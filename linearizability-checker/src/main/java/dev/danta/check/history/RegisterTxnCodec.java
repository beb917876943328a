package dev.danta.check.history;

import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code txn} with a list of steps: {@code ["w", register, value]} and {@code ["r", register, null]}, in whose place the
 * {@code ok} has {@code ["r", register, value]}, null for nothing. In the {@code ok} either may have one thing more, the
 * version that was written or read: an integer of at least 0 that grows with every change of the register.
 */
public final class RegisterTxnCodec implements OperationCodec<RegisterTxn, RegistersSeen> {
    private static final int VERSION = 3;

    private final boolean longFork;

    private RegisterTxnCodec(boolean longFork) {
        this.longFork = longFork;
    }

    /** Transactions: always {@code txn}. */
    public static RegisterTxnCodec txns() {
        return new RegisterTxnCodec(false);
    }

    /** Of long fork: {@code read} where all steps are reads, {@code write} where all are writes, else {@code txn}. */
    public static RegisterTxnCodec longFork() {
        return new RegisterTxnCodec(true);
    }

    @Override
    public String model() {
        return longFork ? "long-fork" : "txn-register";
    }

    @Override
    public boolean accepts(String named) {
        return named.equals(model()) || (!longFork && named.equals("rw-register"));
    }

    @Override
    public String f(RegisterTxn input) {
        if (longFork && input.steps().stream().allMatch(step -> step instanceof RegisterTxn.Step.Read)) {
            return "read";
        }
        return longFork && input.steps().stream().allMatch(step -> step instanceof RegisterTxn.Step.Write)
                ? "write"
                : "txn";
    }

    @Override
    public Map<String, @Nullable Object> encode(RegisterTxn input) {
        return Fields.value(steps(input, null)).map();
    }

    @Override
    public Map<String, @Nullable Object> encode(RegisterTxn input, RegistersSeen output) {
        return Fields.value(steps(input, output)).map();
    }

    private static List<List<@Nullable Object>> steps(RegisterTxn input, @Nullable RegistersSeen output) {
        List<List<@Nullable Object>> steps = new ArrayList<>();
        for (int i = 0; i < input.steps().size(); i++) {
            RegisterTxn.Step step = input.steps().get(i);
            RegistersSeen.Seen seen = output == null ? null : output.steps().get(i);
            List<@Nullable Object> fields = new ArrayList<>();
            fields.add(step instanceof RegisterTxn.Step.Write ? "w" : "r");
            fields.add(step.register());
            if (step instanceof RegisterTxn.Step.Write write) {
                fields.add(write.value());
            } else {
                fields.add(seen == null ? null : seen.value());
            }
            if (seen != null && seen.version() != null) {
                fields.add(seen.version());
            }
            steps.add(fields);
        }
        return steps;
    }

    @Override
    public RegisterTxn input(HistoryEvent invoke) {
        List<RegisterTxn.Step> steps = new ArrayList<>();
        for (List<?> fields : fields(invoke)) {
            String register = invoke.asText("value", fields.get(1));
            steps.add(
                    isWrite(invoke, fields)
                            ? new RegisterTxn.Step.Write(register, invoke.asText("value", fields.get(2)))
                            : new RegisterTxn.Step.Read(register));
        }
        return new RegisterTxn(steps);
    }

    @Override
    public RegistersSeen output(RegisterTxn input, HistoryEvent ok) {
        if (!input(ok).equals(input)) {
            throw ok.malformed("the steps of the answer are not those that were asked for");
        }
        List<RegistersSeen.Seen> seen = new ArrayList<>();
        for (List<?> fields : fields(ok)) {
            Object value = fields.size() > 2 ? fields.get(2) : null;
            seen.add(new RegistersSeen.Seen(value == null ? null : ok.asText("value", value), version(ok, fields)));
        }
        return new RegistersSeen(seen);
    }

    private static @Nullable Long version(HistoryEvent ok, List<?> fields) {
        Object version = fields.size() > VERSION ? fields.get(VERSION) : null;
        if (version == null) {
            return null;
        }
        if (!(version instanceof Long number) || number < 0) {
            throw ok.malformed("a version is an integer of at least 0, not " + version);
        }
        return number;
    }

    private List<List<?>> fields(HistoryEvent event) {
        boolean known = event.f().equals("txn")
                || (longFork && (event.f().equals("read") || event.f().equals("write")));
        if (!known) {
            throw event.malformed(
                    (longFork ? "long fork knows read, write and txn" : "registers know txn") + ", not " + event.f());
        }
        if (!(event.fields().get("value") instanceof List<?> steps)) {
            throw event.malformed("\"value\" must be a list of steps");
        }
        List<List<?>> all = new ArrayList<>(steps.size());
        for (Object step : steps) {
            if (!(step instanceof List<?> fields) || fields.size() < 2 || fields.size() > VERSION + 1) {
                throw event.malformed(shape(step));
            }
            all.add(fields);
        }
        return all;
    }

    private static boolean isWrite(HistoryEvent event, List<?> fields) {
        Object what = fields.get(0);
        if (("w".equals(what) || "write".equals(what)) && fields.size() > 2 && fields.get(2) != null) {
            return true;
        }
        if ("r".equals(what) || "read".equals(what)) {
            return false;
        }
        throw event.malformed(shape(fields));
    }

    private static String shape(@Nullable Object step) {
        return "a step is [\"w\", register, value] or [\"r\", register, value], perhaps with a version, not " + step;
    }
}
