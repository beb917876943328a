package dev.danta.ir.message;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;

/**
 * What a {@link StatePart} is all of: whatever a replica had above {@code after} and at or below {@code upTo}, no bytes being
 * the end. What is not in it and was written at or below {@code forgotten} has been replaced by a deletion that the replica has
 * dropped (protocol.md 7): it had learned everything at or below its {@code deletedBelow}.
 */
public record StateReach(Bytes after, Bytes upTo, Timestamp forgotten) {}
