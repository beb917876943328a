package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Report;
import dev.danta.occ.Key;
import java.util.List;

/**
 * Told when a transaction begins or ends to hold keys that it writes, after that is durable and before any answer that
 * rests on it leaves. Who reads holds first and then a snapshot of the store sees, of every transaction that this replica
 * has voted OK for, the hold or the write.
 */
public record HoldChange(Timestamp holder, List<Key> written, boolean begins) implements Report {
    public HoldChange {
        written = List.copyOf(written);
    }
}
