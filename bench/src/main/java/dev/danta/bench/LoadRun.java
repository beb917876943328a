package dev.danta.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The load generator: prepares, runs closed loops, measures, and looks at the invariant when everything has ended.
 *
 * <p>Each client is a thread of its own and asks the target that its number falls to. Whatever a target throws ends the
 * run with that exception. One run at a time; not thread-safe.
 */
public final class LoadRun {
    /** Transactions under way at once while filling or summing. */
    private static final int PREPARING_CLIENTS_MAX = 8;

    /** How often one part of filling or summing is tried. */
    private static final int PART_TRIES_MAX = 20;

    /** How often a sum that does not come out is taken again, because something was still being settled. */
    private static final int SUM_TRIES_MAX = 5;

    private static final int SUM_KEYS = 250;
    private static final long PAUSE_AFTER_TROUBLE_MAX_NANOS = 100_000_000L;
    private static final long BETWEEN_LOOKS_MILLIS = 500;
    private static final long TICK_NANOS = 1_000_000_000L;

    private final Workload workload;
    private final LoadSettings settings;
    private final List<? extends Target> targets;
    private final LoadListener listener;
    private final Tally warmup = new Tally();
    private final Tally measured = new Tally();
    private final Tally tail = new Tally();
    private final @Nullable Transcript transcript;
    private final Chronicle chronicle = new Chronicle();
    private final AtomicReference<@Nullable RuntimeException> bug = new AtomicReference<>();
    private volatile Tally current = warmup;
    private volatile boolean ended;

