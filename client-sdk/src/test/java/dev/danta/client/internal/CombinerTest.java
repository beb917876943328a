package dev.danta.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CombinerTest {
    private record Numbered(int thread, int number) {}

    @Test
    void inputsOfManyThreadsAreWorkedOnOneAtATimeInOrderAndNoneIsLeftBehind() throws InterruptedException {
        int threads = 8;
        int each = 20_000;
        List<Numbered> seen = new ArrayList<>();
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger afterwards = new AtomicInteger();
        CountDownLatch handedOver = new CountDownLatch(1);
        Combiner<Numbered> combiner = new Combiner<>(
                7,
                Integer.MAX_VALUE,
                batch -> {
                    if (atWork.incrementAndGet() > 1) {
                        overlaps.incrementAndGet();
                    }
                    seen.addAll(batch);
                    atWork.decrementAndGet();
                    return List.of(() -> afterwards.addAndGet(batch.size()));
                },
                handedOver::countDown);

        List<Thread> submitters = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            submitters.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    combiner.submit(new Numbered(thread, i));
                }
            }));
        }
        submitters.forEach(Thread::start);
        for (Thread submitter : submitters) {
            submitter.join();
        }

        assertThat(overlaps).hasValue(0);
        assertThat(afterwards).hasValue(threads * each);
        assertThat(seen).hasSize(threads * each);
        int[] next = new int[threads];
        for (Numbered one : seen) {
            assertThat(one.number()).isEqualTo(next[one.thread()]);
            next[one.thread()]++;
        }
        assertThat(handedOver.getCount()).isOne();
    }

    @Test
    void whoeverLeavesWithWorkUndoneHandsOver() {
        List<Integer> seen = new ArrayList<>();
        AtomicInteger handOvers = new AtomicInteger();
        Combiner<Integer> combiner = new Combiner<>(
                2,
                1,
                batch -> {
                    seen.addAll(batch);
                    return List.of();
                },
                handOvers::incrementAndGet);

        combiner.submitAll(List.of(1, 2, 3, 4));
        assertThat(seen).containsExactly(1, 2);
        assertThat(handOvers).hasValue(1);

        combiner.drain();
        assertThat(seen).containsExactly(1, 2, 3, 4);
        assertThat(handOvers).hasValue(1);
    }

    @Test
    void whatFollowsABatchDoesNotHoldOthersUp() {
        List<Integer> seen = new ArrayList<>();
        CountDownLatch secondDone = new CountDownLatch(1);
        List<Combiner<Integer>> self = new ArrayList<>();
        List<Boolean> inTime = new ArrayList<>();
        Combiner<Integer> combiner = new Combiner<>(
                8,
                8,
                batch -> {
                    seen.addAll(batch);
                    if (batch.contains(2)) {
                        secondDone.countDown();
                        return List.of();
                    }
                    return List.of(() -> {
                        new Thread(() -> self.get(0).submit(2)).start();
                        inTime.add(awaits(secondDone));
                    });
                },
                () -> {});
        self.add(combiner);

        combiner.submit(1);

        assertThat(inTime).containsExactly(true);
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void anErrorInTheWorkReachesWhoeverBroughtTheInputAndDoesNotBlockTheRest() {
        List<Integer> seen = new ArrayList<>();
        Combiner<Integer> combiner = new Combiner<>(
                1,
                8,
                batch -> {
                    if (batch.contains(1)) {
                        throw new IllegalStateException("one");
                    }
                    seen.addAll(batch);
                    return List.of();
                },
                () -> {});

        assertThatThrownBy(() -> combiner.submit(1)).hasMessage("one");
        combiner.submit(2);

        assertThat(seen).containsExactly(2);
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
