package dev.danta.sim.disk;

import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import org.jspecify.annotations.Nullable;

/** Sees every change of a disk before it takes place, and every record when it has become durable. */
public interface DiskWatch {
    /** {@code after} replaces {@code before}, which is null if there was no record. */
    void onRecord(@Nullable OpRecord before, OpRecord after);

    void onVersion(PutVersion put);

    /** A relaxed value replaces {@code before}, which is null if there was none. */
    void onRelaxed(@Nullable RelaxedState before, PutRelaxed put);

    void onDurable(OpRecord record);

    void onWatermarks(Watermarks before, Watermarks after);
}
