package dev.danta.cli.campaign;

import dev.danta.check.txn.AppendTxn.Step;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.testkit.junit.RecordedLists;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Users who append to lists and read them in transactions, each a thread that asks for one after the other. */
final class ListsLoad {
    /** On how many lists all are at work. */
    private static final int LISTS = 8;

    /** After so many transactions the first of them is left, and another one taken. */
    private static final int LIST_MAX = 60;

    private static final int STEPS_MAX = 4;
    private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

    private final RecordedLists lists;
    private final ListsSettings settings;
    private final List<Thread> users = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong elements = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> bug = new AtomicReference<>();
    private volatile boolean ending;

    ListsLoad(List<DantaClient> clients, ListsSettings settings) {
        this.settings = settings;
        this.lists = new RecordedLists(clients.get(0), "campaign", "lists");
        SplittableRandom seeds = new SplittableRandom(settings.seed());
        for (int i = 0; i < clients.size() * ListsSettings.USERS_EACH; i++) {
            RecordedLists own = lists.by(clients.get(i % clients.size()));
            SplittableRandom random = seeds.split();
            users.add(new Thread(() -> use(own, random), "lists-user-" + i));
        }
    }

    void begin() {
        users.forEach(Thread::start);
    }

    /** How many transactions have begun. */
    int begun() {
        return begun.get();
    }

    /**
     * Begins no more, and waits until all have ended.
     *
     * @throws CampaignException if a client had another answer than it may have
     */
    void end() throws InterruptedException {
        ending = true;
        for (Thread user : users) {
            user.join();
        }
        RuntimeException wrong = bug.get();
        if (wrong != null) {
            throw new CampaignException("a client failed as it must not: " + wrong);
        }
    }

    /** What was asked and answered. */
    RecordedLists lists() {
        return lists;
    }

    private void use(RecordedLists own, SplittableRandom random) {
        while (!ending && begun.get() < settings.historyMax()) {
            try {
                own.run(draw(begun.getAndIncrement(), random));
            } catch (DantaException failed) {
                // It is written down. Whoever fails at once would fill the history with failures.
                LockSupport.parkNanos(AFTER_FAILURE.toNanos());
            } catch (RuntimeException wrong) {
                bug.compareAndSet(null, wrong);
                return;
            }
        }
    }

    private List<Step> draw(int number, SplittableRandom random) {
        List<Step> steps = new ArrayList<>();
        int size = 1 + random.nextInt(STEPS_MAX);
        for (int i = 0; i < size; i++) {
            String list = "l" + (number / LIST_MAX + random.nextInt(LISTS));
            steps.add(
                    random.nextBoolean()
                            ? new Step.Read(list)
                            : new Step.Append(list, Long.toString(elements.incrementAndGet())));
        }
        return steps;
    }
}
