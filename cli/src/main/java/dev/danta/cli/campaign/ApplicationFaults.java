package dev.danta.cli.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happens to an application's nodes in the middle of a load, on a thread of its own: a node is killed, another is cut off. */
public final class ApplicationFaults {
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final ApplicationNodes nodes;
    private final Duration load;
    private final @Nullable Duration kill;
    private final @Nullable Duration cut;
    private final int killed;
    private final int cutOff;
    private final List<String> happened = new ArrayList<>();
    private final Thread thread = new Thread(this::happen, "faults");
    private @Nullable RuntimeException failed;
    private long begin;

    /**
     * Nothing happens before {@link #begin}.
     *
     * @param load how long it lasts
     * @param kill for how long a node stays dead; null if none is killed
     * @param cut for how long a node is cut off; null if none is
     * @param count of the nodes
     * @param seed of which nodes
     */
    public ApplicationFaults(
            ApplicationNodes nodes,
            Duration load,
            @Nullable Duration kill,
            @Nullable Duration cut,
            int count,
            long seed) {
        this.nodes = nodes;
        this.load = load;
        this.kill = kill;
        this.cut = cut;
        Random random = new Random(seed);
        this.killed = 1 + random.nextInt(count);
        this.cutOff = 1 + (killed + random.nextInt(count - 1)) % count;
        this.thread.setDaemon(true);
    }

    /** The load begins. */
    public void begin() {
        begin = System.nanoTime();
        thread.start();
    }

    /**
     * The load is over: what happens is brought to its end.
     *
     * @throws CampaignException if a node did not come back
     */
    public void end() throws InterruptedException {
        thread.join();
        synchronized (this) {
            if (failed != null) {
                throw failed;
            }
        }
    }

    /** In words, in order. */
    public synchronized List<String> happened() {
        return List.copyOf(happened);
    }

    private void happen() {
        try {
            Duration all = length(kill).plus(length(cut));
            sleep(load.minus(all).dividedBy(2));
            if (kill != null) {
                say("node " + killed + " is killed");
                nodes.kill(killed);
                sleep(kill);
                nodes.restart(killed);
                say("node " + killed + " serves again");
                sleep(BETWEEN);
            }
            if (cut != null) {
                say("node " + cutOff + " is cut off, with the clients beside it");
                nodes.cutOff(cutOff);
                sleep(cut);
                nodes.heal();
                say("nobody is cut off");
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException wrong) {
            synchronized (this) {
                failed = wrong;
            }
        }
    }

    private static Duration length(@Nullable Duration fault) {
        return fault == null ? Duration.ZERO : fault;
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    private synchronized void say(String what) {
        happened.add(String.format(Locale.ROOT, "%.1f s: %s", (System.nanoTime() - begin) / 1e9, what));
    }
}
