package dev.danta.cli;

import dev.danta.check.CheckOptions;
import dev.danta.check.EngineName;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Subject;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.Consistency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what a history is of and how much judging it may cost: the same for all that judge. */
final class JudgeOptions {
    @Option(
            names = "--model",
            paramLabel = "M",
            converter = SubjectConverter.class,
            description = "What the histories are of: see 'danta check models'. Default: what the file's header says.")
    private @Nullable Subject subject;

    @Option(
            names = "--consistency",
            paramLabel = "LEVEL",
            converter = ConsistencyConverter.class,
            description = "What transactions must be: read-uncommitted, read-committed, snapshot-isolation or"
                    + " serializable, with strong-session- or strong- before it if the order of each process or real"
                    + " time counts, strict-serializable, which is the default, or session, monotonic-reads,"
                    + " read-your-writes, monotonic-writes or writes-follow-reads.")
    private @Nullable Consistency consistency;

    @Option(
            names = "--init",
            paramLabel = "V",
            description = "What there was before the first operation. Default: the header's, else nothing, or 0 for a"
                    + " number; for a bank it is the total, for a set or a queue V,V, for several registers"
                    + " NAME=V,NAME=V.")
    private @Nullable String initial;

    @Option(
            names = "--nil-read",
            paramLabel = "R",
            converter = NilReadConverter.class,
            description = "What a read of nothing says: absent, that there was none (the default), or wildcard for"
                    + " nothing at all.")
    private RegisterModel.@Nullable NilRead nilRead;

    @Option(
            names = "--failed-cas",
            paramLabel = "R",
            converter = FailedCasConverter.class,
            description = "What a refusal says: observed, that there was a reason for it (the default), or dropped for"
                    + " nothing at all.")
    private RegisterModel.@Nullable FailedCas failedCas;

    @Option(
            names = "--key",
            paramLabel = "PLACE",
            converter = KeyConverter.class,
            description =
                    "Where the key of an operation stands: field for a field of its own, value0 for [key value], as"
                            + " Jepsen's independent tests write it, model for where the model has it, which is the"
                            + " default.")
    private JudgeSettings.@Nullable KeyPlace key;

    @Option(names = "--floor", paramLabel = "N", description = "The least value of a bounded counter (default: 0).")
    private @Nullable Long floor;

    @Option(
            names = "--ceiling",
            paramLabel = "N",
            description = "The greatest value of a bounded counter (default: none).")
    private @Nullable Long ceiling;

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

    private static final class EngineConverter implements ITypeConverter<EngineName> {
        @Override
        public EngineName convert(String name) {
            return oneOf(EngineName.values(), name);
        }
    }

    static final class SubjectConverter implements ITypeConverter<Subject> {
        @Override
        public Subject convert(String name) {
            return Subject.named(name).orElseThrow(() -> new TypeConversionException(noModel(name)));
        }
    }

    private static String noModel(String name) {
        return "there is no model '" + name + "': "
                + Arrays.stream(Subject.values()).map(Subject::label).collect(Collectors.joining(", "));
    }

    private static final class NilReadConverter implements ITypeConverter<RegisterModel.NilRead> {
        @Override
        public RegisterModel.NilRead convert(String name) {
            return oneOf(RegisterModel.NilRead.values(), name);
        }
    }

    private static final class FailedCasConverter implements ITypeConverter<RegisterModel.FailedCas> {
        @Override
        public RegisterModel.FailedCas convert(String name) {
            return oneOf(RegisterModel.FailedCas.values(), name);
        }
    }

    private static final class KeyConverter implements ITypeConverter<JudgeSettings.KeyPlace> {
        @Override
        public JudgeSettings.KeyPlace convert(String name) {
            return oneOf(JudgeSettings.KeyPlace.values(), name);
        }
    }

    private static final class ConsistencyConverter implements ITypeConverter<Consistency> {
        @Override
        public Consistency convert(String name) {
            try {
                return Consistency.named(name);
            } catch (IllegalArgumentException none) {
                throw new TypeConversionException(String.valueOf(none.getMessage()));
            }
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
        throw new TypeConversionException("'" + name + "' is none of " + String.join(", ", names));
    }

    /**
     * The judge of a file with this header.
     *
     * @throws MalformedHistoryException if neither the header nor an option says what it is of
     */
    Judge<?, ?> judge(@Nullable HistoryHeader header) {
        Subject of = subject(header);
        try {
            return Judges.of(of, settings(header));
        } catch (IllegalArgumentException unfit) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(unfit.getMessage()), unfit);
        }
    }

    /** What the header says, unless an option says something else. */
    JudgeSettings settings(@Nullable HistoryHeader header) {
        JudgeSettings said;
        try {
            said = header == null ? JudgeSettings.defaults() : JudgeSettings.of(header);
        } catch (IllegalArgumentException unfit) {
            throw new MalformedHistoryException(1, "the header says: " + unfit.getMessage(), unfit);
        }
        return new JudgeSettings(
                initial == null ? said.initial() : initial,
                nilRead == null ? said.nilRead() : nilRead,
                failedCas == null ? said.failedCas() : failedCas,
                floor == null ? said.floor() : floor,
                ceiling == null ? said.ceiling() : ceiling,
                consistency == null ? said.consistency() : consistency,
                key == null ? said.key() : key);
    }

    private Subject subject(@Nullable HistoryHeader header) {
        if (subject != null) {
            return subject;
        }
        if (header == null) {
            throw new MalformedHistoryException(
                    Operation.NO_LINE, "no header says which model this is a history of: give --model");
        }
        return Subject.named(header.model())
                .orElseThrow(() -> new MalformedHistoryException(1, "the header says: " + noModel(header.model())));
    }

    /** How much one check may cost. */
    CheckOptions checkOptions(boolean all) {
        CheckOptions defaults = CheckOptions.defaults();
        try {
            return defaults.withTimeout(timeout)
                    .withMaxMemoryBytes(maxMemory == null ? defaults.maxMemoryBytes() : maxMemory)
                    .withThreads(threads == null ? defaults.threads() : threads)
                    .withAll(all)
                    .withEngine(engine);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
