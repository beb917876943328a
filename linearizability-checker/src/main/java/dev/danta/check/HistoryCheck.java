package dev.danta.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * <pre>{@code
 * Result<Input, Output> result = HistoryCheck.check(new RegisterModel(), recorder.history());
 * }</pre>
 *
 * <p>A history in which no answer is known is {@linkplain Result.Reason#VACUOUS vacuous}, which is unknown and no pass,
 * unless {@link CheckOptions#acceptVacuous} says otherwise. What is not well-formed never gets here: it does not become a
 * {@link History}, but a {@link MalformedHistoryException}.
 *
 * <p>Thread-safe. The searches run in threads of the check's own, as many as {@link CheckOptions#threads} says and there
 * are partitions for; the calling thread waits for them, and when the time is over no longer, whatever a model is doing:
 * the thread of a step that neither asks its {@link Cancellation} nor heeds interruption is left behind, as a daemon.
 * Interrupting the calling thread ends the check as {@link Result.Reason#CANCELLED}.
 */
public final class HistoryCheck {
    private HistoryCheck() {}

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
        return check(model, history, options, Engine.named(options.engine()));
    }

    static <S, I, O> Result<I, O> check(
            Model<S, I, O> model, History<I, O> history, CheckOptions options, Engine engine) {
        Limits limits = new Limits(options);
        List<Partition<I, O>> partitions = Partition.of(model, history);
        Verdicts<I, O> verdicts = new Verdicts<>(history, partitions, limits);
        new Run<>(model, partitions, options, engine, limits, verdicts).run();
        return verdicts.result(options);
    }

    /** The same in the calling thread, where nobody waits and so nobody gives up on a step: for thousands of small checks. */
    static <S, I, O> Result<I, O> checkHere(Model<S, I, O> model, History<I, O> history, CheckOptions options) {
        return checkHere(model, history, options, Engine.named(options.engine()));
    }

    static <S, I, O> Result<I, O> checkHere(
            Model<S, I, O> model, History<I, O> history, CheckOptions options, Engine engine) {
        Limits limits = new Limits(options);
        List<Partition<I, O>> partitions = Partition.of(model, history);
        Verdicts<I, O> verdicts = new Verdicts<>(history, partitions, limits);
        Run<S, I, O> run = new Run<>(model, partitions, options, engine, limits, verdicts);
        run.work(run.largestFirst(), new AtomicInteger());
        return verdicts.result(options);
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
            List<Integer> order = largestFirst();
            int workers = Math.min(options.threads(), partitions.size());
            inThreads(order, workers);
            if (workers > 1) {
                // A search that ran out of memory shared it with others; alone it may fit.
                List<Integer> starved =
                        order.stream().filter(verdicts::ranOutOfMemory).toList();
                inThreads(starved, Math.min(1, starved.size()));
            }
        }

        List<Integer> largestFirst() {
            List<Integer> order = new ArrayList<>(partitions.size());
            for (int i = 0; i < partitions.size(); i++) {
                order.add(i);
            }
            order.sort(Comparator.comparingInt(i -> -partitions.get(i).size()));
            return order;
        }

        private void work(List<Integer> order, AtomicInteger taken) {
            for (int at = taken.getAndIncrement(); at < order.size(); at = taken.getAndIncrement()) {
                if (limits.requested()) {
                    return;
                }
                int partition = order.get(at);
                Engine.Verdict<I, O> verdict = judged(partitions.get(partition), verdicts.watch(partition));
                verdicts.put(partition, verdict);
                if (verdict instanceof Engine.Verdict.Stuck && !options.all()) {
                    limits.stop(Result.Reason.CANCELLED);
                }
            }
        }

        private Engine.Verdict<I, O> judged(Partition<I, O> partition, Watch<I, O> watch) {
            try {
                return engine.search(model, partition, watch);
            } catch (RuntimeException | Error thrown) {
                if (!ExhaustedHeap.isBehind(thrown)) {
                    throw thrown;
                }
                // The search counts what it holds, but a model may hold more than it says. All of it is garbage now.
                return watch.stopped(Result.Reason.MEMORY, "the heap is exhausted");
            }
        }

        private void tell() {
            options.observer().accept(verdicts.progress());
        }

        private void inThreads(List<Integer> order, int workers) {
            if (workers > 0 && !limits.requested()) {
                AtomicInteger taken = new AtomicInteger();
                new Workers(limits, workers, () -> work(order, taken), this::tell).run();
            }
        }
    }

    /** The verdicts so far, one place for each partition. Thread-safe: a place is written by one worker at a time. */
    private static final class Verdicts<I, O> {
        private final History<I, O> history;
        private final List<Partition<I, O>> partitions;
        private final Limits limits;
        private final AtomicReferenceArray<@Nullable Watch<I, O>> watches;
        private final AtomicReferenceArray<Engine.@Nullable Verdict<I, O>> verdicts;

        Verdicts(History<I, O> history, List<Partition<I, O>> partitions, Limits limits) {
            this.history = history;
            this.partitions = partitions;
            this.limits = limits;
            this.watches = new AtomicReferenceArray<>(partitions.size());
            this.verdicts = new AtomicReferenceArray<>(partitions.size());
        }

        /** For a search of this partition that begins now. */
        Watch<I, O> watch(int partition) {
            Watch<I, O> watch = new Watch<>(limits);
            watches.set(partition, watch);
            return watch;
        }

        void put(int partition, Engine.Verdict<I, O> verdict) {
            verdicts.set(partition, verdict);
        }

        boolean ranOutOfMemory(int partition) {
            return verdicts.get(partition) instanceof Engine.Verdict.Stopped<I, O> stopped
                    && stopped.reason() == Result.Reason.MEMORY;
        }

        /** How far the searches have got by now, whether they go on or not. */
        Result.Progress progress() {
            EnumSet<EngineName> engines = EnumSet.noneOf(EngineName.class);
            int decided = 0;
            long configurations = 0;
            for (int i = 0; i < partitions.size(); i++) {
                Watch<I, O> watch = watches.get(i);
                Engine.Verdict<I, O> verdict = verdicts.get(i);
                if (watch != null && watch.engine() != null) {
                    engines.add(watch.engine());
                }
                if (verdict != null) {
                    decided += verdict instanceof Engine.Verdict.Stopped ? 0 : 1;
                    configurations += verdict.configurations();
                } else if (watch != null) {
                    configurations += watch.configurations();
                }
            }
            return new Result.Progress(
                    history.size(),
                    partitions.size(),
                    decided,
                    configurations,
                    limits.peakBytes(),
                    Duration.ofNanos(limits.elapsedNanos()),
                    List.copyOf(engines));
        }

        Result<I, O> result(CheckOptions options) {
            Map<String, List<Operation<I, O>>> witness = new LinkedHashMap<>();
            List<Result.Failure<I, O>> failures = new ArrayList<>();
            List<String> undecided = new ArrayList<>();
            Engine.Verdict.Stopped<I, O> gaveUp = null;
            for (int i = 0; i < partitions.size(); i++) {
                Watch<I, O> watch = watches.get(i);
                Engine.Verdict<I, O> verdict = verdicts.get(i);
                if (verdict == null && watch != null) {
                    // A search that was left behind: what it has told is all there is.
                    verdict = watch.stopped(Result.Reason.CANCELLED, "");
                }
                if (verdict instanceof Engine.Verdict.Linearizable<I, O> linearizable) {
                    witness.put(partitions.get(i).name(), linearizable.order());
                } else if (verdict instanceof Engine.Verdict.Stuck<I, O> stuck) {
                    failures.add(stuck.failure());
                } else {
                    undecided.add(partitions.get(i).name());
                    if (verdict instanceof Engine.Verdict.Stopped<I, O> stopped && gaveUp == null) {
                        gaveUp = stopped;
                    }
                }
            }
            Result.Progress progress = progress();
            if (!failures.isEmpty()) {
                failures.sort(
                        Comparator.comparingLong(failure -> failure.operation().completedAt()));
                return new Result.Invalid<>(failures, progress);
            }
            if (!undecided.isEmpty()) {
                return undecided(undecided, gaveUp, progress);
            }
            if (history.known() == 0 && !options.acceptVacuous()) {
                return new Result.Unknown<>(Result.Reason.VACUOUS, undecided, null, progress);
            }
            return new Result.Valid<>(Collections.unmodifiableMap(witness), history.known() == 0, progress);
        }

        private Result<I, O> undecided(
                List<String> undecided, Engine.Verdict.@Nullable Stopped<I, O> gaveUp, Result.Progress progress) {
            Result.Reason common = limits.stopped();
            if (gaveUp == null) {
                return new Result.Unknown<>(
                        common == null ? Result.Reason.CANCELLED : common, undecided, null, progress);
            }
            return common == null
                    ? new Result.Unknown<>(gaveUp.reason(), undecided, gaveUp.furthest(), gaveUp.detail(), progress)
                    : new Result.Unknown<>(common, undecided, gaveUp.furthest(), progress);
        }
    }
}
