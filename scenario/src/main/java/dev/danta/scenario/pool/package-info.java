/**
 * A capacity pool: units of many pools (a zone, a day) are reserved and released, never more than the limit that is in force.
 *
 * <p>A reservation is a strict transaction: it takes units of the pool's counter, which has the limit as its ceiling, and leaves a
 * record under its id, which is read first, so that a repetition finds what was done. Whether a pool is open is kept with how often
 * that has changed, in the same transactions; whoever has changed it publishes it in a register that everybody reads from one
 * replica. {@link dev.danta.scenario.pool.Pool} names the laws.
 */
@NullMarked
package dev.danta.scenario.pool;

import org.jspecify.annotations.NullMarked;
