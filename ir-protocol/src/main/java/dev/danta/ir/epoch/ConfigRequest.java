package dev.danta.ir.epoch;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.Report;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is asked of the configuration of one shard; told by machines, answered by {@link ShardConfig.Answer}, perhaps late or
 * never.
 */
public sealed interface ConfigRequest extends Report {
    /** What is recorded? */
    record Read() implements ConfigRequest {}

    /**
     * Begin a change from epoch {@code from}, or go on with one, as a new attempt.
     *
     * @param incarnations of the disks of the new members
     */
    record Propose(Epoch from, SortedMap<ReplicaId, Long> incarnations) implements ConfigRequest {
        public Propose {
            incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
        }
    }

    /** Enough new members have the install of this attempt: it is the one. */
    record Activate(Epoch next, long attempt) implements ConfigRequest {}

    /** A process starts on this disk: may it serve? */
    record Register(ReplicaId replica, DiskIdentity disk) implements ConfigRequest {}
}
