package dev.danta.ir.epoch;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.StateCursor;
import dev.danta.ir.message.StatePart;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the state of some replicas to another, page by page, each durable there before the next one is read, and ends with
 * an install if there is one.
 *
 * <p>Where a source is active its state changes meanwhile: then the watermarks of its first page count, for what was at or
 * below them had its outcome before anything was read; and what was accepted there is taught along.
 */
final class StateTransfer {
    private final Sending sending;
    private final Supplier<OpId> operations;
    private final ReplicaId target;
    private final long incarnation;
    private final List<Reader> readers;
    private final @Nullable Install install;
    private final boolean teaches;
    private final TreeMap<Timestamp, OpRecord> taught = new TreeMap<>();
    private @Nullable Watermarks firstWatermarks;
    private OpId fill;
    private long pages;
    private boolean isRefused;
    private int current;
    private IrMessage.@Nullable TakeState taking;
    private IrMessage.@Nullable StatePage page;
    private boolean isOver;

    /** How it says something. */
    interface Sending {
        void send(ReplicaId to, IrMessage.Request request, List<Effect> effects);
    }

    /** A place in one replica's state. */
    static final class Reader {
        private final ReplicaId source;
        private final Epoch epoch;
        private final @Nullable Long incarnation;
        private @Nullable StateCursor cursor = StateCursor.START;
        private @Nullable OpId asked;

        /** Reads a disk of this {@code incarnation}, or of any. */
        Reader(ReplicaId source, Epoch epoch, @Nullable Long incarnation) {
            this.source = source;
            this.epoch = epoch;
            this.incarnation = incarnation;
        }

        IrMessage.Request ask(OpId operation) {
            if (cursor == null) {
                throw new IllegalStateException("nothing is left to be read");
            }
            asked = operation;
            return new IrMessage.ReadState(operation, epoch, cursor);
        }

        /** What the part in {@code answer} is all of. */
        @Nullable
        StateReach reach(IrMessage.StatePage answer) {
            if (answer.part() == null || !(cursor instanceof StateCursor.Keys from)) {
                return null;
            }
            Bytes upTo = answer.next() instanceof StateCursor.Keys to ? to.after() : Bytes.EMPTY;
            return new StateReach(from.after(), upTo, answer.watermarks().deletedBelow());
        }

        boolean isAnswer(IrMessage.StatePage answer) {
            return answer.id().equals(asked) && (incarnation == null || incarnation == answer.incarnation());
        }

        void turn(IrMessage.StatePage answer) {
            cursor = answer.next();
            asked = null;
        }

        void beginAnew() {
            cursor = StateCursor.START;
            asked = null;
        }

        boolean isPastRecords() {
            return !(cursor instanceof StateCursor.Records);
        }

        boolean isAtEnd() {
            return cursor == null;
        }

        long incarnation() {
            if (incarnation == null) {
                throw new IllegalStateException("any incarnation of " + source + " may be read");
            }
            return incarnation;
        }
    }

    StateTransfer(
            Sending sending,
            Supplier<OpId> operations,
            ReplicaId target,
            long incarnation,
            List<Reader> readers,
            @Nullable Install install,
            boolean teaches) {
        this.sending = sending;
        this.operations = operations;
        this.target = target;
        this.incarnation = incarnation;
        this.readers = readers;
        this.install = install;
        this.teaches = teaches;
        this.fill = operations.get();
    }

    /** The replica that is read now, or was read last. */
    ReplicaId source() {
        return readers.get(Math.min(current, readers.size() - 1)).source;
    }

    ReplicaId target() {
        return target;
    }

    /** Whether all is there. */
    boolean isOver() {
        return isOver;
    }

    /** Says what is unanswered once more; if the target takes the pages of another transfer, everything from the beginning. */
    void resend(List<Effect> effects) {
        if (isRefused && !isOver) {
            beginAnew();
        }
        goOn(effects);
    }

    private void beginAnew() {
        fill = operations.get();
        pages = 0;
        isRefused = false;
        current = 0;
        taking = null;
        page = null;
        taught.clear();
        firstWatermarks = null;
        readers.forEach(Reader::beginAnew);
    }

    private void goOn(List<Effect> effects) {
        if (isOver) {
            return;
        }
        if (taking != null) {
            sending.send(target, taking, effects);
        } else if (current < readers.size()) {
            Reader reader = readers.get(current);
            sending.send(reader.source, reader.ask(operations.get()), effects);
        } else if (install != null) {
            sending.send(target, new IrMessage.InstallEnd(incarnation, fill, pages, whole(install)), effects);
        } else {
            isOver = true;
        }
    }

    private Install whole(Install given) {
        return teaches && firstWatermarks != null
                ? new Install(given.next(), given.attempt(), List.copyOf(taught.values()), firstWatermarks)
                : given;
    }

    void onReply(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        if (isOver) {
            return;
        }
        if (reply instanceof IrMessage.StatePage answer && taking == null && current < readers.size()) {
            Reader reader = readers.get(current);
            if (from.equals(reader.source) && reader.isAnswer(answer)) {
                onPage(answer, effects);
            }
        } else if (reply instanceof IrMessage.StateTaken taken
                && from.equals(target)
                && taken.id().equals(taking == null ? fill : taking.id())) {
            if (!taken.taken()) {
                // Not at once: whoever is filling it now should not be disturbed as fast as messages go.
                isRefused = true;
            } else if (taking != null) {
                onTaken(effects);
            }
        } else if (reply instanceof IrMessage.Installed installed
                && install != null
                && current == readers.size()
                && from.equals(target)
                && installed.next().equals(install.next().epoch())
                && installed.attempt() == install.attempt()) {
            isOver = true;
        }
    }

    private void onPage(IrMessage.StatePage answer, List<Effect> effects) {
        page = answer;
        if (firstWatermarks == null) {
            firstWatermarks = answer.watermarks();
        }
        List<KnownOp> decided = new ArrayList<>();
        for (OpRecord known : answer.records()) {
            if (known.decision() != null) {
                decided.add(new KnownOp(known.id(), known.decision(), known.body()));
            }
            OpRecord lesson = teaches && known.decision() == null ? Merge.taughtLate(known) : null;
            if (lesson != null) {
                taught.put(lesson.id(), lesson);
            }
        }
        StateReach reach = readers.get(current).reach(answer);
        StatePart part = reach == null ? null : answer.part();
        taking = new IrMessage.TakeState(operations.get(), incarnation, fill, pages, decided, part, reach);
        sending.send(target, taking, effects);
    }

    private void onTaken(List<Effect> effects) {
        Reader reader = readers.get(current);
        if (page != null) {
            reader.turn(page);
        }
        page = null;
        taking = null;
        pages++;
        if (reader.isAtEnd()) {
            current++;
        }
        goOn(effects);
    }
}
