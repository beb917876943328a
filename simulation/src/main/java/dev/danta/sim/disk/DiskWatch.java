package dev.danta.sim.disk;

import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.Thinning;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Sees every change of a disk before it takes place, and every record when it has become durable. */
public interface DiskWatch {
    /** {@code after} replaces {@code before}, which is null if there was no record. */
    void onRecord(@Nullable OpRecord before, OpRecord after);

    /** An epoch change puts {@code after} in place of {@code before}, which is null if there was no record. */
    void onInstalled(@Nullable OpRecord before, OpRecord after);

    /** What is known of epochs changes; {@code before} is null while nothing was ever kept. */
    void onEpoch(@Nullable EpochState before, EpochState after);

    void onVersion(PutVersion put);

    /** A relaxed value replaces {@code before}, which is null if there was none. */
    void onRelaxed(@Nullable RelaxedState before, PutRelaxed put);

    /** A relaxed value goes for good. */
    void onRelaxedDropped(Key key, @Nullable RelaxedState dropped);

    /** Durable in the epoch in which it was put, also where the same batch ends that epoch. */
    void onDurable(OpRecord record);

    /** A record that was never decided is durably gone: the next epoch begins without it. */
    void onUndecidedDropped(OpRecord record);

    /** The log in use, {@code incarnation}, goes on with entry {@code number}. */
    void onLogAppended(LogIncarnation incarnation, long number);

    /** An entry of a log has become durable: peers may be told of it. */
    void onLogDurable(LogIncarnation incarnation, long number);

    /** The log loses what it has up to {@code last}. */
    void onLogTruncated(long last);

    void onWatermarks(Watermarks before, Watermarks after);

    /** Watermarks, or the epoch for which they count, have become durable. */
    void onMarked(Watermarks durable);

    /** A record goes for good. */
    void onDropped(OpRecord dropped);

    /** Of the {@code versions} of a key some may go for good. */
    void onThinned(Thinning thinning, NavigableMap<Timestamp, Version> versions);
}
