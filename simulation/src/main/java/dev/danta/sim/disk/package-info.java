/**
 * A replica's disk in the simulated world: {@link dev.danta.sim.disk.SimDisk} keeps what is durable apart from the open
 * batch that a crash loses; {@link dev.danta.sim.disk.DiskWatch} sees every change.
 */
@NullMarked
package dev.danta.sim.disk;

import org.jspecify.annotations.NullMarked;
