package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One cycle of a {@link CounterDesk}: gains are read at a quorum, then the record; one transaction folds the gains and serves
 * everybody in the batch. What comes in its way has it begin again, after a pause, with what it has learned.
 *
 * <p>Who is to be told that there is not enough has gains read once more, now that the record is at hand. What a quorum shows
 * is no snapshot: another may have folded and spent a later gain while an earlier one was missed. If the record is still the
 * newest, then when that second read began it was, and everything acknowledged until then is counted.
 *
 * <p>Who is to be told how much there is, besides, waits until two such reads in a row show the same: then that is what had been
 * gained at the moment between them.
 */
final class CounterCycle {
    /** How often gains are read once more, at most, where others wait. */
    private static final int REPEATS_MAX = 8;

    /** How often it is tried if nobody waits for it: there will be another. */
    private static final int UPKEEP_ATTEMPTS = 10;

    private final Key key;
    private final CounterBounds bounds;
    private final CounterTools tools;
    private final Desk desk;
    private final List<CounterOp> batch;
    private final CounterPlan.Known known;
    private final boolean isUpkeep;

    private @Nullable Counter gains;
    private @Nullable Version version;
    /** What gains were when they were read before; null if they were not. */
    private @Nullable Counter gainsBefore;
    /** Whether the gains were read when the version was at hand already. */
    private boolean gainsAreLater;
    /** Whether they were the same when they were read before. */
    private boolean gainsAreSame;
    /** What its transaction does; null while there is none. */
    private @Nullable CounterPlan plan;
    /** Of what is under way; 0 while it pauses, and when it is over. */
    private long errand;

    private int attempts;
    /** How often gains were read once more. */
    private int repeats;

    /** Whose cycle it is. */
    interface Desk {
        /** Whether {@code op} is not answered yet. */
        boolean isOpen(CounterOp op);

        /** Whether nobody waits for anything. */
        boolean isForsaken();

        /** Answers {@code op}, unless it is answered. */
        void finish(Turn turn, CounterOp op, CallOutcome outcome);

        /** {@code op} is for a later cycle. */
        void putOff(CounterOp op);

        /** What was planned is so, in the version with this timestamp; the cycle is over. */
        void concluded(Turn turn, CounterCycle cycle, CounterPlan plan, Timestamp timestamp);

        /** It is over, and nothing is known. */
        void failed(Turn turn);

        /** It is over, since nobody waits for it any more. */
        void forsaken();
    }

    /**
     * Nothing is under way yet.
     *
     * @param batch whom it serves
     * @param isUpkeep whether it is begun for nobody
     */
    CounterCycle(
            Key key,
            CounterBounds bounds,
            CounterTools tools,
            Desk desk,
            List<CounterOp> batch,
            CounterPlan.Known known,
            boolean isUpkeep) {
        this.key = key;
        this.bounds = bounds;
        this.tools = tools;
        this.desk = desk;
        this.batch = new ArrayList<>(batch);
        this.known = known;
        this.isUpkeep = isUpkeep;
    }

    /** Those that it serves. */
    List<CounterOp> batch() {
        return List.copyOf(batch);
    }

    boolean isUpkeep() {
        return isUpkeep;
    }

    /** Whether there is a transaction that may be committed whatever this client does. */
    boolean mayCommit() {
        return plan != null && plan.changes();
    }

    /** What {@code call} is told at its deadline if its transaction may do what it wants; null if it cannot, or that is known. */
    CallOutcome.@Nullable Unknown leave(long call) {
        return plan != null && changes(plan.answers().get(call))
                ? tools.transactions().leave(errand)
                : null;
    }

    private static boolean spends(@Nullable CallOutcome answer) {
        return answer instanceof CallOutcome.Spent spent && spent.accepted();
    }

    /** Whether somebody who is told so wants to know what became of it if it is not known in time. */
    private static boolean changes(@Nullable CallOutcome answer) {
        return spends(answer) || answer instanceof CallOutcome.GivenBack || answer instanceof CallOutcome.Held;
    }

    /** Nothing more comes of it. */
    void drop(Turn turn) {
        if (errand != 0) {
            turn.drop(errand);
            tools.reads().forget(turn, errand);
            tools.updates().stopWaiting(errand);
            tools.strictReads().abandon(turn, errand);
        }
        turn.cancel(new CounterDesk.TryAgain(key));
        errand = 0;
    }

    /** A pause is over. */
    void onTryAgain(Turn turn) {
        if (errand == 0) {
            goOn(turn);
        }
    }

    void goOn(Turn turn) {
        batch.removeIf(op -> !desk.isOpen(op));
        if (gains == null) {
            errand = turn.errand(this::onGains);
            tools.reads()
                    .findRelaxed(
                            turn,
                            errand,
                            new ClientCall.ReadRelaxed(key, tools.rules().gains()));
        } else if (version == null) {
            long asked = turn.errand((later, outcome) -> pause(later));
            errand = asked;
            tools.reads().find(turn, asked, List.of(key), attempts == 0, (later, found) -> {
                if (errand == asked) {
                    later.drop(asked);
                    version = found.versions().get(0);
                    goOn(later);
                }
            });
        } else {
            decide(turn, gains, version);
        }
    }

