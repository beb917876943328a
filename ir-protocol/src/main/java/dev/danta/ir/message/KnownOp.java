package dev.danta.ir.message;

import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What a replica tells a peer of one consensus operation before both forget it: never a vote, a promise or what was
 * accepted (protocol.md 7).
 *
 * @param decision null while there is none
 * @param body left out when it was not asked for, or where it is not known
 */
public record KnownOp(
        Timestamp id, @Nullable Decision decision, @Nullable Body body) {}
