package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.recovery.MembersChanged;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One client's whole protocol state as one machine: it turns calls, replies, timers and news of connections into requests
 * and answers. Every call is answered exactly once, by its deadline; what an answer leaves behind (decisions and updates
 * that some replica has not acknowledged yet, transactions whose outcome came too late) goes on in the background.
 */
public final class TxnClient implements Machine<TxnClient.Input> {
    /** What somebody else has seen may be stamped so much ahead of this client's clock, as replicas put up with it. */
    private static final long AFTER_AHEAD_MICROS = 5_000_000;

    private static final String CLOCK_TROUBLE = "this client's clock is too far ahead of it";

    private final Turn.Context context;
    private final ShardMap shards;
    private final HybridClock clock;
    private final Peers peers;
    private final Reach reach;
    private final Spreader spreader;
    private final Transactions transactions;
    private final Updates updates;
    private final Reads reads;
    private final RangeReads rangeReads;
    private final StrictReads strictReads;
    private final Cleaning cleaning;
    private final BoundedCounters counters;
    private final Feeds feeds;
    private final FreshKeeping fresh;
    private final Horizon horizon = new Horizon();
    private final Settling settling;
    private final Set<Long> draining = new TreeSet<>();

    /** What a client is told. */
    public sealed interface Input {
        /** A message came. */
        record Received(Envelope envelope) implements Input {}

        /** A timer that this machine armed has fired; one that was cancelled may still come. */
        record TimerFired(Timer timer) implements Input {}

        /** Messages can be sent to this replica's node from now on. */
        record Connected(ReplicaId replica) implements Input {}

        /** The connection is gone or could not be made; {@code cause} is a few words for the user, with the address. */
        record Disconnected(ReplicaId replica, String cause) implements Input {}

        /**
         * Somebody describes the cluster; what is known to be newer stays.
         *
         * @param memberships of some shards
         * @param draining replicas whose nodes are about to be stopped: who has a choice reads elsewhere
         */
        record Described(List<Membership> memberships, List<ReplicaId> draining) implements Input {
            public Described {
                memberships = List.copyOf(memberships);
                draining = List.copyOf(draining);
            }
        }

        /**
         * The application asks for something.
         *
         * @param number not negative, and never used twice; the answer is told as {@link Finished} with it
         * @param deadlineNanos how long from now an answer may take
         */
        record Called(long number, ClientCall call, long deadlineNanos) implements Input {}
    }

    /**
     * Begins with no connections.
     *
     * @param self random, of this process life only
     * @param memberships one for each of the shards
     */
    public TxnClient(ClientId self, ShardMap shards, List<Membership> memberships, ClientSettings settings) {
        this(self, shards, memberships, settings, ReadRules.PROTOCOL, QuorumRules.PROTOCOL);
    }

    /** The same, with rules of its own for the counting of strict reads and of quorums. */
    public TxnClient(
            ClientId self,
            ShardMap shards,
            List<Membership> memberships,
            ClientSettings settings,
            ReadRules rules,
            QuorumRules quorums) {
        this(self, shards, memberships, settings, rules, quorums, CounterRules.PROTOCOL);
    }

    /** The same, with rules of its own for bounded counters, too. */
    public TxnClient(
            ClientId self,
            ShardMap shards,
            List<Membership> memberships,
            ClientSettings settings,
            ReadRules rules,
            QuorumRules quorums,
            CounterRules counterRules) {
        this(
                self,
                shards,
                memberships,
                settings,
                rules,
                quorums,
                counterRules,
                CacheStores.ofEntries(settings.knownVersionsMax()));
    }

