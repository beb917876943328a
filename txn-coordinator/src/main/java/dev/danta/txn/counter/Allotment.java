package dev.danta.txn.counter;

import dev.danta.ir.id.ClientId;

/**
 * What one client may spend of a counter without touching its record.
 *
 * @param amount how much it is, from 1 on; it is not in the counter's room any more
 * @param lax whether it may be spent with fewer than q acknowledgements; then nobody but its owner can say what is left of it
 * @param leaseMicros until when its owner means to keep it, in microseconds since 1970 by its owner's clock. After that others
 *     call it in, whether they need it or not; that they fence it first is what makes it safe, whatever any clock says
 */
public record Allotment(ClientId owner, long amount, boolean lax, long leaseMicros) {
    public Allotment {
        if (amount < 1) {
            throw new IllegalArgumentException("an allotment is of something: " + amount);
        }
    }
}
