package dev.danta.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a history is linearizable.
 *
 * <p>A history is linearizable if there is one order of its known operations, and of some of those of unknown outcome,
 * that keeps every operation within its interval and in which the model gives every answer that was given (Herlihy and
 * Wing 1990). Partitions are judged alone (locality), the largest first, several at a time.
 *
 * <p>Thread-safe; a check uses threads of its own only if {@link CheckOptions#threads} and the number of partitions
 * are both above 1. Interrupting the calling thread ends the check as {@link Result.Reason#CANCELLED}.
 */
public final class Checker {
    /** How long after the limit a step that does not ask its cancellation is waited for before it is left alone. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private Checker() {}

    /** Checks with {@link CheckOptions#defaults}. */
    public static <S, I, O> Result<I, O> check(Model<S, I, O> model, History<I, O> history) {
        return check(model, history, CheckOptions.defaults());
    }

    /**
     * Checks a history against a model.
     *
     * @return the verdict; never {@link Result.Valid} unless every partition was searched to a linearization
     * @throws RuntimeException whatever the model itself throws
     */
    public static <S, I, O> Result<I, O> check(Model<S, I, O> model, History<I, O> history, CheckOptions options) {
        return check(model, history, options, new WglEngine(true));
    }

    static <S, I, O> Result<I, O> check(
            Model<S, I, O> model, History<I, O> history, CheckOptions options, Engine engine) {
        Limits limits = new Limits(options);
        List<Partition<I, O>> partitions = Partition.of(model, history);
        Verdicts<I, O> verdicts = new Verdicts<>(partitions);
        Run<S, I, O> run = new Run<>(model, partitions, options, engine, limits, verdicts);
        run.run();
        return verdicts.result(history, options, limits);
    }

    /** One check: the partitions and those who work on them. */
    private record Run<S, I, O>(
            Model<S, I, O> model,
            List<Partition<I, O>> partitions,
            CheckOptions options,
            Engine engine,
            Limits limits,
            Verdicts<I, O> verdicts) {

        void run() {
            List<Integer> order = new ArrayList<>(partitions.size());
            for (int i = 0; i < partitions.size(); i++) {
                order.add(i);
            }
            order.sort(Comparator.comparingInt(i -> -partitions.get(i).size()));
            int workers = Math.min(options.threads(), partitions.size());
            if (workers <= 1) {
                work(order, new AtomicInteger());
                return;
            }
            inParallel(order, workers);
            // A search that ran out of memory shared it with others; alone it may fit.
            List<Integer> starved =
                    order.stream().filter(verdicts::ranOutOfMemory).toList();
            work(starved, new AtomicInteger());
        }

        private void work(List<Integer> order, AtomicInteger taken) {
            for (int at = taken.getAndIncrement(); at < order.size(); at = taken.getAndIncrement()) {
                if (limits.requested()) {
                    return;
                }
                int partition = order.get(at);
                Engine.Verdict<I, O> verdict = engine.search(model, partitions.get(partition), limits);
                verdicts.put(partition, verdict);
                if (verdict instanceof Engine.Verdict.Stuck && !options.all()) {
                    limits.stop(Result.Reason.CANCELLED);
                }
            }
        }

        private void inParallel(List<Integer> order, int workers) {
            AtomicInteger taken = new AtomicInteger();
            List<FutureTask<@Nullable Void>> tasks = new ArrayList<>(workers);
            List<Thread> threads = new ArrayList<>(workers);
            for (int i = 0; i < workers; i++) {
                FutureTask<@Nullable Void> task = new FutureTask<>(() -> work(order, taken), null);
                Thread thread = new Thread(task, "history-check-" + i);
                thread.setDaemon(true);
                tasks.add(task);
                threads.add(thread);
                thread.start();
            }
            try {
                for (FutureTask<@Nullable Void> task : tasks) {
                    task.get(Math.max(0, limits.remainingNanos() + GRACE_NANOS), TimeUnit.NANOSECONDS);
                }
            } catch (TimeoutException late) {
                limits.stop(Result.Reason.TIMEOUT);
            } catch (InterruptedException interrupted) {
                limits.stop(Result.Reason.CANCELLED);
                Thread.currentThread().interrupt();
            } catch (ExecutionException failed) {
                limits.stop(Result.Reason.CANCELLED);
                throw rethrown(failed.getCause());
            } finally {
                threads.forEach(Thread::interrupt);
            }
        }

        private static RuntimeException rethrown(@Nullable Throwable cause) {
            if (cause instanceof Error error) {
                throw error;
            }
            return cause instanceof RuntimeException exception ? exception : new IllegalStateException(cause);
        }
    }

    /** The verdicts so far, one place for each partition. Thread-safe: a place is written by one worker at a time. */
    private static final class Verdicts<I, O> {
        private final List<Partition<I, O>> partitions;
        private final AtomicReferenceArray<Engine.@Nullable Verdict<I, O>> verdicts;

        Verdicts(List<Partition<I, O>> partitions) {
            this.partitions = partitions;
            this.verdicts = new AtomicReferenceArray<>(partitions.size());
        }

        void put(int partition, Engine.Verdict<I, O> verdict) {
            verdicts.set(partition, verdict);
        }

        boolean ranOutOfMemory(int partition) {
            return verdicts.get(partition) instanceof Engine.Verdict.Stopped<I, O> stopped
                    && stopped.reason() == Result.Reason.MEMORY;
        }

        Result<I, O> result(History<I, O> history, CheckOptions options, Limits limits) {
            Map<String, List<Operation<I, O>>> witness = new LinkedHashMap<>();
            List<Result.Failure<I, O>> failures = new ArrayList<>();
            List<String> undecided = new ArrayList<>();
            Operation<I, O> furthest = null;
            Result.Reason reason = limits.stopped();
            long configurations = 0;
            for (int i = 0; i < partitions.size(); i++) {
                Engine.Verdict<I, O> verdict = verdicts.get(i);
                configurations += verdict == null ? 0 : verdict.configurations();
                if (verdict instanceof Engine.Verdict.Linearizable<I, O> linearizable) {
                    witness.put(partitions.get(i).name(), linearizable.order());
                } else if (verdict instanceof Engine.Verdict.Stuck<I, O> stuck) {
                    failures.add(stuck.failure());
                } else {
                    undecided.add(partitions.get(i).name());
                    if (verdict instanceof Engine.Verdict.Stopped<I, O> stopped && furthest == null) {
                        furthest = stopped.furthest();
                        reason = reason == null ? stopped.reason() : reason;
                    }
                }
            }
            Result.Progress progress = new Result.Progress(
                    history.size(),
                    partitions.size(),
                    partitions.size() - undecided.size(),
                    configurations,
                    limits.peakBytes(),
                    Duration.ofNanos(limits.elapsedNanos()),
                    List.of(EngineName.WGL));
            if (!failures.isEmpty()) {
                failures.sort(
                        Comparator.comparingLong(failure -> failure.operation().completedAt()));
                return new Result.Invalid<>(failures, progress);
            }
            if (!undecided.isEmpty()) {
                return new Result.Unknown<>(
                        reason == null ? Result.Reason.CANCELLED : reason, undecided, furthest, progress);
            }
            if (history.known() == 0 && !options.acceptVacuous()) {
                return new Result.Unknown<>(Result.Reason.VACUOUS, undecided, null, progress);
            }
            return new Result.Valid<>(Collections.unmodifiableMap(witness), history.known() == 0, progress);
        }
    }
}