    /** The same, and remembers what it has read and written in {@code stores}. */
    public TxnClient(
            ClientId self,
            ShardMap shards,
            List<Membership> memberships,
            ClientSettings settings,
            ReadRules rules,
            QuorumRules quorums,
            CounterRules counterRules,
            CacheStores stores) {
        boolean oneForEach = memberships.size() == shards.shards()
                && IntStream.range(0, shards.shards())
                        .allMatch(i -> memberships.stream()
                                .anyMatch(membership -> membership.shard().number() == i));
        if (!oneForEach) {
            throw new IllegalArgumentException("not one membership for each of " + shards.shards() + " shards");
        }
        this.shards = shards;
        this.spreader = new Spreader(settings);
        this.context = new Turn.Context(self, new Memberships(memberships), spreader, quorums);
        this.clock = new HybridClock(self);
        this.peers = new Peers(self, memberships);
        KnownVersions known = new KnownVersions(stores, settings.knownVersionBytesMax());
        KnownValues values = new KnownValues(stores, settings.knownVersionBytesMax());
        this.updates = new Updates(context, self, shards, settings, peers, values);
        this.reach = new Reach(context, shards, settings, peers, updates);
        this.settling = new Settling(self, context, shards, settings.settling());
        Obstacles obstacles = new Obstacles(self, settling, settings.settling());
        this.transactions =
                new Transactions(context, shards, settings, peers, reach, clock, known, rules, settling, obstacles);
        this.fresh = new FreshKeeping(context, shards, settings, peers, updates, known, values, rules.fresh());
        this.reads = new Reads(context, shards, settings, peers, reach, clock, updates, known, values, fresh, horizon);
        this.rangeReads = new RangeReads(shards, clock, reads, known, horizon);
        this.strictReads = new StrictReads(
                context,
                shards,
                settings,
                peers,
                reach,
                updates,
                reads,
                known,
                horizon,
                rules,
                obstacles,
                transactions);
        this.feeds = new Feeds(context, shards, settings, peers, updates, rules);
        this.cleaning = new Cleaning(rangeReads, clock, transactions);
        this.counters = new BoundedCounters(new CounterTools(
                self,
                counterRules,
                settings,
                shards,
                peers,
                reach,
                updates,
                reads,
                strictReads,
                transactions,
                horizon,
                RetryPolicy.HOT));
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        Turn turn = new Turn(context, now);
        if (input instanceof Input.Received received) {
            onReceived(turn, received.envelope());
        } else if (input instanceof Input.Called called) {
            onCalled(turn, called);
        } else if (input instanceof Input.TimerFired fired) {
            onTimer(turn, fired.timer());
        } else if (input instanceof Input.Connected connected) {
            peers.onConnected(connected.replica());
            reach.onConnected(connected.replica());
            turn.run(spreader.onConnected(connected.replica(), now.monotonicNanos()));
            transactions.onConnected(turn, connected.replica());
            reads.onConnected(turn, connected.replica());
            strictReads.onConnected(turn, connected.replica());
            feeds.onConnected(turn, connected.replica());
            fresh.onConnected(turn, connected.replica());
        } else if (input instanceof Input.Disconnected disconnected) {
            peers.onDisconnected(disconnected.replica(), disconnected.cause());
            transactions.onDown(turn, disconnected.replica());
            reads.onDown(turn, disconnected.replica());
            strictReads.onDown(turn);
            updates.onDown(turn);
            counters.onDown(turn);
        } else if (input instanceof Input.Described described) {
            onDescribed(turn, described);
        }
        finishDrains(turn);
        return turn.effects();
    }

    private void onDescribed(Turn turn, Input.Described described) {
        peers.onDraining(described.draining());
        for (Membership membership : described.memberships()) {
            if (context.learn(membership)) {
                onMoved(turn, membership);
            }
        }
    }

