package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** protocol.md 4.5: backoff with a cap, and a budget that keeps retries in proportion to successes. */
class RetryTest {
    @Test
    void theCeilingDoublesWithEachAttemptUpToTheCap() {
        RetryPolicy policy = new RetryPolicy(10, 100, 1_000);
        assertThat(policy.ceilingNanos(1)).isEqualTo(100);
        assertThat(policy.ceilingNanos(2)).isEqualTo(200);
        assertThat(policy.ceilingNanos(4)).isEqualTo(800);
        assertThat(policy.ceilingNanos(5)).isEqualTo(1_000);
        assertThat(policy.ceilingNanos(1_000_000)).isEqualTo(1_000);
    }

    @Test
    void theCeilingNeverFallsHoweverLargeTheNumbers() {
        RetryPolicy policy = new RetryPolicy(Integer.MAX_VALUE, Long.MAX_VALUE / 3, Long.MAX_VALUE);
        long before = 0;
        for (int attempt = 1; attempt < 200; attempt++) {
            assertThat(policy.ceilingNanos(attempt)).isGreaterThanOrEqualTo(before);
            before = policy.ceilingNanos(attempt);
        }
        assertThat(before).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void withoutABaseThereIsNoDelay() {
        assertThat(new RetryPolicy(3, 0, 50).ceilingNanos(7)).isZero();
    }

    @Test
    void attemptsAreCountedIncludingTheFirst() {
        RetryPolicy policy = new RetryPolicy(2, 1, 1);
        assertThat(policy.mayTryAgainAfter(1)).isTrue();
        assertThat(policy.mayTryAgainAfter(2)).isFalse();
    }

    @Test
    void aPolicyThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new RetryPolicy(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(1, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(1, 2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBudgetIsSpentByRetriesAndRefilledBySuccessesUpToItsSize() {
        RetryBudget budget = new RetryBudget(3, 2);
        assertThat(takeAll(budget)).isEqualTo(3);
        budget.onSuccess();
        assertThat(takeAll(budget)).isEqualTo(2);
        budget.onSuccess();
        budget.onSuccess();
        budget.onSuccess();
        assertThat(takeAll(budget)).isEqualTo(3);
    }

    private static int takeAll(RetryBudget budget) {
        int taken = 0;
        while (budget.tryTake()) {
            taken++;
        }
        return taken;
    }

    @Test
    void aBudgetNeedsTokens() {
        assertThatThrownBy(() -> new RetryBudget(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryBudget(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
