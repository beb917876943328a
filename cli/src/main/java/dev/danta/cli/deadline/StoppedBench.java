package dev.danta.cli.deadline;

import com.sun.management.OperatingSystemMXBean;
import dev.danta.cli.cluster.ProcessCluster;
import dev.danta.client.DantaClient;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A client that goes on calling a cluster that has stopped: what that costs it, and whether it comes back with the cluster. */
public final class StoppedBench {
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final int CALLERS = 8;

    private final Duration duration;
    private final Duration every;
    private final Consumer<Sample> told;

    /**
     * What the client's process was like for a while.
     *
     * @param situation of the cluster
     * @param seconds since the cluster stopped
     * @param calls made in this time
     * @param failures of them
     * @param threads of the process at the end of it
     * @param heapBytes in use after a collection
     * @param cpuMillis used in this time
     */
    public record Sample(
            String situation, long seconds, long calls, long failures, int threads, long heapBytes, long cpuMillis) {}

    /**
     * Not begun.
     *
     * @param duration for which the cluster is stopped
     * @param every how often a sample is taken
     * @param told each sample
     */
    public StoppedBench(Duration duration, Duration every, Consumer<Sample> told) {
        this.duration = duration;
        this.every = every;
        this.told = told;
    }

    /** The samples: one before the cluster stops, those while it is stopped, one after it has come back. */
    public List<Sample> run() throws InterruptedException {
        try (ProcessCluster cluster = ProcessCluster.start(3);
                DantaClient client = DantaClient.builder()
                        .endpoints(cluster.endpoints())
                        .deadline(DEADLINE)
                        .build()) {
            Callers callers = new Callers(new CallList(client, DEADLINE));
            try {
                return run(cluster, callers);
            } finally {
                callers.stop();
            }
        }
    }

    private List<Sample> run(ProcessCluster cluster, Callers callers) throws InterruptedException {
        List<Sample> samples = new ArrayList<>();
        samples.add(sample("up", 0, callers));
        cluster.killAll();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < duration.toNanos()) {
            samples.add(sample("stopped", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun), callers));
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
        cluster.startAll();
        samples.add(sample("up again", seconds, callers));
        return samples;
    }

    private Sample sample(String situation, long seconds, Callers callers) {
        long calls = callers.calls.sum();
        long failures = callers.failures.sum();
        long cpu = cpuMillis();
        long end = System.nanoTime() + every.toNanos();
        for (long left = every.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        long cpuAfter = cpuMillis();
        // What is garbage is not kept: only what is left after this says whether something grows.
        System.gc();
        Sample sample = new Sample(
                situation,
                seconds,
                callers.calls.sum() - calls,
                callers.failures.sum() - failures,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                cpuAfter - cpu);
        told.accept(sample);
        return sample;
    }

    private static long cpuMillis() {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return TimeUnit.NANOSECONDS.toMillis(process.getProcessCpuTime());
    }

    /** Threads that make one call after the other. */
    private static final class Callers {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final LongAdder calls = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final List<Thread> threads = new ArrayList<>();

        Callers(CallList list) {
            List<String> names = list.names();
            for (int i = 0; i < CALLERS; i++) {
                int first = i;
                Thread thread = new Thread(() -> call(list, names, first), "caller-" + i);
                thread.setDaemon(true);
                threads.add(thread);
                thread.start();
            }
        }

        private void call(CallList list, List<String> names, int first) {
            for (int i = first; !stopped.get(); i++) {
                CallList.Answer answer = list.make(names.get(i % names.size()));
                calls.increment();
                if (!answer.error().isEmpty()) {
                    failures.increment();
                }
                // Hundreds of calls a second are enough.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
