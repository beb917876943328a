package dev.danta.ir.message;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;

/** How far a replica has, on its own disk, what stands in a peer's log. */
public record LogCursor(ReplicaId source, LogPosition position) {}
