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
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings to one replica, the target, what it lacks of the state of others, one source after the other: first the operations
 * whose outcome it does not know, then keys, whose states are compared in hashes. Each page is durable at the target before the
 * next one is looked at. It ends with an install, if there is one; or it may be gone through again.
 *
 * <p>All that is asked of the target, and told to it, are numbered steps of one transfer, which a replica that waits makes in
 * order and without any other in between ({@code ir.replica.Filling}). So what was found equal is so still when the install
 * comes; and if the sources do not change meanwhile, the target has all that they have, as if it had been sent everything.
 *
 * <p>Where a source is active its state changes meanwhile. If the target is to serve with it ({@link Purpose#TEACH}), the
 * source's watermarks of the first page count, for what was at or below them had its outcome before anything was looked at; and
 * what was accepted there is taught along.
 */
final class StateTransfer {
    /** How many keys one hash stands for; of ranges that differ each key is looked at. */
    private static final int KEYS_EACH = 32;
    /** How often in a row a source's or the target's watermarks may have moved before everything is begun anew. */
    private static final int UNSUITABLE_MAX = 16;

    private final Sending sending;
    private final Supplier<OpId> operations;
    private final ReplicaId target;
    private final long incarnation;
    private final EpochRules rules;

    private List<Reader> readers = List.of();
    private @Nullable Install install;
    private Purpose purpose = Purpose.BRING;
    private OpId fill;
    private long steps;

    private Stage stage = Stage.DECIDED;
    private int current;
    private Timestamp after = Timestamp.ZERO;
    private @Nullable Timestamp listedUpTo;
    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private Timestamp forgottenByTarget = Timestamp.ZERO;
    private Timestamp forgottenBySource = Timestamp.ZERO;
    private int unsuitable;

    private final TreeMap<Timestamp, OpRecord> taught = new TreeMap<>();
    private @Nullable Watermarks firstWatermarks;

    private @Nullable Question question;
    private boolean isToBeginAnew;
    private boolean isRefused;
    private boolean isOver;
    private long answers;
    private long taken;

    /** How it says something. */
    interface Sending {
        void send(ReplicaId to, IrMessage.Request request, List<Effect> effects);
    }

    /** What becomes of the target. */
    enum Purpose {
        /** It gets what sources have. */
        BRING,
        /** It gets what an active source has, and serves beside it then. */
        TEACH
    }

    private enum Stage {
        /** What the source has not decided is read, to be taught. */
        OPEN,
        /** Outcomes that the target does not know are brought. */
        DECIDED,
        /** Keys are compared. */
        KEYS
    }

    /** What was asked of whom, and how to recognize the answer. */
    private record Question(ReplicaId whom, OpId id, IrMessage.Request request) {}

    /** Keys above {@code after}, at or below {@code upTo} or to the end; to be looked at one by one if it is known to differ. */
    private record Span(Bytes after, Bytes upTo, boolean differs) {}

    /**
     * A replica to be read.
     *
     * @param incarnation of its disk; null: whichever it has when it is first asked
     */
    record Reader(ReplicaId source, Epoch epoch, @Nullable Long incarnation) {}

    /** The disk of the source that is read now. */
    private @Nullable Long sourceDisk;

    StateTransfer(Sending sending, Supplier<OpId> operations, ReplicaId target, long incarnation, EpochRules rules) {
        this.sending = sending;
        this.operations = operations;
        this.target = target;
        this.incarnation = incarnation;
        this.rules = rules;
        this.fill = operations.get();
    }

    ReplicaId target() {
        return target;
    }

    long incarnation() {
        return incarnation;
    }

    /** The replica that is read now, or was read last. */
    ReplicaId source() {
        return readers.get(Math.min(current, readers.size() - 1)).source();
    }

    /** Whether all is there. */
    boolean isOver() {
        return isOver;
    }

    /** Whether it is the target that it waits for, not a source. */
    boolean waitsForTarget() {
        return question != null && question.whom().equals(target);
    }

    /** How many answers have brought it on. */
    long answers() {
        return answers;
    }

    /** How many pages with something in them the target was sent since it was last begun. */
    long taken() {
        return taken;
    }

    /** To bring what {@code source} has, and no more; it begins when it is told to go on. */
    StateTransfer of(Reader source) {
        readers = List.of(source);
        restart();
        return this;
    }

    /**
     * Goes through all that {@code sources} have, from the beginning; may be called again at any time.
     *
     * @param end what comes last; null: nothing
     */
    void begin(List<Reader> sources, @Nullable Install end, Purpose what, List<Effect> effects) {
        readers = List.copyOf(sources);
        install = end;
        purpose = what;
        isOver = false;
        if (question != null && isStep(question.request())) {
            // Its number is used: whatever comes of it, it must be over before another step is made.
            isToBeginAnew = true;
            return;
        }
        restart();
        next(effects);
    }

    private void restart() {
        isToBeginAnew = false;
        current = 0;
        question = null;
        taken = 0;
        taught.clear();
        firstWatermarks = null;
        beginSource();
    }

    private void beginSource() {
        stage = purpose == Purpose.TEACH ? Stage.OPEN : Stage.DECIDED;
        after = Timestamp.ZERO;
        listedUpTo = null;
        spans.clear();
        spans.push(new Span(Bytes.EMPTY, Bytes.EMPTY, false));
        forgottenBySource = Timestamp.ZERO;
        unsuitable = 0;
        sourceDisk = current < readers.size() ? readers.get(current).incarnation() : null;
    }

    private static boolean isStep(IrMessage.Request request) {
        return request instanceof IrMessage.ListDecided
                || request instanceof IrMessage.HashState
                || request instanceof IrMessage.TakeState;
    }

    /** Begins, or says what is unanswered once more; if the target makes the steps of another transfer, everything from the beginning. */
    void resend(List<Effect> effects) {
        if (isOver) {
            return;
        }
        if (isRefused) {
            isRefused = false;
            fill = operations.get();
            steps = 0;
            restart();
        }
        if (question == null) {
            next(effects);
        } else {
            sending.send(question.whom(), question.request(), effects);
        }
    }

    private void ask(ReplicaId whom, OpId id, IrMessage.Request request, List<Effect> effects) {
        question = new Question(whom, id, request);
        sending.send(whom, request, effects);
    }

    private void next(List<Effect> effects) {
        if (current == readers.size()) {
            if (install == null) {
                isOver = true;
            } else {
                ask(target, fill, new IrMessage.InstallEnd(incarnation, fill, steps, whole(install)), effects);
            }
            return;
        }
        Reader reader = readers.get(current);
        OpId id = operations.get();
        switch (stage) {
            case OPEN -> ask(reader.source(), id, new IrMessage.ReadOpen(id, reader.epoch(), after), effects);
            case DECIDED -> ask(target, id, new IrMessage.ListDecided(id, incarnation, fill, steps++, after), effects);
            case KEYS -> {
                Span span = spans.peek();
                if (span == null) {
                    current++;
                    beginSource();
                    next(effects);
                } else {
                    // Theirs and nobody else's: a deletion that is left out must be the one's or the other's to drop.
                    StateView view = new StateView(id, null, Timestamp.max(forgottenByTarget, forgottenBySource));
                    int keysEach = span.differs() ? 1 : KEYS_EACH;
                    ask(
                            target,
                            id,
                            new IrMessage.HashState(
                                    incarnation, fill, steps++, view, span.after(), span.upTo(), keysEach),
                            effects);
                }
            }
        }
    }

    private Install whole(Install given) {
        return purpose == Purpose.TEACH && firstWatermarks != null
                ? new Install(given.next(), given.attempt(), List.copyOf(taught.values()), firstWatermarks)
                : given;
    }

    void onReply(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        Question asked = question;
        if (isOver || isRefused || asked == null || !from.equals(asked.whom())) {
            return;
        }
        if (reply instanceof IrMessage.StateTaken refusal && refusal.id().equals(asked.id()) && !refusal.taken()) {
            // Not at once: whoever is filling it now should not be disturbed as fast as messages go.
            isRefused = true;
        } else if (isToBeginAnew) {
            if (isAnswer(asked, reply)) {
                answered();
                restart();
                next(effects);
            }
        } else if (reply instanceof IrMessage.RecordPage page && page.id().equals(asked.id())) {
            onPage(page, effects);
        } else if (reply instanceof IrMessage.DecidedListed listed
                && listed.id().equals(asked.id())) {
            onListed(listed, effects);
        } else if (reply instanceof IrMessage.Summarized summarized
                && summarized.id().equals(asked.id())
                && asked.request() instanceof IrMessage.HashState hashing) {
            onSummarized(hashing, summarized, effects);
        } else if (reply instanceof IrMessage.Compared compared
                && compared.id().equals(asked.id())
                && asked.request() instanceof IrMessage.CompareState comparing) {
            onCompared(comparing, compared, effects);
        } else if (reply instanceof IrMessage.StateTaken done
                && done.id().equals(asked.id())
                && asked.request() instanceof IrMessage.TakeState) {
            answered();
            taken++;
            next(effects);
        } else if (reply instanceof IrMessage.Installed installed
                && asked.request() instanceof IrMessage.InstallEnd end
                && installed.next().equals(end.install().next().epoch())
                && installed.attempt() == end.install().attempt()) {
            answered();
            isOver = true;
        }
    }

    /** Whether this is the answer to a step. */
    private static boolean isAnswer(Question asked, IrMessage.Reply reply) {
        return (reply instanceof IrMessage.DecidedListed listed && listed.id().equals(asked.id()))
                || (reply instanceof IrMessage.Summarized summarized
                        && summarized.id().equals(asked.id()))
                || (reply instanceof IrMessage.StateTaken done && done.id().equals(asked.id()));
    }

    /** The question has its answer. */
    private void answered() {
        question = null;
        answers++;
    }

    private void hearTarget(Watermarks watermarks) {
        forgottenByTarget = Timestamp.max(forgottenByTarget, watermarks.deletedBelow());
    }

    /** What it has forgotten since the first page is not in what it sends, but would count as aborted. */
    private void hearSource(Watermarks watermarks) {
        forgottenBySource = Timestamp.max(forgottenBySource, watermarks.deletedBelow());
        isRefused = firstWatermarks != null && watermarks.deletedBelow().isAbove(firstWatermarks.deletedBelow());
    }

    private void onPage(IrMessage.RecordPage page, List<Effect> effects) {
        if (sourceDisk != null && sourceDisk != page.incarnation()) {
            return;
        }
        sourceDisk = page.incarnation();
        if (purpose == Purpose.TEACH && firstWatermarks == null) {
            firstWatermarks = page.watermarks();
        }
        hearSource(page.watermarks());
        if (isRefused) {
            return;
        }
        answered();
        if (stage == Stage.OPEN) {
            for (OpRecord known : page.records()) {
                OpRecord lesson = Merge.taughtLate(known);
                if (lesson != null) {
                    taught.put(lesson.id(), lesson);
                }
            }
            goOnAfter(page.next());
            next(effects);
            return;
        }
        goOnAfter(page.next() == null ? listedUpTo : page.next());
        List<KnownOp> decided = page.records().stream()
                .map(known -> new KnownOp(known.id(), known.decision(), known.body()))
                .toList();
        if (decided.isEmpty()) {
            next(effects);
        } else {
            OpId id = operations.get();
            ask(target, id, new IrMessage.TakeState(id, incarnation, fill, steps++, decided, null, List.of()), effects);
        }
    }

    /** With the records above {@code upTo}; with what comes next, if there are none. */
    private void goOnAfter(@Nullable Timestamp upTo) {
        if (upTo != null) {
            after = upTo;
        } else if (stage == Stage.OPEN) {
            stage = Stage.DECIDED;
            after = Timestamp.ZERO;
        } else {
            stage = Stage.KEYS;
        }
    }

    private void onListed(IrMessage.DecidedListed listed, List<Effect> effects) {
        answered();
        hearTarget(listed.watermarks());
        listedUpTo = listed.upTo();
        Reader reader = readers.get(current);
        OpId id = operations.get();
        // What the target has forgotten it would not take.
        Timestamp from = Timestamp.max(after, listed.watermarks().deletedBelow());
        ask(
                reader.source(),
                id,
                new IrMessage.ReadDecided(id, reader.epoch(), from, listed.upTo(), listed.decided()),
                effects);
    }

    private void onSummarized(IrMessage.HashState hashing, IrMessage.Summarized summarized, List<Effect> effects) {
        answered();
        hearTarget(summarized.watermarks());
        if (summarized.parts().isEmpty()) {
            onUnsuitable(effects);
            return;
        }
        Span span = spans.getFirst();
        List<RangeHash> parts = summarized.parts();
        Bytes end = parts.get(parts.size() - 1).upTo();
        if (!rules.mustCompare(install != null)) {
            spans.pop();
            goBeyond(span, end);
            next(effects);
            return;
        }
        if (sourceDisk == null) {
            throw new IllegalStateException("the records of " + source() + " were read before its keys");
        }
        ask(
                source(),
                hashing.view().id(),
                new IrMessage.CompareState(
                        readers.get(current).epoch(),
                        sourceDisk,
                        hashing.view(),
                        hashing.after(),
                        parts,
                        isSentAtOnce(span, parts)),
                effects);
    }

    /** Where the target has hardly anything there is no point in looking closer. */
    private static boolean isSentAtOnce(Span span, List<RangeHash> parts) {
        return span.differs() || parts.size() == 1;
    }

    private void onUnsuitable(List<Effect> effects) {
        if (++unsuitable > UNSUITABLE_MAX) {
            isRefused = true;
        } else {
            next(effects);
        }
    }

    private void onCompared(IrMessage.CompareState comparing, IrMessage.Compared compared, List<Effect> effects) {
        hearSource(compared.watermarks());
        if (isRefused) {
            return;
        }
        answered();
        Bytes upTo = compared.upTo();
        if (upTo == null) {
            onUnsuitable(effects);
            return;
        }
        unsuitable = 0;
        Span span = spans.pop();
        goBeyond(span, upTo);
        if (isRefused) {
            return;
        }
        List<Span> different = different(comparing, compared.different(), upTo);
        if (!comparing.sends()) {
            for (int i = different.size() - 1; i >= 0; i--) {
                spans.push(different.get(i));
            }
            next(effects);
        } else if (different.isEmpty() || compared.part() == null) {
            next(effects);
        } else {
            OpId id = operations.get();
            Timestamp forgottenThere = compared.watermarks().deletedBelow();
            List<StateReach> reaches = different.stream()
                    .map(one -> new StateReach(one.after(), one.upTo(), forgottenThere))
                    .toList();
            ask(
                    target,
                    id,
                    new IrMessage.TakeState(id, incarnation, fill, steps++, List.of(), compared.part(), reaches),
                    effects);
        }
    }

    /** What follows {@code done} in {@code span} is still to be looked at. */
    private void goBeyond(Span span, Bytes done) {
        boolean isAtEnd = done.size() == 0 || done.equals(span.upTo());
        if (!isAtEnd && done.compareTo(span.after()) <= 0) {
            isRefused = true;
        } else if (!isAtEnd) {
            spans.push(new Span(done, span.upTo(), span.differs()));
        }
    }

    /** The ranges at these places, as far as {@code upTo}, those in a row as one. */
    private static List<Span> different(IrMessage.CompareState comparing, List<Integer> places, Bytes upTo) {
        List<RangeHash> parts = comparing.parts();
        List<Span> found = new ArrayList<>();
        int before = -2;
        for (int place : places) {
            if (place < 0 || place >= parts.size() || place <= before) {
                break;
            }
            Bytes from = place == 0 ? comparing.after() : parts.get(place - 1).upTo();
            Bytes end = lesser(parts.get(place).upTo(), upTo);
            boolean isEmpty = end.size() > 0 && end.compareTo(from) <= 0;
            if (isEmpty) {
                break;
            }
            if (place == before + 1) {
                from = found.remove(found.size() - 1).after();
            }
            found.add(new Span(from, end, true));
            before = place;
        }
        return found;
    }

    /** No bytes being the end. */
    private static Bytes lesser(Bytes one, Bytes other) {
        if (one.size() == 0 || other.size() == 0) {
            return one.size() == 0 ? other : one;
        }
        return one.compareTo(other) <= 0 ? one : other;
    }
}
