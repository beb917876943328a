package dev.danta.bench.application;

import dev.danta.scenario.Application;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the users of an application do one step after the other, each on a thread of its own. To be used once: {@link #prepare},
 * {@link #run}, {@link #audit}, by one thread.
 */
public final class ApplicationRun {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final Application application;
    private final List<ApplicationClient> clients;
    private final ApplicationSettings settings;
    private final Journal journal;
    private final SplittableRandom seeds;

    /** Users are spread over these clients, one after the other. */
    public ApplicationRun(Application application, List<ApplicationClient> clients, ApplicationSettings settings) {
        this.application = application;
        this.clients = List.copyOf(clients);
        this.settings = settings;
        this.journal = new Journal(settings.journalMax());
        this.seeds = new SplittableRandom(settings.seed());
    }

    /** What users asked and were told. */
    public Journal journal() {
        return journal;
    }

    /** Puts there what must be there; false if that was not possible for as long as one has patience. */
    public boolean prepare() throws InterruptedException {
        return untilDone(
                application::prepare,
                clients,
                System.nanoTime() + settings.patience().toNanos());
    }

    /** Every client reads what the verdict needs, one after the other: each gives back what it holds. False as for {@link #prepare}. */
    public boolean audit() throws InterruptedException {
        long end = System.nanoTime() + settings.patience().toNanos();
        for (ApplicationClient client : clients) {
            if (!untilDone(application::audit, List.of(client), end)) {
                return false;
            }
        }
        return true;
    }

    private boolean untilDone(BiConsumer<ApplicationUser, Consumer<Boolean>> what, List<ApplicationClient> by, long end)
            throws InterruptedException {
        for (int i = 0; System.nanoTime() - end < 0; i++) {
            ApplicationUser user = by.get(i % by.size()).user(seeds.nextLong());
            if (user.await(then -> what.accept(user, then))) {
                return true;
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
        }
        return false;
    }

    /**
     * The load, from its beginning until the last step has ended.
     *
     * @param onSecond told on this thread, once in a second
     */
    public ApplicationFigures run(Consumer<ApplicationFigures.Second> onSecond) throws InterruptedException {
        long begin = System.nanoTime();
        Pace pace = new Pace(settings.phases(), begin);
        StepCounts counts = new StepCounts(settings.phases().size());
        AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();
        List<Thread> users = new ArrayList<>();
        for (int i = 0; i < settings.users(); i++) {
            ApplicationUser user = clients.get(i % clients.size()).user(seeds.nextLong());
            Thread thread = new Thread(() -> use(user, pace, counts, bug), "user-" + i);
            thread.setDaemon(true);
            users.add(thread);
        }
        users.forEach(Thread::start);
        List<ApplicationFigures.Second> seconds = new ArrayList<>();
        try {
            long last = begin;
            while (pace.end() - System.nanoTime() > 0 && bug.get() == null) {
                TimeUnit.NANOSECONDS.sleep(Math.min(TICK.toNanos(), Math.max(1, pace.end() - System.nanoTime())));
                long now = System.nanoTime();
                // What has ended in it was mostly to begin before its end.
                String phase = settings.phases().get(pace.phaseAt(last)).name();
                seconds.add(counts.second(phase, Duration.ofNanos(now - begin), Duration.ofNanos(now - last)));
                onSecond.accept(seconds.get(seconds.size() - 1));
                last = now;
            }
            for (Thread user : users) {
                user.join();
            }
        } finally {
            users.forEach(Thread::interrupt);
        }
        Throwable wrong = bug.get();
        if (wrong != null) {
            throw new IllegalStateException("a user of " + application.name() + " failed as it must not", wrong);
        }
        return figures(pace, counts, seconds);
    }

    private void use(ApplicationUser user, Pace pace, StepCounts counts, AtomicReference<@Nullable Throwable> bug) {
        try {
            Application.Step steps = application.newUser(journal.of(user));
            while (bug.get() == null) {
                Pace.Turn turn = pace.next(System.nanoTime());
                if (turn.phase() == settings.phases().size()) {
                    return;
                }
                for (long left = turn.atNanos() - System.nanoTime();
                        left > 0;
                        left = turn.atNanos() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
                Application.Done done = user.<Application.Done>await(steps::next);
                counts.add(turn.phase(), done, System.nanoTime() - turn.atNanos());
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error wrong) {
            bug.compareAndSet(null, wrong);
        }
    }

    private ApplicationFigures figures(Pace pace, StepCounts counts, List<ApplicationFigures.Second> seconds) {
        List<ApplicationFigures.Phase> phases = new ArrayList<>();
        for (int i = 0; i < settings.phases().size(); i++) {
            ApplicationSettings.Phase phase = settings.phases().get(i);
            phases.add(new ApplicationFigures.Phase(
                    phase.name(),
                    phase.perSecond(),
                    phase.length(),
                    pace.leftOut(i),
                    counts.all(i),
                    counts.operations(i)));
        }
        return new ApplicationFigures(phases, counts.operations(), seconds);
    }
}
