package dev.danta.scenario.provider;

import dev.danta.scenario.Port.Look;

/** What a provider keeps to, for its laws to hold. Wrong variants break it, to see that found. */
public interface ProviderRules {
    /** What is right. */
    ProviderRules RIGHT = new ProviderRules() {};

    /** Whether payouts may go into the quota: P1. */
    default boolean paysOutOfQuota() {
        return false;
    }

    /** Whether both sides of a transfer are one transaction: P2. */
    default boolean transfersAtOnce() {
        return true;
    }

    /** Whether that nothing was done yet under an id is seen in the transaction that does it: P3. */
    default boolean readsOperation() {
        return true;
    }

    /** Whether that nobody has an email yet is seen in the transaction that gives it to somebody: P4. */
    default boolean readsEmail() {
        return true;
    }

    /** How much of the usage is seen by who bills it: P5. */
    default Look usageSeenAt() {
        return Look.QUORUM;
    }

    /** Whether that an account is not closed is seen in each transaction that charges it, pays out of it or transfers: P7. */
    default boolean readsClosed() {
        return true;
    }

    /** Whether an account is closed only with all that is on it paid out in the same transaction: P7. */
    default boolean paysRestOut() {
        return true;
    }

    /** Whether what was billed already is left out: P5. */
    default boolean billsOnce() {
        return true;
    }
}
