package dev.danta.bench;

import dev.danta.bench.DrawnHistories.Fault;
import dev.danta.bench.DrawnHistories.Values;
import dev.danta.check.CheckOptions;
import dev.danta.check.EngineName;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Model;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.RegisterModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Times the checker's engines against each other: the same histories, in turns, in one process, so that whatever else the
 * machine does meets all of them. The best of several passes counts; the first ones warm the machine up.
 */
public final class CheckerBench {
    private static final int CLIENTS = 10;
    private static final int HARD_HISTORIES = 100;
    private static final int HARD_OPERATIONS = 80;
    private static final double HARD_LOST = 0.15;
    private static final int TABLE_CLIENTS = 50;
    private static final int TABLE_KEYS = 1_000;

    private static final double NANOS_PER_MILLI = 1e6;

    private final Settings settings;
    private final Consumer<Row> results;

    /**
     * How to measure.
     *
     * @param passes times that each engine judges each history, at least 1
     * @param operationsMax the drawn histories have no more operations than this, at least 100
     * @param seed of the drawn histories
     * @param limits of each check; an engine that gives up once is not asked again
     */
    public record Settings(int passes, int operationsMax, long seed, CheckOptions limits) {
        public Settings {
            if (passes < 1) {
                throw new IllegalArgumentException("passes must be at least 1: " + passes);
            }
            if (operationsMax < 100) {
                throw new IllegalArgumentException("operationsMax must be at least 100: " + operationsMax);
            }
        }
    }

    /**
     * What one engine did.
     *
     * @param verdict of the history; of several, how many were valid, invalid and unknown
     * @param bestMillis its best pass, without reading
     * @param configurations visited
     * @param peakBytes held at most, by the checker's own count
     */
    public record Figure(String verdict, double bestMillis, long configurations, long peakBytes) {}

    /**
     * One history, or several of a kind, judged by all engines.
     *
     * @param history what it is
     * @param operations how many, in all of them
     * @param readMillis the best time to read it from its file; 0 if it comes from none
     * @param figures by engine, without those that cannot judge it
     */
    public record Row(String history, long operations, double readMillis, Map<EngineName, Figure> figures) {
        public Row {
            figures = new LinkedHashMap<>(figures);
        }
    }

    /** What can be judged again and again. */
    @FunctionalInterface
    public interface Subject {
        /** Every verdict, one for each history. */
        List<? extends Result<?, ?>> judge(CheckOptions options);
    }

    /** @param results takes every row as soon as it is there */
    public CheckerBench(Settings settings, Consumer<Row> results) {
        this.settings = settings;
        this.results = results;
    }

    /**
     * Measures the drawn histories: registers whose values differ, with one client's worth of stale reads or none; registers
     * whose values recur, with lost operations; short and hard ones; and a table of many keys, from a file.
     *
     * @param folder where that file is put for a while
     */
    public void drawn(Path folder) throws IOException {
        for (int operations = 10_000; operations <= Math.min(100_000, settings.operationsMax()); operations *= 10) {
            for (Fault fault : List.of(Fault.NONE, Fault.STALE)) {
                register(operations, Values.DIFFER, 0, fault);
            }
            for (Fault fault : List.of(Fault.NONE, Fault.PHANTOM)) {
                register(operations, Values.RECUR, 0.002, fault);
            }
        }
        hard();
        table(folder);
    }

    private void register(int operations, Values values, double lost, Fault fault) {
        String name = "1 key, " + (values == Values.DIFFER ? "values differ" : "values recur, 0.2 % lost")
                + (fault == Fault.NONE ? ", valid" : fault == Fault.STALE ? ", one stale read" : ", one phantom");
        measure(
                name,
                DrawnHistories.register(settings.seed(), operations, CLIENTS, values, lost, fault),
                new RegisterModel());
    }

    private void hard() {
        List<History<RegisterModel.Input, RegisterModel.Output>> histories = new ArrayList<>();
        for (int i = 0; i < HARD_HISTORIES; i++) {
            double wrong = i % 2 == 0 ? 0 : 0.1;
            histories.add(DrawnHistories.hard(settings.seed() + i, HARD_OPERATIONS, CLIENTS / 2, HARD_LOST, wrong));
        }
        RegisterModel model = new RegisterModel();
        measure(
                HARD_HISTORIES + " histories with cas, 5 values, 15 % lost",
                (long) HARD_HISTORIES * HARD_OPERATIONS,
                0,
                options -> histories.stream()
                        .map(history -> HistoryCheck.check(model, history, options))
                        .toList());
    }

