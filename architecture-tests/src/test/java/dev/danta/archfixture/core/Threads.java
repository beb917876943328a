package dev.danta.archfixture.core;

import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Does not keep to one thread. */
@SuppressWarnings("all")
public final class Threads {
    private Threads() {}

    static Object concurrent() {
        return new ConcurrentHashMap<>();
    }

    static Object unit() {
        return TimeUnit.SECONDS;
    }

    static Object atomic() {
        return new AtomicLong();
    }

    static Object thread() {
        return Thread.currentThread();
    }

    static void group(ThreadGroup group) {}

    static void local(ThreadLocal<String> local) {}

    static void inheritable(InheritableThreadLocal<String> local) {}

    static int runtime() {
        return Runtime.getRuntime().availableProcessors();
    }

    static void process(Process process) {}

    static void builder(ProcessBuilder builder) {}

    static void timer(Timer timer) {}

    static void task(TimerTask task) {}

    static void waits(Object on) throws Exception {
        on.wait();
    }

    static void notifies(Object all) {
        all.notify();
    }

    static void notifiesAll(Object all) {
        all.notifyAll();
    }

    static Object parallel() {
        return IntStream.range(0, 3).parallel();
    }

    static Object parallelStream(List<String> list) {
        return list.parallelStream();
    }
}
