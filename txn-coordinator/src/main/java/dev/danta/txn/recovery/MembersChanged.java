package dev.danta.txn.recovery;

import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Report;

/**
 * Told when a replica has named a newer membership of its shard than was known (protocol.md 9): from now on requests go to
 * {@code now}'s members. Whoever runs the machine connects to those that it is not connected to.
 */
public record MembersChanged(Membership now) implements Report {}
