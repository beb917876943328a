package dev.danta.bench;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.history.RegisterTxnCodec;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Subject;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.RegisterCheck;
import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegisterTxn.Step;
import dev.danta.check.txn.RegistersSeen;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what the clients of one run ask and what they are told, to be judged afterwards: were these transactions
 * strictly serializable?
 *
 * <p>Each key is a register, and each operation writes a tag of its own. All operations but blind writes read a key before
 * they write it, so that the order of a key's versions is known from what was read, and the judgement is exact. Whoever has
 * an answer later than the judge's stamp of its end cannot be wronged by it: stamps are taken outside of the call.
 *
 * <p>Memory is bounded by the number of operations: some 600 bytes for a transfer, and as much again while it is judged.
 * Thread-safe.
 */
public final class Transcript {
    /** How many operations are written down unless said otherwise. */
    public static final int OPERATIONS_MAX_DEFAULT = 1_000_000;

    private static final int RUN_SHIFT = 40;
    private static final long RUNS = 1L << 22;
    private static final int RADIX = 36;

    private final int operationsMax;
    private final HistoryRecorder<RegisterTxn, RegistersSeen> recorder =
            new HistoryRecorder<>(System::nanoTime, Integer.MAX_VALUE);
    private final long run = ThreadLocalRandom.current().nextLong(1, RUNS) << RUN_SHIFT;
    private final AtomicLong tags = new AtomicLong();
    private final ConcurrentMap<Integer, Step.Read> reads = new ConcurrentHashMap<>();
    private final Set<Integer> written = ConcurrentHashMap.newKeySet();
    private volatile boolean readsBack;

    /**
     * An empty one.
     *
     * @param operationsMax after so many, positive, it is {@link #isFull}, and the load is to end
     */
    public Transcript(int operationsMax) {
        if (operationsMax < 1) {
            throw new IllegalArgumentException("a history has at least one operation: " + operationsMax);
        }
        this.operationsMax = operationsMax;
    }

    /** One caller: at most one operation under way. */
    final class Scribe {
        private final HistoryRecorder.Client<RegisterTxn, RegistersSeen> client = recorder.client();

        private Scribe() {}

        /** It is about to be asked. */
        Line begin(dev.danta.bench.Operation operation) {
            if (operation instanceof dev.danta.bench.Operation.Fill) {
                return new Line(operation, Cell.INITIAL, List.of(), null);
            }
            long tag = run + tags.incrementAndGet();
            List<Step> steps = steps(operation, tag);
            return new Line(operation, tag, steps, steps.isEmpty() ? null : client.invoke(new RegisterTxn(steps)));
        }
    }

    /** One operation, from question to answer. */
    final class Line {
        private final dev.danta.bench.Operation operation;
        private final long tag;
        private final List<Step> steps;
        private final HistoryRecorder.@Nullable Call<RegistersSeen> call;

        private Line(
                dev.danta.bench.Operation operation,
                long tag,
                List<Step> steps,
                HistoryRecorder.@Nullable Call<RegistersSeen> call) {
            this.operation = operation;
            this.tag = tag;
            this.steps = steps;
            this.call = call;
        }

        /** What goes with the values that it writes. */
        long tag() {
            return tag;
        }

        /** It has been answered. */
        void end(Answer answer) {
            if (call == null) {
                return;
            }
            switch (answer.status()) {
                case DONE -> call.ok(shown(answer));
                // A declined one has written nothing: nobody may see its tag.
                case DECLINED, FAILED -> call.fail();
                case UNKNOWN -> call.unknown();
            }
        }

        private RegistersSeen shown(Answer answer) {
            List<Seen> shown = new ArrayList<>(steps.size());
            for (Answer.Seen seen : answer.seen()) {
                if (isWrittenDown(operation, seen.key())) {
                    shown.add(new Seen(seen.tag() == null ? null : text(seen.tag()), null));
                }
            }
            for (int i = shown.size(); i < steps.size(); i++) {
                shown.add(new Seen(text(tag), null));
            }
            return new RegistersSeen(shown);
        }
    }

    Scribe scribe() {
        return new Scribe();
    }

