/**
 * Optimistic concurrency control on one replica of one shard (protocol.md 4.2): {@link dev.danta.occ.Key}s and
 * {@link dev.danta.occ.Version}s, the {@link dev.danta.occ.AccessSet} of a transaction, the {@link dev.danta.occ.Holds}
 * of undecided transactions, and the {@link dev.danta.occ.Validator} that decides OK or NO.
 *
 * <p>Words: a <em>version</em> is a value or a deletion with the timestamp of the commit that wrote it; <em>never
 * there</em> is older than every version; a <em>hold</em> keeps every conflicting transaction out from the OK vote until
 * the decision.
 */
@NullMarked
package dev.danta.occ;

import org.jspecify.annotations.NullMarked;
