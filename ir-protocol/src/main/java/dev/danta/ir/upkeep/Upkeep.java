package dev.danta.ir.upkeep;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Timer;

/** What a machine of this package is told. */
public sealed interface Upkeep {
    /** At the start, once and first. */
    record Started() implements Upkeep {}

    /** A message came. */
    record Received(Envelope envelope) implements Upkeep {}

    /** A timer that this machine armed has fired. */
    record TimerFired(Timer timer) implements Upkeep {}

    /** The process's own replica of {@code shard} has noticed that it lacks something. */
    record Noticed(ShardId shard) implements Upkeep {}
}