    private void onCalled(Turn turn, Input.Called called) {
        long call = called.number();
        ClientCall what = called.call();
        long deadlineNanos = Math.max(0, called.deadlineNanos());
        if (what instanceof ClientCall.ReadVersions read) {
            reads.readVersions(turn, call, read, deadlineNanos);
        } else if (what instanceof ClientCall.ReadStrict read) {
            strictReads.read(turn, call, read, deadlineNanos);
        } else if (what instanceof ClientCall.Validate validate) {
            strictReads.validate(turn, call, validate, deadlineNanos);
        } else if (what instanceof ClientCall.ReadRange read) {
            rangeReads.read(turn, call, read, deadlineNanos);
        } else if (what instanceof ClientCall.Commit commit) {
            transactions.commit(turn, call, commit, deadlineNanos);
        } else if (what instanceof ClientCall.AwaitOutcome await) {
            transactions.awaitOutcome(turn, call, await, deadlineNanos);
        } else if (what instanceof ClientCall.ReadRelaxed read) {
            reads.readRelaxed(turn, call, read, deadlineNanos);
        } else if (what instanceof ClientCall.HashRelaxed hash) {
            reads.hashRelaxed(turn, call, hash, deadlineNanos);
        } else if (what instanceof ClientCall.Stamped stamped) {
            turn.open(call, deadlineNanos, at -> updates.atDeadline(call));
            if (admitStamp(turn, call, stamped.after())) {
                RelaxedState change = stamped.at(clock.next(turn.now()));
                updates.begin(turn, call, stamped.key(), new Updates.Aim.Change(change, stamped.ack()));
            }
        } else if (what instanceof ClientCall.Join join) {
            turn.open(call, deadlineNanos, at -> updates.atDeadline(call));
            RelaxedState change = join.change();
            if (updates.speaksForThisClient(change)) {
                turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
            } else if (admitStamp(turn, call, change.greatestStamp())) {
                updates.begin(turn, call, join.key(), new Updates.Aim.Change(change, join.ack()));
            }
        } else if (what instanceof ClientCall.AddToCounter add) {
            turn.open(call, deadlineNanos, at -> updates.atDeadline(call));
            if (updates.admit(turn, call)) {
                updates.add(turn, call, add.key(), add.amount(), add.ack());
            }
        } else if (what instanceof ClientCall.Gain gain) {
            turn.open(call, deadlineNanos, at -> updates.atDeadline(call));
            if (updates.admit(turn, call)) {
                updates.add(turn, call, gain.key(), gain.amount(), gain.ack());
            }
        } else if (what instanceof ClientCall.Spend spend) {
            counters.take(turn, call, spend, spend.key(), spend.bounds(), deadlineNanos);
        } else if (what instanceof ClientCall.ReadCounter read) {
            counters.take(turn, call, read, read.key(), read.bounds(), deadlineNanos);
        } else if (what instanceof ClientCall.Hold hold) {
            counters.take(turn, call, hold, hold.key(), hold.bounds(), deadlineNanos);
        } else if (what instanceof ClientCall.GiveBack back) {
            counters.take(turn, call, back, back.key(), back.bounds(), deadlineNanos);
        } else if (what instanceof ClientCall.OpenCounters open) {
            counters.open(turn, call, open, deadlineNanos);
        } else if (what instanceof ClientCall.Follow follow) {
            feeds.follow(turn, call, follow, deadlineNanos);
        } else if (what instanceof ClientCall.FreshCall about) {
            turn.open(call, deadlineNanos, at -> new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, new TreeMap<>()));
            turn.finish(call, fresh.on(turn, call, about));
        } else if (what instanceof ClientCall.CleanRequests clean) {
            cleaning.clean(turn, call, clean, deadlineNanos);
        } else if (what instanceof ClientCall.Drain) {
            turn.open(call, deadlineNanos, at -> new CallOutcome.Drained(left()));
            draining.add(call);
        }
    }

    /** Whether an update may be taken on that comes at or after {@code seen}, and then it will; if not, the call is answered. */
    private boolean admitStamp(Turn turn, long call, Timestamp seen) {
        if (clock.isFarBehind(seen, turn.now(), AFTER_AHEAD_MICROS)) {
            turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.CLOCK_AHEAD, new TreeMap<>()));
            return false;
        }
        if (!updates.admit(turn, call)) {
            return false;
        }
        clock.observe(seen);
        return true;
    }

    private void onTimer(Turn turn, Timer timer) {
        if (timer instanceof Turn.Deadline deadline) {
            turn.onDeadline(deadline);
        } else if (timer instanceof Transactions.Hurry hurry) {
            transactions.onHurry(turn, hurry);
        } else if (timer instanceof Transactions.QuorumWait wait) {
            transactions.onQuorumWait(turn, wait);
        } else if (timer instanceof Reach.Look) {
            reach.onLook(turn, underWay() > 0);
        } else if (timer instanceof Settling.Again again) {
            settling.onAgain(turn, again);
        } else if (timer instanceof Reads.AskAgain again) {
            reads.onAskAgain(turn, again);
        } else if (timer instanceof StrictReads.AskAgain again) {
            strictReads.onAskAgain(turn, again);
        } else if (timer instanceof StrictReads.TryAgain again) {
            strictReads.onTryAgain(turn, again);
        } else if (timer instanceof CounterOpening.TryAgain again) {
            counters.onTryAgain(turn, again);
        } else if (timer instanceof CounterDesk.DeskTimer ofDesk) {
            counters.onTimer(turn, ofDesk);
        } else if (timer instanceof Feeds.AskAgain again) {
            feeds.onAskAgain(turn, again);
        } else if (timer instanceof FreshKeeping.AskAgain again) {
            fresh.onAskAgain(turn, again);
        } else if (timer instanceof Spreader.Target target) {
            turn.run(spreader.onTimer(target, turn.now().monotonicNanos()));
        }
    }

    private void onReceived(Turn turn, Envelope envelope) {
        if (!(envelope.from() instanceof Address.Replica from)
                || !(envelope.message() instanceof IrMessage.Reply reply)
                || envelope.shard().number() >= shards.shards()) {
            return;
        }
        ReplicaId replica = from.id();
        reach.onHeard(replica);
        if (reply instanceof IrMessage.WrongEpoch wrong) {
            reach.onAnswered(turn, replica);
            onWrongEpoch(turn, envelope.shard(), replica, wrong.current());
            return;
        }
        peers.onHeard(replica);
        if (!envelope.epoch().equals(context.membership(envelope.shard()).epoch())) {
            peers.onTrouble(replica, "answers in epoch " + envelope.epoch() + " of " + envelope.shard());
        } else if (reply instanceof IrMessage.DecisionAcknowledged acknowledged) {
            acknowledged(turn, envelope, replica, acknowledged.id());
            settling.onReply(turn, envelope.shard(), replica, acknowledged.id(), reply);
        } else if (reply instanceof IrMessage.Executed executed) {
            acknowledged(turn, envelope, replica, executed.id());
            updates.onReply(turn, envelope.shard(), replica, executed.id(), reply);
        } else if (reply instanceof IrMessage.ExecuteRefused refused) {
            acknowledged(turn, envelope, replica, refused.id());
            updates.onReply(turn, envelope.shard(), replica, refused.id(), reply);
        } else if (reply instanceof IrMessage.ExecuteClockRefused clockRefused) {
            peers.onTrouble(replica, CLOCK_TROUBLE);
            updates.onClockRefused(turn, envelope.shard(), replica, clockRefused.id());
        } else if (reply instanceof IrMessage.Answered answered) {
            reads.onReply(turn, envelope.shard(), replica, answered.id(), reply);
            strictReads.onReply(turn, envelope.shard(), replica, answered);
            feeds.onReply(turn, envelope.shard(), replica, answered);
            fresh.onReply(turn, envelope.shard(), replica, answered);
        } else if (reply instanceof IrMessage.Marked marked) {
            clock.observe(marked.watermarks().noFirstVoteBelow());
            horizon.hear(marked.watermarks().deletedBelow());
        } else if (reply instanceof IrMessage.OpOverloaded busy) {
            peers.onTrouble(replica, "overloaded");
            reads.onReply(turn, envelope.shard(), replica, busy.id(), reply);
        } else {
            onTransactionReply(turn, envelope, replica, reply);
        }
    }

    /**
     * One that says nothing new answers a question that {@link Reach} asks: a node answers it also for a replica that does nothing any
     * more, so that it makes nobody believe in that one again.
     */
    private void onWrongEpoch(Turn turn, ShardId shard, ReplicaId replica, Membership current) {
        int comparison = current.epoch().compareTo(context.membership(shard).epoch());
        if (comparison > 0) {
            peers.onHeard(replica);
        }
        if (comparison != 0) {
            peers.onTrouble(replica, "is in epoch " + current.epoch() + " of " + shard);
        }
        if (current.shard().equals(shard) && context.learn(current)) {
            onMoved(turn, current);
        }
    }

    /**
     * The members of a shard have changed (protocol.md 9). Whatever was being counted there begins anew: no quorum is
     * counted over two epochs.
     */
    private void onMoved(Turn turn, Membership now) {
        turn.tell(new MembersChanged(now));
        peers.onMembers(now);
        turn.run(spreader.onMoved(now, turn.now().monotonicNanos()));
        fresh.onMoved(turn, now.shard());
        settling.onMoved(turn, now.shard());
        transactions.onMoved(turn, now.shard());
        updates.onMoved(turn, now.shard());
        reads.onMoved(turn, now.shard());
        strictReads.onMoved(turn, now.shard());
        feeds.onMoved(turn, now.shard());
    }

    private void onTransactionReply(Turn turn, Envelope envelope, ReplicaId replica, IrMessage.Reply reply) {
        Timestamp txn = null;
        if (reply instanceof IrMessage.Voted voted) {
            txn = voted.id();
        } else if (reply instanceof IrMessage.Accepted accepted) {
            txn = accepted.id();
        } else if (reply instanceof IrMessage.Decided decided) {
            txn = decided.id();
            acknowledged(turn, envelope, replica, txn);
        } else if (reply instanceof IrMessage.TooOld tooOld) {
            txn = tooOld.id();
            acknowledged(turn, envelope, replica, txn);
            horizon.hear(tooOld.deletedBelow());
        } else if (reply instanceof IrMessage.Preempted preempted) {
            txn = preempted.id();
        } else if (reply instanceof IrMessage.Promised promised) {
            txn = promised.id();
        } else if (reply instanceof IrMessage.LookedUp lookedUp) {
            txn = lookedUp.id();
        } else if (reply instanceof IrMessage.BodyMissing missing) {
            txn = missing.id();
        } else if (reply instanceof IrMessage.ClockRefused refused) {
            txn = refused.id();
            peers.onTrouble(replica, CLOCK_TROUBLE);
        } else if (reply instanceof IrMessage.ProposeOverloaded busy) {
            txn = busy.id();
            peers.onTrouble(replica, "overloaded");
        }
        if (txn != null) {
            transactions.onReply(turn, envelope.shard(), replica, txn, reply);
            settling.onReply(turn, envelope.shard(), replica, txn, reply);
        }
    }

    private void acknowledged(Turn turn, Envelope envelope, ReplicaId replica, Object id) {
        Spreader.Target target = new Spreader.Target(envelope.shard(), replica);
        turn.run(spreader.onAcknowledged(target, id, turn.now().monotonicNanos()));
    }

    private void finishDrains(Turn turn) {
        draining.removeIf(call -> !turn.isOpen(call));
        if (!draining.isEmpty() && left() == 0) {
            draining.forEach(call -> turn.finish(call, new CallOutcome.Drained(0)));
            draining.clear();
        }
    }

    /** How much is under way: reads and updates not yet answered, transactions not settled, missing acknowledgements. */
    public int left() {
        return underWay() + updates.underWay() + spreader.unacknowledged();
    }

    /** The same of what may wait for a quorum, and of no relaxed update. */
    private int underWay() {
        return transactions.underWay() + reads.underWay() + strictReads.underWay() + counters.underWay();
    }
}
