package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.coordinator.ShardRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One step of a client's machine: the time, and the effects so far. What outlives the step is in {@link Context}. */
final class Turn {
    private final Context context;
    private final Moment now;
    private final List<Effect> effects = new ArrayList<>();

    /** Fires when a call's deadline has passed. */
    record Deadline(long call) implements Timer {}

    /** What is done with the outcome of an errand. */
    interface Ending {
        void ended(Turn turn, CallOutcome outcome);
    }

    /** Has the last word on a call that is still open at its deadline. */
    interface OpenCall {
        CallOutcome atDeadline(Turn turn);
    }

    /** What every part of a client shares. */
    static final class Context {
        private final ClientId self;
        private final Memberships memberships;
        private final Map<Long, OpenCall> openCalls = new TreeMap<>();
        private final Map<Long, Ending> openErrands = new TreeMap<>();
        private long errands;
        private final Spreader spreader;
        private final QuorumRules quorums;

        Context(ClientId self, Memberships memberships, Spreader spreader, QuorumRules quorums) {
            this.self = self;
            this.memberships = memberships;
            this.spreader = spreader;
            this.quorums = quorums;
        }

        Membership membership(ShardId shard) {
            return memberships.of(shard);
        }

        /** Whether {@code heard} is news. */
        boolean learn(Membership heard) {
            return memberships.learn(heard);
        }

        QuorumRules quorums() {
            return quorums;
        }

        Spreader spreader() {
            return spreader;
        }
    }

    Turn(Context context, Moment now) {
        this.context = context;
        this.now = now;
    }

    Membership membership(ShardId shard) {
        return context.membership(shard);
    }

    Moment now() {
        return now;
    }

    List<Effect> effects() {
        return effects;
    }

    void send(List<ShardRequest> requests) {
        for (ShardRequest request : requests) {
            send(request, context.membership(request.shard()).epoch());
        }
    }

    /** Sends one in an epoch that need not be the present one. */
    void send(ShardRequest request, Epoch epoch) {
        Envelope envelope = new Envelope(request.shard(), epoch, new Address.Client(context.self), request.request());
        effects.add(new Effect.Send(new Address.Replica(request.to()), envelope));
    }

    void arm(Timer timer, long afterNanos, long jitterNanos) {
        effects.add(new Effect.Arm(timer, afterNanos, jitterNanos));
    }

    void tell(Report report) {
        effects.add(new Effect.Tell(report));
    }

    void cancel(Timer timer) {
        effects.add(new Effect.Cancel(timer));
    }

    /** Keeps {@code call} open until {@link #finish}, at the latest until {@code deadlineNanos} from now. */
    void open(long call, long deadlineNanos, OpenCall openCall) {
        Invariant.check(context.openCalls.putIfAbsent(call, openCall) == null, "a call's number is used once", call);
        arm(new Deadline(call), deadlineNanos, 0);
    }

    /**
     * Something that this client does for itself. It has a number like a call's, below zero, so that whoever serves calls
     * serves errands too; its outcome goes to {@code ending}, and nobody outside hears of it. It has no deadline: whoever
     * does not wait for it any more drops it.
     */
    long errand(Ending ending) {
        long number = --context.errands;
        context.openErrands.put(number, ending);
        return number;
    }

    void drop(long errand) {
        context.openErrands.remove(errand);
    }

    /** Whether somebody waits for the outcome of a call or an errand. */
    boolean isOpen(long call) {
        return context.openCalls.containsKey(call) || context.openErrands.containsKey(call);
    }

    /** Answers a call or an errand; one that was answered already stays as it is. */
    void finish(long call, CallOutcome outcome) {
        Ending ending = context.openErrands.remove(call);
        if (ending != null) {
            ending.ended(this, outcome);
        } else if (context.openCalls.remove(call) != null) {
            cancel(new Deadline(call));
            tell(new Finished(call, outcome));
        }
    }

    void onDeadline(Deadline deadline) {
        OpenCall open = context.openCalls.get(deadline.call());
        if (open != null) {
            finish(deadline.call(), open.atDeadline(this));
        }
    }

    /** Has {@code requests} repeated to each replica until that replica acknowledges {@code id}. */
    void spread(Object id, List<ShardRequest> requests, int sizeEach) {
        run(context.spreader.add(id, requests, sizeEach, now.monotonicNanos()));
    }

    void run(Spreader.Upshot upshot) {
        send(upshot.requests());
        upshot.timers().forEach((target, after) -> arm(target, after, after / 4));
    }
}
