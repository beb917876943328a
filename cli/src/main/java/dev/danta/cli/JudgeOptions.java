package dev.danta.cli;

import dev.danta.check.CheckOptions;
import dev.danta.check.EngineName;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.judge.Judge;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what a history is of and how much judging it may cost: the same for all that judge. */
final class JudgeOptions {
    @Mixin
    private SubjectOptions subject = new SubjectOptions();

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
                    "Who judges: jit or wgl, both for any model, zones for registers whose writes all differ, queues for"
                            + " queues in order whose values do, or auto (default: ${DEFAULT-VALUE}).")
    private EngineName engine = EngineName.AUTO;

    private static final class EngineConverter extends WordConverter<EngineName> {
        EngineConverter() {
            super(oneOf(EngineName.values()));
        }
    }

    /**
     * The judge of a file with this header.
     *
     * @throws dev.danta.check.MalformedHistoryException if neither the header nor an option says what it is of
     */
    Judge<?, ?> judge(@Nullable HistoryHeader header) {
        return subject.judge(header);
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
