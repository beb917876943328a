package dev.danta.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkloadTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 1_000})
    void aTransferHasTwoAccountsThatExist(int accounts) {
        TransferWorkload workload = new TransferWorkload(accounts, 0);
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 10_000; i++) {
            Operation.Transfer transfer = (Operation.Transfer) workload.next(random);
            assertThat(transfer.from()).isNotEqualTo(transfer.to()).isBetween(0, accounts - 1);
            assertThat(transfer.to()).isBetween(0, accounts - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 8, 9, 1_000})
    void aReadIsOfAccountsThatExist(int accounts) {
        TransferWorkload workload = new TransferWorkload(accounts, 100);
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 1_000; i++) {
            Operation.Sum sum = (Operation.Sum) workload.next(random);
            assertThat(sum.first()).isNotNegative();
            assertThat(sum.last())
                    .isEqualTo(sum.first() + Math.min(8, accounts) - 1)
                    .isLessThan(accounts);
        }
    }

    @Test
    void theSameSeedAsksTheSame() {
        assertThat(operations(new TransferWorkload(50, 10), 3)).isEqualTo(operations(new TransferWorkload(50, 10), 3));
        assertThat(operations(new TransferWorkload(50, 10), 3))
                .isNotEqualTo(operations(new TransferWorkload(50, 10), 4));
    }

    @Test
    void theMixHasTheSharesAskedFor() {
        List<Operation> operations = operations(new KeyValueWorkload(50, Operation.Mode.STRICT, 50, 30), 3);

        assertThat(operations.stream().filter(Operation.Get.class::isInstance).count())
                .isBetween(450L, 550L);
        assertThat(operations.stream().filter(Operation.Put.class::isInstance).count())
                .isBetween(250L, 350L);
        assertThat(operations.stream()
                        .filter(Operation.Update.class::isInstance)
                        .count())
                .isBetween(150L, 250L);
    }

    @Test
    void preparationCoversEveryKeyOnceInBoundedParts() {
        List<Operation.Fill> fills = new TransferWorkload(1_201, 0).preparation();

        int next = 0;
        for (Operation.Fill fill : fills) {
            assertThat(fill.first()).isEqualTo(next);
            assertThat(fill.last() - fill.first()).isLessThan(Fills.BATCH_KEYS);
            next = fill.last() + 1;
        }
        assertThat(next).isEqualTo(1_201);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new TransferWorkload(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TransferWorkload(2, 101)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SaleWorkload(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeyValueWorkload(1, Operation.Mode.STRICT, 80, 30))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeyValueWorkload(1, Operation.Mode.RELAXED, 50, 30))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Operation> operations(Workload workload, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, 1_000).mapToObj(i -> workload.next(random)).toList();
    }
}
