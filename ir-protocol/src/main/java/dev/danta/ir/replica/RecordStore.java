package dev.danta.ir.replica;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A replica's records and log as its machine reads them: with every change applied so far, durable or not yet. */
public interface RecordStore extends LogView {
    /** The record of {@code id}, or null if there is none. */
    @Nullable
    OpRecord record(Timestamp id);

    /** All records without a decision, by ascending id; read once, when a replica starts. */
    List<OpRecord> undecided();

    /** Records with ids above {@code after} and at or below {@code upTo}, by ascending id, at most {@code most}. */
    List<OpRecord> records(Timestamp after, Timestamp upTo, int most);

    /** The greatest id of a record that is kept; {@link Timestamp#ZERO} if there is none. */
    Timestamp greatestId();

    Watermarks watermarks();

    /** What is known of the shard's epochs, or null where nothing was ever kept: then the members are those at the start. */
    @Nullable
    EpochState epoch();

    /** How far peers' logs have been absorbed here, one cursor for each peer at most. */
    List<LogCursor> cursors();
}