    private void table(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "checker-bench", ".jsonl");
        try {
            KeyValueCodec codec = new KeyValueCodec();
            HistoryWriter.write(
                    file,
                    HistoryHeader.of(codec.model()),
                    codec,
                    DrawnHistories.table(settings.seed(), settings.operationsMax(), TABLE_CLIENTS, TABLE_KEYS));
            HistoryFile<KeyValueModel.Input, KeyValueModel.Output> read = HistoryReader.read(file, codec);
            double best = Double.MAX_VALUE;
            for (int pass = 0; pass < settings.passes(); pass++) {
                long begin = System.nanoTime();
                read = HistoryReader.read(file, codec);
                best = Math.min(best, (System.nanoTime() - begin) / NANOS_PER_MILLI);
            }
            History<KeyValueModel.Input, KeyValueModel.Output> history = read.history();
            measure(
                    String.format("%,d keys, %d clients, valid, from a file", TABLE_KEYS, TABLE_CLIENTS),
                    history.size(),
                    best,
                    options -> List.of(HistoryCheck.check(new KeyValueModel(), history, options)));
        } finally {
            Files.delete(file);
        }
    }

    private <S, I, O> void measure(String name, History<I, O> history, Model<S, I, O> model) {
        measure(name, history.size(), 0, options -> List.of(HistoryCheck.check(model, history, options)));
    }

    /** Measures whatever can be judged. */
    public void measure(String name, long operations, double readMillis, Subject subject) {
        Map<EngineName, Figure> figures = new LinkedHashMap<>();
        List<EngineName> engines =
                new ArrayList<>(List.of(EngineName.JIT, EngineName.ZONES, EngineName.QUEUES, EngineName.WGL));
        for (int pass = 0; pass < settings.passes(); pass++) {
            for (EngineName engine : List.copyOf(engines)) {
                List<? extends Result<?, ?>> verdicts =
                        subject.judge(settings.limits().withEngine(engine));
                if (verdicts.stream().anyMatch(CheckerBench::isUnsupported)) {
                    engines.remove(engine);
                    continue;
                }
                figures.merge(engine, figure(verdicts), (old, now) -> old.bestMillis() <= now.bestMillis() ? old : now);
                if (verdicts.stream().anyMatch(CheckerBench::gaveUp)) {
                    engines.remove(engine);
                }
            }
        }
        results.accept(new Row(name, operations, readMillis, figures));
    }

    private static boolean isUnsupported(Result<?, ?> result) {
        return result instanceof Result.Unknown<?, ?> unknown && unknown.reason() == Result.Reason.UNSUPPORTED;
    }

    private static boolean gaveUp(Result<?, ?> result) {
        return result instanceof Result.Unknown<?, ?> unknown && unknown.reason() != Result.Reason.VACUOUS;
    }

    private static Figure figure(List<? extends Result<?, ?>> verdicts) {
        Duration elapsed = Duration.ZERO;
        long configurations = 0;
        long peakBytes = 0;
        int valid = 0;
        int invalid = 0;
        String unknown = "";
        for (Result<?, ?> result : verdicts) {
            Result.Progress progress = result.progress();
            elapsed = elapsed.plus(progress.elapsed());
            configurations += progress.configurations();
            peakBytes = Math.max(peakBytes, progress.peakBytes());
            valid += result.isValid() ? 1 : 0;
            invalid += result instanceof Result.Invalid ? 1 : 0;
            unknown = result instanceof Result.Unknown<?, ?> undecided
                    ? "unknown: " + undecided.reason().name().toLowerCase(Locale.ROOT)
                    : unknown;
        }
        String verdict = verdicts.size() > 1
                ? valid + " valid, " + invalid + " invalid" + (unknown.isEmpty() ? "" : ", " + unknown)
                : valid == 1 ? "valid" : invalid == 1 ? "invalid" : unknown;
        return new Figure(verdict, elapsed.toNanos() / NANOS_PER_MILLI, configurations, peakBytes);
    }
}
