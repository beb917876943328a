package dev.danta.ir.upkeep;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the state of the own replica with that of one peer, page of keys by page of keys, and has the own replica take
 * what it lacks (protocol.md 7). Of a page, both say in hashes what they have; the ranges that differ are looked at once
 * more, one hash to a key, and the peer sends what it has under those that differ still.
 *
 * <p>Each step is a question to the one or the other, about a state that goes on changing. Nothing rests on two answers being
 * of one moment: a range counts as compared when the peer, at some moment after the comparison began, had nothing in it that
 * the own replica did not have or was then sent. So when it is completed, the own replica has on its disk whatever the peer
 * had when it began, or something newer.
 */
final class RangeRepair {
    /** How often a question is repeated before the comparison is given up; another one begins anew. */
    private static final int REPEATED_MAX = 6;
    /** How often in a row watermarks may have moved since the question was made. */
    private static final int UNSUITABLE_MAX = 16;

    private final Correspondence letters;
    private final Membership membership;
    private final ReplicaId peer;
    private final boolean whole;
    private final int keysEach;
    private final ArrayDeque<Span> pending = new ArrayDeque<>();
    private @Nullable Watermarks own;
    private @Nullable Watermarks theirs;

    private IrMessage.@Nullable Request asking;
    private ReplicaId asked;
    private boolean askedBefore;
    private int repeated;
    private int unsuitable;
    private boolean rests;
    private boolean restNoticed;
    private boolean isOver;
    private boolean isCompleted;

    private int ranges;
    private int different;
    private int taken;

    /** Keys above {@code after}, at or below {@code upTo} or to the end; to be looked at one by one if it is known to differ. */
    private record Span(Bytes after, Bytes upTo, boolean differs) {}

    /**
     * Nothing is asked yet.
     *
     * @param whole whether all versions are compared, or those at or below the common horizon
     * @param keysEach how many keys go into one hash
     */
    RangeRepair(Correspondence letters, Membership membership, ReplicaId peer, boolean whole, int keysEach) {
        this.letters = letters;
        this.membership = membership;
        this.peer = peer;
        this.asked = peer;
        this.whole = whole;
        this.keysEach = keysEach;
        pending.push(new Span(Bytes.EMPTY, Bytes.EMPTY, false));
    }

    boolean isWhole() {
        return whole;
    }

    boolean isOver() {
        return isOver;
    }

    /** Whether the own replica now has what the peer had when this began. */
    boolean isCompleted() {
        return isCompleted;
    }

    /** Whether it waits, since it was last asked this, to be told to go on with the next page. */
    boolean beginsToRest() {
        boolean begins = rests && !restNoticed;
        restNoticed = rests;
        return begins;
    }

    Membership membership() {
        return membership;
    }

    RangesCompared result() {
        return new RangesCompared(membership.shard(), peer, whole, isCompleted, ranges, different, taken);
    }

    void begin(List<Effect> effects) {
        ask(effects, letters.self(), new IrMessage.Inspect(letters.next()));
    }

    /** Goes on after a rest. */
    void goOn(List<Effect> effects) {
        if (rests && !isOver) {
            rests = false;
            restNoticed = false;
            next(effects);
        }
    }

    /** Some time has passed: a question that was asked before that is asked once more, the answer may be lost. */
    void again(List<Effect> effects) {
        if (isOver || rests || asking == null) {
            return;
        }
        if (!askedBefore) {
            askedBefore = true;
        } else if (++repeated > REPEATED_MAX) {
            isOver = true;
        } else {
            effects.add(letters.send(membership, asked, asking));
        }
    }

    void onReply(ReplicaId from, IrMessage message, List<Effect> effects) {
        if (isOver || rests || asking == null || !from.equals(asked)) {
            return;
        }
        if (message instanceof IrMessage.Inspected inspected
                && asking instanceof IrMessage.Inspect question
                && inspected.id().equals(question.id())) {
            onInspected(from, inspected.watermarks(), effects);
        } else if (message instanceof IrMessage.Summarized summarized
                && asking instanceof IrMessage.Summarize question
                && summarized.id().equals(question.view().id())) {
            onSummarized(question, summarized, effects);
        } else if (message instanceof IrMessage.Compared compared
                && asking instanceof IrMessage.Compare question
                && compared.id().equals(question.view().id())) {
            onCompared(question, compared, effects);
        } else if (message instanceof IrMessage.Repaired repaired
                && asking instanceof IrMessage.Repair question
                && repaired.id().equals(question.id())) {
            taken += repaired.taken();
            next(effects);
        }
    }

