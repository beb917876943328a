package dev.danta.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.check.BankCheck;
import dev.danta.check.CheckOptions;
import dev.danta.check.Checker;
import dev.danta.check.EngineName;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.history.BankCodec;
import dev.danta.check.history.BoundedCounterCodec;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.history.ListAppendCodec;
import dev.danta.check.history.MultiRegisterCodec;
import dev.danta.check.history.MutexCodec;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.history.RegisterCodec;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.Anomaly;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges recorded histories: one line for each file, and the worst of their verdicts as the exit code. */
@Command(
        name = "check",
        description =
                "Judges recorded histories (JSON Lines, JSON or EDN): is there an order of the operations that explains every answer?")
final class CheckCommand implements Callable<Integer> {
    private static final String STDIN = "-";

    /** The models by the names used here; a compare-and-set register is a register that was asked more. */
    enum ModelName {
        REGISTER,
        CAS_REGISTER,
        KV,
        BOUNDED_COUNTER,
        BANK,
        MUTEX,
        MULTI_REGISTER,
        LIST_APPEND;

        static ModelName of(String name) {
            for (ModelName model : values()) {
                if (model.toString().equals(name)) {
                    return model;
                }
            }
            throw new CommandLine.TypeConversionException("there is no model '" + name
                    + "': register, cas-register, kv, bounded-counter, bank, mutex, multi-register or"
                    + " list-append");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--model",
            paramLabel = "M",
            converter = ModelConverter.class,
            description = "register, cas-register, kv, bounded-counter, bank, mutex, multi-register or"
                    + " list-append."
                    + " Default: what the file's header says.")
    private @Nullable ModelName model;

    @Option(
            names = "--consistency",
            paramLabel = "LEVEL",
            defaultValue = "strict-serializable",
            converter = ConsistencyConverter.class,
            description = "What transactions must be: read-committed, snapshot-isolation, serializable or"
                    + " strict-serializable (default: ${DEFAULT-VALUE}).")
    private Consistency consistency = Consistency.STRICT_SERIALIZABLE;

    @Option(
            names = "--init",
            paramLabel = "V",
            description = "The value before the first operation. Default: the header's, else none, or 0 for a counter;"
                    + " for a bank it is the total, for several registers NAME=V,NAME=V.")
    private @Nullable String init;

    @Option(
            names = "--nil-read",
            paramLabel = "R",
            defaultValue = "absent",
            converter = NilReadConverter.class,
            description = "What a read of nothing says of a register: absent, or wildcard for nothing at all"
                    + " (default: ${DEFAULT-VALUE}).")
    private RegisterModel.NilRead nilRead = RegisterModel.NilRead.ABSENT;

    @Option(
            names = "--failed-cas",
            paramLabel = "R",
            defaultValue = "observed",
            converter = FailedCasConverter.class,
            description = "What a refused compare-and-set says: observed, that the value was another, or dropped for"
                    + " nothing at all (default: ${DEFAULT-VALUE}).")
    private RegisterModel.FailedCas failedCas = RegisterModel.FailedCas.OBSERVED;

    @Option(
            names = "--floor",
            paramLabel = "N",
            description = "The least value of a bounded counter (default: ${DEFAULT-VALUE}).")
    private long floor;

