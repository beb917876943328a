/**
 * What a replica's process does on its own account (protocol.md 7): {@link dev.danta.ir.upkeep.CatchUp} pulls the logs of
 * its peers, {@link dev.danta.ir.upkeep.Forgetting} moves watermarks forward. Both are clients like any other to the
 * replicas they talk to, their own among them; whatever must not happen too early, a replica refuses. They may die at any
 * point and begin anew.
 */
@NullMarked
package dev.danta.ir.upkeep;

import org.jspecify.annotations.NullMarked;
