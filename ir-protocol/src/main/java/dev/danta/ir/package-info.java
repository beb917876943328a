/** Inconsistent replication: operations, ballots, records, quorums, and the machines that settle them. */
@NullMarked
package dev.danta.ir;

import org.jspecify.annotations.NullMarked;
