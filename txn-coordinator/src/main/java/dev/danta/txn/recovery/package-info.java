/**
 * Settling somebody else's transaction (protocol.md 6): {@link dev.danta.txn.recovery.Settlement} takes over one transaction
 * with a ballot of its own, whoever asks for it: a replica whose keys are held, or a client that was told "unknown".
 */
@NullMarked
package dev.danta.txn.recovery;

import org.jspecify.annotations.NullMarked;
