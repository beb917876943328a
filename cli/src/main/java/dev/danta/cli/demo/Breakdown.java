package dev.danta.cli.demo;

import dev.danta.cli.report.Outage;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node fails in mid-sale, without warning, and comes back from its folder. Which one, after how many sales, and after
 * how many more it is back, is drawn from the seed; should sales stop, it comes back all the same.
 */
final class Breakdown implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Breakdown.class);

    /** The node is back after this long at the latest. */
    private static final long AWAY_MAX_MILLIS = 2_500;

    private final NodeSwitch nodes;
    private final int node;
    private final int killAfter;
    private final int backAfter;
    private final long startNanos;
    private final CountDownLatch kill = new CountDownLatch(1);
    private final CountDownLatch back = new CountDownLatch(1);
    private volatile long killedNanos = -1;
    private volatile long backNanos = -1;
    private volatile boolean over;

    Breakdown(NodeSwitch nodes, int units, SplittableRandom random, long startNanos) {
        this.nodes = nodes;
        this.node = random.nextInt(nodes.nodes());
        this.killAfter = Math.max(1, (int) (units * (0.25 + 0.2 * random.nextDouble())));
        this.backAfter = Math.max(killAfter + 1, (int) (units * (0.65 + 0.15 * random.nextDouble())));
        this.startNanos = startNanos;
    }

    /** So many units are sold. */
    void onSold(int sold) {
        if (sold >= killAfter) {
            kill.countDown();
        }
        if (sold >= backAfter) {
            back.countDown();
        }
    }

    /** Nobody comes any more: what has not failed by now does not fail, and what has comes back. */
    void onSaleOver() {
        over = kill.getCount() > 0;
        kill.countDown();
        back.countDown();
    }

    @Override
    public void run() {
        try {
            kill.await();
            if (over) {
                return;
            }
            // From the first moment on it does not answer; all of it has gone only a while later.
            long from = System.nanoTime() - startNanos;
            nodes.kill(node);
            killedNanos = from;
            boolean soldOn = back.await(AWAY_MAX_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("{} comes back, {}", nodes.name(node), soldOn ? "as drawn" : "because sales are slow");
            nodes.restart(node);
            backNanos = System.nanoTime() - startNanos;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What happened; null if the node did not fail. */
    @Nullable
    Outage outage() {
        long from = killedNanos;
        return from < 0 ? null : new Outage(nodes.name(node), from, Math.max(from, backNanos));
    }

    /** For the progress line. */
    String inWords() {
        long from = killedNanos;
        long to = backNanos;
        if (from < 0) {
            return "";
        }
        String killed = ", " + nodes.name(node) + " killed at " + seconds(from);
        return to < 0 ? killed : killed + ", back at " + seconds(to);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
