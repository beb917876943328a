package dev.danta.scenario.provider;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all users of one run share.
 *
 * @param numbers for whatever must have a name of its own
 */
record Books(
        Accounts accounts,
        ProviderRules rules,
        MoneyBook money,
        EmailBook emails,
        UsageBook usage,
        RegisterBook registers,
        AtomicLong numbers) {
    /** A name that nothing else has. */
    String newName(String prefix) {
        return prefix + numbers.incrementAndGet();
    }
}
