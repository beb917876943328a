package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits for a check is told how far it is. */
final class ObserverTest {
    private final CountDownLatch told = new CountDownLatch(1);

    /** The step of one partition waits until somebody was told. */
    private final Model<String, String, String> patient = new PlainModel() {
        @Override
        public Step<String> step(String state, String input, String output, Cancellation cancellation) {
            try {
                if (input.equals("slow")) {
                    told.await();
                }
                return Step.legal(state);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    };

    private final History<String, String> history = History.of(List.of(
            Operation.known(1, "quick", "", 0, 1),
            Operation.known(1, "quick", "", 2, 3),
            Operation.known(2, "slow", "", 0, 1)));

    @Test
    void aLongSearchTellsHowFarItIsInTheThreadThatWaits() {
        List<Result.Progress> progress = new ArrayList<>();
        List<Thread> tellers = new ArrayList<>();
        CheckOptions options = CheckOptions.defaults().withThreads(1).withObserver(now -> {
            progress.add(now);
            tellers.add(Thread.currentThread());
            told.countDown();
        });

        assertThat(HistoryCheck.check(patient, history, options)).isInstanceOf(Result.Valid.class);

        assertThat(tellers).isNotEmpty().containsOnly(Thread.currentThread());
        // The larger partition goes first.
        assertThat(progress.get(0).operations()).isEqualTo(3);
        assertThat(progress.get(0).partitions()).isEqualTo(2);
        assertThat(progress.get(0).decided()).isEqualTo(1);
        assertThat(progress.get(0).configurations()).isPositive();
    }

    @Test
    void whatTheObserverThrowsEndsTheCheck() {
        CheckOptions options = CheckOptions.defaults().withObserver(now -> {
            throw new IllegalStateException("enough");
        });

        assertThatThrownBy(() -> HistoryCheck.check(patient, history, options)).hasMessage("enough");
    }

    /** Those left behind would go on taking memory, where there is none left. */
    @Test
    void anErrorInTheThreadThatWaitsEndsTheSearchesToo() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Model<String, String, String> busy = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                while (!cancellation.requested()) {
                    Thread.onSpinWait();
                }
                ended.countDown();
                return Step.illegal(() -> "never");
            }
        };
        CheckOptions options = CheckOptions.defaults().withObserver(now -> {
            throw new OutOfMemoryError("Java heap space");
        });

        assertThatThrownBy(() -> HistoryCheck.check(busy, history, options)).isInstanceOf(OutOfMemoryError.class);
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