    private void ask(List<Effect> effects, ReplicaId whom, IrMessage.Request request) {
        asking = request;
        asked = whom;
        askedBefore = false;
        repeated = 0;
        effects.add(letters.send(membership, whom, request));
    }

    private void onInspected(ReplicaId from, Watermarks watermarks, List<Effect> effects) {
        if (from.equals(letters.self())) {
            own = watermarks;
            ask(effects, peer, new IrMessage.Inspect(letters.next()));
        } else {
            theirs = watermarks;
            next(effects);
        }
    }

    /** Summarizes what comes next, if anything is left. */
    private void next(List<Effect> effects) {
        Span span = pending.peek();
        if (span == null) {
            isOver = true;
            isCompleted = true;
            return;
        }
        StateView view = view();
        if (view == null) {
            isOver = true;
            return;
        }
        ask(
                effects,
                letters.self(),
                new IrMessage.Summarize(view, span.after(), span.upTo(), span.differs() ? 1 : keysEach));
    }

    /** As both can look at their states, as far as is known; null if they cannot yet. */
    private @Nullable StateView view() {
        if (own == null || theirs == null) {
            return null;
        }
        Timestamp forgotten = Timestamp.max(own.deletedBelow(), theirs.deletedBelow());
        Timestamp horizon = whole ? null : Timestamp.min(own.resolvedBelow(), theirs.resolvedBelow());
        return horizon != null && forgotten.isAbove(horizon) ? null : new StateView(letters.next(), horizon, forgotten);
    }

    private void onSummarized(IrMessage.Summarize question, IrMessage.Summarized answer, List<Effect> effects) {
        own = answer.watermarks();
        if (answer.parts().isEmpty()) {
            onUnsuitable(effects);
        } else {
            Span span = pending.getFirst();
            ask(
                    effects,
                    peer,
                    new IrMessage.Compare(question.view(), question.after(), answer.parts(), span.differs()));
        }
    }

    private void onUnsuitable(List<Effect> effects) {
        if (++unsuitable > UNSUITABLE_MAX) {
            isOver = true;
        } else {
            next(effects);
        }
    }

    private void onCompared(IrMessage.Compare question, IrMessage.Compared answer, List<Effect> effects) {
        theirs = answer.watermarks();
        if (answer.upTo() == null) {
            onUnsuitable(effects);
            return;
        }
        unsuitable = 0;
        Span span = pending.pop();
        goBeyond(span, answer.upTo());
        if (isOver) {
            return;
        }
        ranges += question.parts().size();
        if (span.differs()) {
            if (answer.part() != null && !answer.different().isEmpty()) {
                ask(effects, letters.self(), new IrMessage.Repair(letters.next(), answer.part()));
            } else {
                next(effects);
            }
            return;
        }
        different += answer.different().size();
        lookCloser(question, answer.different());
        rests = true;
    }

    /** What follows {@code done} in {@code span} is still to be looked at. */
    private void goBeyond(Span span, Bytes done) {
        boolean isAtEnd = done.size() == 0 || done.equals(span.upTo());
        if (!isAtEnd && done.compareTo(span.after()) <= 0) {
            isOver = true;
        } else if (!isAtEnd) {
            pending.push(new Span(done, span.upTo(), span.differs()));
        }
    }

    /** The ranges that differ come next, in their order. */
    private void lookCloser(IrMessage.Compare question, List<Integer> places) {
        for (int i = places.size() - 1; i >= 0; i--) {
            int place = places.get(i);
            if (place < question.parts().size()) {
                RangeHash range = question.parts().get(place);
                Bytes after = place == 0
                        ? question.after()
                        : question.parts().get(place - 1).upTo();
                pending.push(new Span(after, range.upTo(), true));
            }
        }
    }
}