    LoadRun(
            Workload workload,
            LoadSettings settings,
            List<? extends Target> targets,
            LoadListener listener,
            @Nullable Transcript transcript) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a load needs somebody to ask");
        }
        if (transcript != null && !workload.isStrict()) {
            throw new IllegalArgumentException("there is no law for the history of what is not strict");
        }
        this.transcript = transcript;
        this.workload = workload;
        this.settings = settings;
        this.targets = List.copyOf(targets);
        this.listener = listener;
    }

    /**
     * A run to be made against a cluster.
     *
     * @param targets at least one; clients are spread over them
     * @param transcript takes down what clients ask and are told; null for nobody
     * @throws IllegalArgumentException if there is a transcript, and the workload is not a strict one
     */
    public static LoadRun against(
            List<ClusterTarget> targets,
            Workload workload,
            LoadSettings settings,
            LoadListener listener,
            @Nullable Transcript transcript) {
        return new LoadRun(workload, settings, targets, listener, transcript);
    }

    /** From now on, until the next one begins or the run ends, this is going on. To be called by any thread. */
    public void phase(String name) {
        chronicle.begin(name);
    }

    /** Ends the load before its time; to be called by any thread. */
    public void end() {
        ended = true;
    }

    /** How it went; after {@link #run}. */
    public Course course() {
        return chronicle.course();
    }

    /**
     * Fills the tables.
     *
     * @throws LoadException if a part could not be written
     */
    public void prepare() throws InterruptedException {
        List<Operation.Fill> parts = workload.preparation();
        List<Answer> answers = all(parts, listener::onPrepared);
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (answer.status() != Answer.Status.DONE) {
                throw new LoadException("keys " + parts.get(i).first() + " to "
                        + parts.get(i).last() + " could not be written: " + answer.detail());
            }
        }
    }

    /** Runs the load and measures it; to be called once. */
    public Measurement run() throws InterruptedException {
        SplittableRandom seeds = new SplittableRandom(settings.seed());
        List<Thread> threads = new ArrayList<>();
        Thread watcher = Thread.currentThread();
        for (int i = 0; i < settings.clients(); i++) {
            Target target = targets.get(i % targets.size());
            SplittableRandom random = seeds.split();
            Thread thread = new Thread(
                    () -> {
                        loop(target, random);
                        // It may be waiting for the next tick.
                        LockSupport.unpark(watcher);
                    },
                    "load-client-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        long start = System.nanoTime();
        threads.forEach(Thread::start);
        Histogram latencies = new Histogram(3);
        long from = start;
        SortedMap<String, Long> abortsBefore = new TreeMap<>();
        try {
            watch(start, settings.warmup(), false, warmup, new Histogram(3));
            abortsBefore = aborts();
            current = measured;
            from = System.nanoTime();
            watch(start, settings.duration().plusNanos(from - start), true, measured, latencies);
        } finally {
            current = tail;
            ended = true;
            chronicle.end();
        }
        Duration counted = Duration.ofNanos(System.nanoTime() - from);
        SortedMap<String, Long> aborted = aborts();
        abortsBefore.forEach((reason, times) -> aborted.merge(reason, -times, Long::sum));
        latencies.add(measured.interval());
        join(threads);
        return measurement(counted, latencies, aborted);
    }

    /** Looks at the invariant; everything must have ended, so after {@link #run}. */
    public Measurement verified(Measurement measurement) throws InterruptedException {
        if (transcript != null) {
            transcript.readsBack();
        }
        Workload.Invariant invariant = workload.invariant();
        if (invariant instanceof Workload.Invariant.SumIs sum) {
            return verifiedSum(measurement, sum);
        }
        if (invariant instanceof Workload.Invariant.TakenFrom stock) {
            return verifiedStock(measurement, stock);
        }
        if (transcript != null) {
            all(sums(transcript.lastKey()), listener::onVerifying);
        }
        return measurement;
    }

    private static List<Operation.Sum> sums(int last) {
        List<Operation.Sum> parts = new ArrayList<>();
        for (int first = 0; first <= last; first += SUM_KEYS) {
            parts.add(new Operation.Sum(first, Math.min(last, first + SUM_KEYS - 1)));
        }
        return parts;
    }

    private Measurement verifiedSum(Measurement measurement, Workload.Invariant.SumIs invariant)
            throws InterruptedException {
        List<Operation.Sum> parts = sums(invariant.last());
        long sum = 0;
        for (int i = 0; i < SUM_TRIES_MAX; i++) {
            sum = 0;
            for (Answer answer : all(parts, listener::onVerifying)) {
                if (answer.status() != Answer.Status.DONE) {
                    return with(measurement, Measurement.Holds.UNDECIDED, "the sum cannot be read: " + answer.detail());
                }
                sum += answer.value();
            }
            if (sum == invariant.sum()) {
                return with(measurement, Measurement.Holds.YES, "the sum is " + sum + ", as it was");
            }
        }
        boolean settled = warmup.unknown() + measured.unknown() + tail.unknown() == 0;
        return with(
                measurement,
                settled ? Measurement.Holds.NO : Measurement.Holds.UNDECIDED,
                "the sum is " + sum + ", it was " + invariant.sum() + (settled ? "" : "; some outcomes are unknown"));
    }

    private Measurement verifiedStock(Measurement measurement, Workload.Invariant.TakenFrom invariant)
            throws InterruptedException {
        Answer left =
                all(List.of(new Operation.Sum(0, 0)), listener::onVerifying).get(0);
        if (left.status() != Answer.Status.DONE) {
            return with(measurement, Measurement.Holds.UNDECIDED, "the stock cannot be read: " + left.detail());
        }
        long taken = warmup.done() + measured.done() + tail.done();
        long perhaps = warmup.unknown() + measured.unknown() + tail.unknown();
        long gone = invariant.initial() - left.value();
        boolean holds = gone >= taken && gone <= taken + perhaps && left.value() >= 0;
        return with(
                measurement,
                holds ? Measurement.Holds.YES : Measurement.Holds.NO,
                gone + " units are gone, " + taken + " were sold"
                        + (perhaps == 0 ? "" : " and perhaps " + perhaps + " more"));
    }

    private static Measurement with(Measurement measurement, Measurement.Holds holds, String text) {
        return new Measurement(
                measurement.workload(),
                measurement.measured(),
                measurement.done(),
                measurement.declined(),
                measurement.unknown(),
                measurement.failed(),
                measurement.retries(),
                measurement.fast(),
                measurement.slow(),
                measurement.settled(),
                measurement.aborts(),
                measurement.troubles(),
                measurement.latency(),
                holds,
                text);
    }

    private SortedMap<String, Long> aborts() {
        SortedMap<String, Long> sums = new TreeMap<>();
        targets.forEach(target -> target.aborts().forEach((reason, times) -> sums.merge(reason, times, Long::sum)));
        return sums;
    }

    private Transcript.@Nullable Scribe scribe() {
        return transcript == null ? null : transcript.scribe();
    }

    /** Asks, and has it taken down if somebody is there to do so. */
    private static Answer asked(Target target, Operation operation, Transcript.@Nullable Scribe scribe)
            throws ExecutionException, InterruptedException {
        if (scribe == null) {
            return target.submit(operation, Cell.INITIAL).toCompletableFuture().get();
        }
        Transcript.Line line = scribe.begin(operation);
        Answer answer =
                target.submit(operation, line.tag()).toCompletableFuture().get();
        line.end(answer);
        return answer;
    }

    private boolean mayGoOn() {
        return !ended && (transcript == null || !transcript.isFull());
    }

    private void loop(Target target, SplittableRandom random) {
        Transcript.Scribe scribe = scribe();
        try {
            while (mayGoOn()) {
                Operation operation = workload.next(random);
                long asked = System.nanoTime();
                Answer answer = asked(target, operation, scribe);
                long latencyNanos = System.nanoTime() - asked;
                current.add(answer, latencyNanos);
                chronicle.add(answer, latencyNanos);
                if (answer.status() == Answer.Status.FAILED) {
                    // Who cannot be reached must not be asked in a spin.
                    LockSupport.parkNanos(random.nextLong(PAUSE_AFTER_TROUBLE_MAX_NANOS));
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            fail(new CompletionException(failed.getCause()));
        } catch (RuntimeException thrown) {
            fail(thrown);
        }
    }

    private void fail(RuntimeException thrown) {
        bug.compareAndSet(null, thrown);
        ended = true;
    }

    private void watch(long start, Duration until, boolean measuring, Tally tally, Histogram total)
            throws InterruptedException {
        long end = start + until.toNanos();
        long doneBefore = 0;
        long retriesBefore = 0;
        long last = System.nanoTime();
        // Once at least, however long it took to begin.
        for (boolean more = !until.isZero(); more; more = mayGoOn() && end - System.nanoTime() > 0) {
            long pause = Math.min(TICK_NANOS, end - System.nanoTime());
            pause(pause);
            long now = System.nanoTime();
            Histogram interval = tally.interval();
            total.add(interval);
            long done = tally.done() + tally.declined();
            long retries = tally.retries();
            double operations = done - doneBefore;
            LoadListener.Tick tick = new LoadListener.Tick(
                    measuring,
                    Duration.ofNanos(now - start),
                    operations * 1e9 / Math.max(1, now - last),
                    interval.getTotalCount() == 0 ? 0 : interval.getValueAtPercentile(50),
                    interval.getTotalCount() == 0 ? 0 : interval.getValueAtPercentile(99),
                    operations == 0 ? 0 : (retries - retriesBefore) / operations,
                    tally.unknown(),
                    tally.failed());
            chronicle.add(tick);
            listener.onTick(tick);
            doneBefore = done;
            retriesBefore = retries;
            last = now;
        }
    }

    private static void pause(long nanos) throws InterruptedException {
        LockSupport.parkNanos(Math.max(1, nanos));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void join(List<Thread> threads) throws InterruptedException {
        long end = System.nanoTime() + settings.answerWithin().toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        RuntimeException thrown = bug.get();
        if (thrown != null) {
            throw thrown;
        }
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                thread.interrupt();
                throw new LoadException(thread.getName() + " has had no answer "
                        + settings.answerWithin().toSeconds() + " s after the end of the run");
            }
        }
    }

    private Measurement measurement(Duration counted, Histogram latencies, SortedMap<String, Long> aborted) {
        return new Measurement(
                workload.name(),
                counted,
                measured.done(),
                measured.declined(),
                measured.unknown(),
                measured.failed(),
                measured.retries(),
                measured.path(Answer.Path.FAST),
                measured.path(Answer.Path.SLOW),
                measured.path(Answer.Path.SETTLED),
                aborted,
                measured.troubles(),
                Measurement.Latency.of(latencies),
                workload.invariant() instanceof Workload.Invariant.None
                        ? Measurement.Holds.NONE
                        : Measurement.Holds.UNDECIDED,
                workload.invariant() instanceof Workload.Invariant.None
                        ? "the workload promises nothing"
                        : "not looked at");
    }

    private interface PartsDone {
        void done(int done, int of);
    }

    /** Some operations, several at a time, each tried until it is done or has been tried often enough. */
    private List<Answer> all(List<? extends Operation> parts, PartsDone watching) throws InterruptedException {
        Answer[] answers = new Answer[parts.size()];
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(settings.seed());
        for (int i = 0; i < Math.min(PREPARING_CLIENTS_MAX, parts.size()); i++) {
            Target target = targets.get(i % targets.size());
            SplittableRandom random = seeds.split();
            Thread thread = new Thread(
                    () -> {
                        Transcript.Scribe scribe = scribe();
                        try {
                            for (int at = taken.getAndIncrement(); at < parts.size(); at = taken.getAndIncrement()) {
                                answers[at] = tried(target, parts.get(at), scribe, random);
                                done.incrementAndGet();
                            }
                        } catch (InterruptedException interrupted) {
                            Thread.currentThread().interrupt();
                        } catch (ExecutionException failed) {
                            fail(new CompletionException(failed.getCause()));
                        }
                    },
                    "load-parts-" + i);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((dead, thrown) -> fail(new CompletionException(thrown)));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                thread.join(BETWEEN_LOOKS_MILLIS);
                watching.done(done.get(), parts.size());
            }
        }
        watching.done(done.get(), parts.size());
        RuntimeException thrown = bug.get();
        if (thrown != null) {
            throw thrown;
        }
        return List.of(answers);
    }

    private static Answer tried(
            Target target, Operation operation, Transcript.@Nullable Scribe scribe, SplittableRandom random)
            throws InterruptedException, ExecutionException {
        Answer answer = Answer.ended(Answer.Status.FAILED, 1, "not tried");
        for (int i = 0; i < PART_TRIES_MAX; i++) {
            answer = asked(target, operation, scribe);
            if (answer.status() == Answer.Status.DONE || answer.status() == Answer.Status.DECLINED) {
                return answer;
            }
            LockSupport.parkNanos(random.nextLong(PAUSE_AFTER_TROUBLE_MAX_NANOS));
        }
        return answer;
    }
}