    /** Whether no more than what is under way is to be written down. */
    public boolean isFull() {
        return tags.get() >= operationsMax;
    }

    /** The load is over; from now on everything is read once more, and what nobody has written is left out. */
    void readsBack() {
        readsBack = true;
    }

    /** The greatest key that somebody has tried to write; -1 if there is none. */
    int lastKey() {
        return written.stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    private static String text(long tag) {
        return Long.toString(tag, RADIX);
    }

    private boolean isWrittenDown(dev.danta.bench.Operation operation, int key) {
        return !readsBack || !(operation instanceof dev.danta.bench.Operation.Sum) || written.contains(key);
    }

    private List<Step> steps(dev.danta.bench.Operation operation, long tag) {
        if (operation instanceof dev.danta.bench.Operation.Transfer transfer) {
            return List.of(
                    read(transfer.from()), read(transfer.to()), write(transfer.from(), tag), write(transfer.to(), tag));
        }
        if (operation instanceof dev.danta.bench.Operation.Take take) {
            return List.of(read(take.key()), write(take.key(), tag));
        }
        if (operation instanceof dev.danta.bench.Operation.Update update) {
            return List.of(read(update.key()), write(update.key(), tag));
        }
        if (operation instanceof dev.danta.bench.Operation.Put put) {
            return List.of(write(put.key(), tag));
        }
        if (operation instanceof dev.danta.bench.Operation.Get get) {
            return List.of(read(get.key()));
        }
        List<Step> steps = new ArrayList<>();
        if (operation instanceof dev.danta.bench.Operation.Sum sum) {
            for (int key = sum.first(); key <= sum.last(); key++) {
                if (isWrittenDown(sum, key)) {
                    steps.add(read(key));
                }
            }
        }
        return steps;
    }

    private Step read(int key) {
        return reads.computeIfAbsent(key, absent -> new Step.Read(Integer.toString(key)));
    }

    private Step write(int key, long tag) {
        written.add(key);
        return new Step.Write(read(key).register(), text(tag));
    }

    /**
     * Writes the history to a file and does not judge it: for whoever wants to know what led to the failure of a run. What is
     * under way is of unknown outcome.
     *
     * @param file as for {@link #judge}
     * @param seed of the run
     * @throws IOException if the file cannot be written
     */
    public void write(Path file, long seed) throws IOException {
        write(file, seed, recorder.history(), recorder.aborted());
    }

    private static void write(
            Path file,
            long seed,
            History<RegisterTxn, RegistersSeen> history,
            List<Operation<RegisterTxn, RegistersSeen>> failed)
            throws IOException {
        HistoryWriter.write(
                file,
                JudgeSettings.defaults()
                        .withInitial(text(Cell.INITIAL))
                        .header(Subject.TXN_REGISTER)
                        .withSeed(seed),
                RegisterTxnCodec.txns(),
                history,
                failed);
    }

    /**
     * Writes the history to a file, which {@code danta check} judges again, and judges it; every client must have ended.
     *
     * @param file compressed if its name ends in {@code .gz}; replaced if it is there
     * @param seed of the run
     * @throws IOException if the file cannot be written
     */
    public Judged judge(Path file, long seed) throws IOException {
        String initial = text(Cell.INITIAL);
        History<RegisterTxn, RegistersSeen> history = recorder.history();
        List<Operation<RegisterTxn, RegistersSeen>> failed = recorder.aborted();
        write(file, seed, history, failed);
        long before = System.nanoTime();
        Result<RegisterTxn, RegistersSeen> result;
        try {
            result = RegisterCheck.check(history, failed, initial, false, Consistency.STRICT_SERIALIZABLE)
                    .result();
        } catch (MalformedHistoryException malformed) {
            throw new LoadException("the history in " + file + " cannot be judged: " + malformed.getMessage());
        }
        return new Judged(
                result.isValid()
                        ? Measurement.Holds.YES
                        : result instanceof Result.Invalid ? Measurement.Holds.NO : Measurement.Holds.UNDECIDED,
                result.sentence(),
                history.size(),
                history.size() - history.known(),
                failed.size(),
                file,
                Duration.ofNanos(System.nanoTime() - before));
    }
}
