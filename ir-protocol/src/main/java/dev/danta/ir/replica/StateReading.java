package dev.danta.ir.replica;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Watermarks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a replica tells drivers of its state, page by page: the records without an outcome in full; of the others those that
 * somebody else lacks, who says which it has; and of keys what somebody else lacks, who says in hashes what it has.
 */
final class StateReading {
    /** How many records are looked at for one answer, for each that it may have: most are known where they are asked for. */
    private static final int LOOKED_FOR_EACH = 8;

    /** In one answer; it is those who stand still that wait for it. */
    private static final int HASHES_MAX = 1_024;

    private static final Timestamp GREATEST = new Timestamp(Long.MAX_VALUE, ClientId.NONE);

    private final RecordStore store;
    private final Application application;
    private final PageLimits pages;

    StateReading(RecordStore store, Application application, PageLimits pages) {
        this.store = store;
        this.application = application;
        this.pages = pages;
    }

    private long incarnation() {
        return store.logIncarnation().disk();
    }

    /** @param undecided all of them, by ascending id */
    IrMessage.Reply open(IrMessage.ReadOpen read, Collection<OpRecord> undecided, boolean sealed) {
        Page page = new Page();
        Timestamp next = null;
        for (OpRecord record : undecided) {
            if (record.id().isAbove(read.after())) {
                if (page.isFull(record)) {
                    next = page.last();
                    break;
                }
                page.add(record);
            }
        }
        return new IrMessage.RecordPage(read.id(), incarnation(), page.records, store.watermarks(), next, sealed);
    }

    /** What is at or below this replica's {@code deletedBelow} is decided everywhere, and needed nowhere. */
    IrMessage.Reply decided(IrMessage.ReadDecided read, boolean sealed) {
        Watermarks watermarks = store.watermarks();
        Timestamp end = read.upTo() == null ? GREATEST : read.upTo();
        TreeSet<Timestamp> known = new TreeSet<>(read.known());
        Page page = new Page();
        Timestamp after = Timestamp.max(read.after(), watermarks.deletedBelow());
        Timestamp next = read.upTo();
        for (int i = 0; i < LOOKED_FOR_EACH; i++) {
            List<OpRecord> found = store.records(after, end, pages.stateMax());
            boolean isFull = false;
            for (OpRecord record : found) {
                boolean isNews = record.decision() != null && !known.contains(record.id());
                isFull = isNews && page.isFull(record);
                if (isFull) {
                    break;
                }
                if (isNews) {
                    page.add(record);
                }
                after = record.id();
            }
            if (isFull || (found.size() == pages.stateMax() && i == LOOKED_FOR_EACH - 1)) {
                next = after;
                break;
            }
            if (found.size() < pages.stateMax()) {
                break;
            }
        }
        return new IrMessage.RecordPage(read.id(), incarnation(), page.records, watermarks, next, sealed);
    }

    IrMessage.Reply list(IrMessage.ListDecided asked) {
        Watermarks watermarks = store.watermarks();
        Timestamp after = Timestamp.max(asked.after(), watermarks.deletedBelow());
        List<Timestamp> decided = new ArrayList<>();
        for (int i = 0; i < LOOKED_FOR_EACH; i++) {
            List<OpRecord> found = store.records(after, GREATEST, pages.stateMax());
            for (OpRecord record : found) {
                if (record.decision() != null) {
                    decided.add(record.id());
                }
                after = record.id();
            }
            if (found.size() < pages.stateMax()) {
                return new IrMessage.DecidedListed(asked.id(), watermarks, decided, null);
            }
        }
        return new IrMessage.DecidedListed(asked.id(), watermarks, decided, after);
    }

    IrMessage.Reply records(IrMessage.ReadRecords read) {
        Page page = new Page();
        int looked = 0;
        for (Timestamp id : read.operations()) {
            OpRecord known = store.record(id);
            if (known != null && page.isFull(known)) {
                break;
            }
            if (known != null) {
                page.add(known);
            }
            looked++;
        }
        return new IrMessage.RecordsRead(read.id(), incarnation(), looked, page.records);
    }

    IrMessage.Reply hash(IrMessage.HashState asked) {
        StateView view = asked.view();
        Watermarks watermarks = store.watermarks();
        List<RangeHash> parts = view.suits(watermarks)
                ? application.summarize(view, asked.after(), asked.upTo(), asked.keysEach(), HASHES_MAX)
                : List.of();
        return new IrMessage.Summarized(view.id(), watermarks, parts);
    }

    /** Null if nothing can be said to it. */
    IrMessage.@Nullable Reply compare(IrMessage.CompareState asked) {
        StateView view = asked.view();
        Watermarks watermarks = store.watermarks();
        if (asked.incarnation() != incarnation()) {
            return null;
        }
        if (!view.suits(watermarks)) {
            return new IrMessage.Compared(view.id(), watermarks, List.of(), null, null);
        }
        StateComparison found = application.compare(view, asked.after(), asked.parts(), asked.sends());
        return found == null
                ? null
                : new IrMessage.Compared(view.id(), watermarks, found.different(), found.part(), found.upTo());
    }

    /** Records, as many as a message takes. */
    private final class Page {
        private final List<OpRecord> records = new ArrayList<>();
        private long bytes;

        boolean isFull(OpRecord next) {
            return !records.isEmpty()
                    && (records.size() >= pages.stateMax() || bytes + sizeOf(next) > pages.bytesMax());
        }

        void add(OpRecord record) {
            records.add(record);
            bytes += sizeOf(record);
        }

        Timestamp last() {
            return records.get(records.size() - 1).id();
        }

        private static long sizeOf(OpRecord record) {
            return 128L + ReplicaLog.sizeOf(record.body());
        }
    }
}