    private void onGains(Turn turn, CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Relaxed relaxed)) {
            pause(turn);
        } else if (relaxed.state() == null || relaxed.state() instanceof Counter) {
            gains = relaxed.state() instanceof Counter counter ? counter : Counter.ZERO;
            gainsAreLater = version != null;
            gainsAreSame = gainsAreLater && gains.equals(gainsBefore);
            goOn(turn);
        } else {
            refuse(turn);
        }
    }

    /** What is at the key is no bounded counter. */
    private void refuse(Turn turn) {
        CallOutcome refused = new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>());
        batch.forEach(op -> desk.finish(turn, op, refused));
        fail(turn);
    }

    private void fail(Turn turn) {
        errand = 0;
        desk.failed(turn);
    }

    private void decide(Turn turn, Counter gained, Version seenVersion) {
        CounterRecord recorded = CounterRecord.of(seenVersion, bounds);
        if (recorded == null) {
            refuse(turn);
            return;
        }
        CounterRecord seen = recorded.forgetting(tools.horizon().g());
        CounterPlan next = CounterPlan.of(seen, gained, known, batch, tools.self(), tools.rules());
        boolean asksAgain = (next.refusesSomebody() && tools.rules().asksAgainBeforeLimit() && !gainsAreLater)
                || (next.tellsValue() && tools.rules().asksAgainBeforeValue() && !gainsAreSame);
        if (asksAgain) {
            gainsBefore = gained;
            gains = null;
            if (++repeats > REPEATS_MAX) {
                putOffReads();
            }
            goOn(turn);
            return;
        }
        if (next.onlyFolds() && !tools.rules().writesFolded()) {
            conclude(turn, next, seenVersion.timestamp());
            return;
        }
        long deciding = turn.errand((later, outcome) -> onDecided(later, seenVersion, outcome));
        errand = deciding;
        List<Read> reads = tools.rules().validates() ? List.of(Read.of(key, seenVersion)) : List.of();
        boolean begun = true;
        plan = next;
        if (next.changes()) {
            ClientCall.Commit commit = new ClientCall.Commit(
                    reads, List.of(new Write(key, next.record().encode())));
            begun = tools.transactions()
                    .prepare(turn, deciding, commit, (later, outcome) -> later.finish(deciding, outcome));
        } else if (reads.isEmpty()) {
            turn.finish(deciding, new CallOutcome.Validated(null));
        } else {
            tools.strictReads().check(turn, deciding, new ClientCall.Validate(reads));
        }
        if (!begun) {
            turn.drop(deciding);
            pause(turn);
        }
    }

    /** Gains come in too fast: those who read leave the others alone, and go into the next cycle. */
    private void putOffReads() {
        for (CounterOp op : List.copyOf(batch)) {
            if (op.what() instanceof ClientCall.ReadCounter && desk.isOpen(op)) {
                batch.remove(op);
                desk.putOff(op);
            }
        }
    }

    private void onDecided(Turn turn, Version seenVersion, CallOutcome outcome) {
        CounterPlan decided = plan;
        plan = null;
        if (decided == null) {
            return;
        }
        if (outcome instanceof CallOutcome.Committed committed) {
            conclude(turn, decided, committed.timestamp());
        } else if (outcome instanceof CallOutcome.Validated) {
            conclude(turn, decided, seenVersion.timestamp());
        } else if (outcome instanceof CallOutcome.Unknown) {
            batch.forEach(op -> {
                if (spends(decided.answers().get(op.call()))) {
                    desk.finish(turn, op, outcome);
                }
            });
            again(turn, null);
        } else if (outcome instanceof CallOutcome.Failed) {
            batch.forEach(op -> desk.finish(turn, op, outcome));
            fail(turn);
        } else {
            again(turn, newest(outcome));
        }
    }

    private static @Nullable Version newest(CallOutcome outcome) {
        List<Verdict.Newest> newest = outcome instanceof CallOutcome.Aborted aborted
                ? aborted.newest()
                : outcome instanceof CallOutcome.Outdated outdated ? outdated.newest() : List.of();
        return newest.isEmpty() ? null : newest.get(0).version();
    }

    private void again(Turn turn, @Nullable Version newer) {
        version = newer;
        gainsAreLater = false;
        gainsAreSame = false;
        pause(turn);
    }

    /** It goes on a little later, so that contenders do not meet again. */
    private void pause(Turn turn) {
        plan = null;
        errand = 0;
        attempts++;
        if (desk.isForsaken() && (!isUpkeep || attempts > UPKEEP_ATTEMPTS)) {
            desk.forsaken();
            return;
        }
        turn.arm(new CounterDesk.TryAgain(key), 0, tools.retries().ceilingNanos(attempts));
    }

    private void conclude(Turn turn, CounterPlan so, Timestamp timestamp) {
        errand = 0;
        desk.concluded(turn, this, so, timestamp);
    }
}
