package dev.danta.ir.replica;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.OpRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A replica's records as its machine reads them: with every change applied so far, durable or not yet. */
public interface RecordStore {
    /** The record of {@code id}, or null if there is none. */
    @Nullable
    OpRecord record(Timestamp id);

    /** All records without a decision, by ascending id; read once, when a replica starts. */
    List<OpRecord> undecided();
}