    @Option(
            names = "--ceiling",
            paramLabel = "N",
            description = "The greatest value of a bounded counter (default: none).")
    private long ceiling = Long.MAX_VALUE;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            defaultValue = "60s",
            converter = Quantities.DurationConverter.class,
            description = "For each file; after it the verdict is UNKNOWN (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(60);

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            converter = Quantities.SizeConverter.class,
            description =
                    "What the search may hold; beyond it the verdict is UNKNOWN (default: 512m, or half the heap).")
    private @Nullable Long maxMemory;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Partitions judged at once (default: one per processor).")
    private @Nullable Integer threads;

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "auto",
            converter = EngineConverter.class,
            description =
                    "Who judges: jit or wgl, both for any model, zones for registers whose writes all differ, or auto"
                            + " (default: ${DEFAULT-VALUE}).")
    private EngineName engine = EngineName.AUTO;

    @Option(names = "--all", description = "Go on after the first key that is not valid, and name them all.")
    private boolean all;

    @Option(names = "--json", paramLabel = "OUT", description = "Write the verdicts as JSON to this file too.")
    private @Nullable Path json;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Histories, compressed if named .gz; - is standard input.")
    private List<String> files = new ArrayList<>();

    private static final class ModelConverter implements CommandLine.ITypeConverter<ModelName> {
        @Override
        public ModelName convert(String name) {
            return ModelName.of(name);
        }
    }

    private static final class NilReadConverter implements CommandLine.ITypeConverter<RegisterModel.NilRead> {
        @Override
        public RegisterModel.NilRead convert(String name) {
            return oneOf(RegisterModel.NilRead.values(), name);
        }
    }

    private static final class FailedCasConverter implements CommandLine.ITypeConverter<RegisterModel.FailedCas> {
        @Override
        public RegisterModel.FailedCas convert(String name) {
            return oneOf(RegisterModel.FailedCas.values(), name);
        }
    }

    private static final class EngineConverter implements CommandLine.ITypeConverter<EngineName> {
        @Override
        public EngineName convert(String name) {
            return oneOf(EngineName.values(), name);
        }
    }

    private static <E extends Enum<E>> E oneOf(E[] values, String name) {
        List<String> names = new ArrayList<>();
        for (E value : values) {
            if (value.name().equalsIgnoreCase(name)) {
                return value;
            }
            names.add(value.name().toLowerCase(Locale.ROOT));
        }
        throw new CommandLine.TypeConversionException("'" + name + "' is none of " + String.join(", ", names));
    }

    private static final class ConsistencyConverter implements CommandLine.ITypeConverter<Consistency> {
        @Override
        public Consistency convert(String name) {
            try {
                return Consistency.named(name);
            } catch (IllegalArgumentException none) {
                throw new CommandLine.TypeConversionException(String.valueOf(none.getMessage()));
            }
        }
    }

    /** One file's verdict, as it is printed and written. */
    private record Verdict(String file, int exitCode, String line, ObjectNode json) {}

    @Override
    public Integer call() {
        CheckOptions options = options();
        PrintWriter out = spec.commandLine().getOut();
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        int code = ExitCode.OK;
        for (String file : files) {
            Verdict verdict = judged(file, options);
            out.println(verdict.line());
            out.flush();
            report.withArray("files").add(verdict.json());
            code = ExitCode.worse(code, verdict.exitCode());
        }
        write(report, code);
        return code;
    }

    private void write(ObjectNode report, int code) {
        if (json == null) {
            return;
        }
        report.put("exitCode", code);
        try {
            String text = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(report);
            Files.writeString(json, text + "\n", StandardCharsets.UTF_8);
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private CheckOptions options() {
        CheckOptions defaults = CheckOptions.defaults();
        try {
            return new CheckOptions(
                    timeout,
                    maxMemory == null ? defaults.maxMemoryBytes() : maxMemory,
                    threads == null ? defaults.threads() : threads,
                    all,
                    false,
                    engine);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Verdict judged(String file, CheckOptions options) {
        try {
            HistoryHeader header = file.equals(STDIN)
                    ? null
                    : HistoryReader.header(Path.of(file)).orElse(null);
            return switch (model(header)) {
                case REGISTER, CAS_REGISTER ->
                    judged(file, new RegisterModel(initial(header), failedCas, nilRead), new RegisterCodec(), options);
                case KV -> judged(file, new KeyValueModel(initial(header)), new KeyValueCodec(), options);
                case BOUNDED_COUNTER -> judged(file, counter(header), new BoundedCounterCodec(), options);
                case BANK -> bank(file, header);
                case MUTEX -> judged(file, new MutexModel(), new MutexCodec(), options);
                case MULTI_REGISTER ->
                    judged(file, new MultiRegisterModel(initials(header), nilRead), new MultiRegisterCodec(), options);
                case LIST_APPEND -> lists(file);
            };
        } catch (MalformedHistoryException malformed) {
            return unreadable(file, String.valueOf(malformed.getMessage()));
        } catch (IOException unreadable) {
            return unreadable(file, Complaints.inWords(unreadable));
        }
    }

    private ModelName model(@Nullable HistoryHeader header) {
        if (model != null) {
            return model;
        }
        if (header == null) {
            throw new MalformedHistoryException(
                    Operation.NO_LINE, "no header says which model this is a history of: give --model");
        }
        try {
            return ModelName.of(header.model());
        } catch (CommandLine.TypeConversionException none) {
            throw new MalformedHistoryException(1, "the header says: " + none.getMessage(), none);
        }
    }

    private @Nullable String initial(@Nullable HistoryHeader header) {
        return init != null || header == null ? init : header.settings().get("initial");
    }

    /** {@code NAME=V,NAME=V}. */
    private Map<String, String> initials(@Nullable HistoryHeader header) {
        String initial = initial(header);
        Map<String, String> initials = new TreeMap<>();
        for (String one : initial == null || initial.isEmpty() ? List.<String>of() : List.of(initial.split(","))) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw new CommandException(
                        ExitCode.USAGE, "several registers begin with NAME=V,NAME=V, not with '" + initial + "'");
            }
            initials.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return initials;
    }

    /** Every read by itself, against the total: no search, so no limits. */
    private Verdict bank(String file, @Nullable HistoryHeader header) throws IOException {
        HistoryFile<BankCheck.Input, BankCheck.Output> read = read(file, new BankCodec());
        return verdict(file, ModelName.BANK.toString(), read, BankCheck.check(read.history(), number(header)));
    }

    /** Cycles between transactions: linear in the history, so no limits. */
    private Verdict lists(String file) throws IOException {
        HistoryFile<AppendTxn, ListsRead> read = read(file, new ListAppendCodec());
        TxnVerdict judged = ListAppendCheck.check(read.history(), read.failed(), consistency);
        Verdict verdict = verdict(file, ModelName.LIST_APPEND.toString(), read, judged.result());
        verdict.json().put("consistency", judged.level().label());
        for (Anomaly anomaly : judged.anomalies()) {
            ObjectNode node = verdict.json().withArray("anomalies").addObject();
            node.put("kind", anomaly.kind().label());
            anomaly.reasons().forEach(node.withArray("reasons")::add);
            anomaly.transactions().forEach(txn -> node.withArray("lines").add(txn.line()));
        }
        return verdict;
    }

    private long number(@Nullable HistoryHeader header) {
        String initial = initial(header);
        try {
            return initial == null ? 0 : Long.parseLong(initial);
        } catch (NumberFormatException notANumber) {
            throw new CommandException(
                    ExitCode.USAGE, "this model begins with a number, not with '" + initial + "'", notANumber);
        }
    }

    private BoundedCounterModel counter(@Nullable HistoryHeader header) {
        try {
            return new BoundedCounterModel(number(header), floor, ceiling);
        } catch (IllegalArgumentException outside) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(outside.getMessage()), outside);
        }
    }

    private <S, I, O> Verdict judged(
            String file, Model<S, I, O> model, OperationCodec<I, O> codec, CheckOptions options) throws IOException {
        HistoryFile<I, O> read = read(file, codec);
        Result<I, O> result = Checker.check(model, read.history(), options);
        return verdict(file, model.name(), read, result);
    }

    private static <I, O> HistoryFile<I, O> read(String file, OperationCodec<I, O> codec) throws IOException {
        if (!file.equals(STDIN)) {
            return HistoryReader.read(Path.of(file), codec);
        }
        InputStream in = System.in;
        return HistoryReader.read(in, codec);
    }

    private static <I, O> Verdict verdict(String file, String model, HistoryFile<I, O> read, Result<I, O> result) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        StringBuilder line = new StringBuilder();
        int code;
        node.put("file", file);
        node.put("model", model);
        if (result instanceof Result.Invalid<I, O> invalid) {
            code = ExitCode.FAILED;
            line.append("INVALID  ").append(file).append("  model=").append(model);
            line.append(invalid.partition().isEmpty() ? "" : "  key=" + invalid.partition());
            line.append("  ").append(invalid.failures().get(0).explanation());
            node.put("verdict", "INVALID");
            for (Result.Failure<I, O> failure : invalid.failures()) {
                ObjectNode failed = node.withArray("failures").addObject();
                failed.put("key", failure.partition());
                failed.put("line", failure.operation().line());
                failed.put("explanation", failure.explanation());
            }
        } else if (result instanceof Result.Unknown<I, O> unknown) {
            code = ExitCode.UNDECIDED;
            line.append("UNKNOWN  ").append(file).append("  model=").append(model);
            line.append("  ").append(reason(unknown));
            node.put("verdict", "UNKNOWN");
            node.put("reason", unknown.reason().name().toLowerCase(Locale.ROOT));
            unknown.furthestOperation().ifPresent(operation -> node.put("furthestLine", operation.line()));
            unknown.undecided().forEach(node.withArray("undecided")::add);
        } else {
            code = ExitCode.OK;
            line.append("VALID    ").append(file).append("  model=").append(model);
            node.put("verdict", "VALID");
        }
        Result.Progress progress = result.progress();
        line.append(String.format(
                Locale.ROOT,
                "  (%,d ops, %d unknown, %d ms%s)",
                progress.operations(),
                read.history().unknown(),
                progress.elapsed().toMillis(),
                progress.engines().isEmpty() ? "" : ", engine " + progress.engineLabel()));
        read.tornLine()
                .ifPresent(torn -> line.append("  [torn at line ").append(torn).append(", the rest is used]"));
        node.put("operations", progress.operations());
        node.put("unknownOutcomes", read.history().unknown());
        node.put("partitions", progress.partitions());
        node.put("decided", progress.decided());
        node.put("configurations", progress.configurations());
        node.put("peakBytes", progress.peakBytes());
        progress.engines().forEach(engine -> node.withArray("engines").add(engine.label()));
        node.put("millis", progress.elapsed().toMillis());
        return new Verdict(file, code, line.toString(), node);
    }

    private static String reason(Result.Unknown<?, ?> unknown) {
        String word = switch (unknown.reason()) {
            case TIMEOUT -> "timeout";
            case MEMORY -> "memory";
            case VACUOUS -> "vacuous: no answer is known, so nothing was observed";
            case CANCELLED -> "cancelled";
            case UNSUPPORTED -> "unsupported: " + unknown.detail();
        };
        return unknown.furthestOperation()
                .filter(operation -> operation.line() != Operation.NO_LINE)
                .map(operation -> word + ", explained up to line " + operation.line())
                .orElse(word);
    }

    private Verdict unreadable(String file, String fault) {
        PrintWriter err = spec.commandLine().getErr();
        String where = fault.startsWith(file) ? fault : file + ": " + fault;
        err.println(spec.qualifiedName() + ": " + Complaints.oneLine(where));
        err.flush();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file);
        node.put("verdict", "MALFORMED");
        node.put("reason", fault);
        return new Verdict(file, ExitCode.USAGE, "MALFORMED " + file, node);
    }
}
