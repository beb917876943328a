package dev.danta.cli;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Subject;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.Consistency;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a history is of: the same for all that read one. */
final class SubjectOptions {
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

    static final class SubjectConverter extends WordConverter<Subject> {
        SubjectConverter() {
            super(SubjectOptions::named);
        }
    }

    private static Subject named(String name) {
        return Subject.named(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no model '" + name + "': "
                        + Arrays.stream(Subject.values()).map(Subject::label).collect(Collectors.joining(", "))));
    }

    private static final class NilReadConverter extends WordConverter<RegisterModel.NilRead> {
        NilReadConverter() {
            super(oneOf(RegisterModel.NilRead.values()));
        }
    }

    private static final class FailedCasConverter extends WordConverter<RegisterModel.FailedCas> {
        FailedCasConverter() {
            super(oneOf(RegisterModel.FailedCas.values()));
        }
    }

    private static final class KeyConverter extends WordConverter<JudgeSettings.KeyPlace> {
        KeyConverter() {
            super(oneOf(JudgeSettings.KeyPlace.values()));
        }
    }

    private static final class ConsistencyConverter extends WordConverter<Consistency> {
        ConsistencyConverter() {
            super(Consistency::named);
        }
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
        try {
            return named(header.model());
        } catch (IllegalArgumentException unknown) {
            throw new MalformedHistoryException(1, "the header says: " + unknown.getMessage(), unknown);
        }
    }

    /** Whether an option or the header says what the history is of, and it is something that we can judge. */
    boolean isKnown(@Nullable HistoryHeader header) {
        return subject != null
                || (header != null && Subject.named(header.model()).isPresent());
    }

    /** Where keys stand, by an option or by the header. */
    JudgeSettings.KeyPlace keyPlace(@Nullable HistoryHeader header) {
        return settings(header).key();
    }

    /** A header for the same events with everything that the options say; null if nothing says what they are of. */
    @Nullable
    HistoryHeader header(@Nullable HistoryHeader read) {
        if (read == null && subject == null) {
            return null;
        }
        HistoryHeader header = read == null ? HistoryHeader.of(subject(null).label()) : read;
        if (subject != null) {
            header = new HistoryHeader(header.format(), subject.label(), header.seed(), header.settings());
        }
        for (Map.Entry<String, String> said : settings(read).said().entrySet()) {
            header = header.with(said.getKey(), said.getValue());
        }
        return header;
    }

    /** The options that say what a header says; what is no option is left out. */
    static String inWords(HistoryHeader header) {
        StringBuilder words = new StringBuilder("--model ").append(header.model());
        JudgeSettings.of(header)
                .said()
                .forEach((name, value) -> words.append(" --")
                        .append(name.equals("initial") ? "init" : name)
                        .append(' ')
                        .append(value));
        return words.toString();
    }
}
