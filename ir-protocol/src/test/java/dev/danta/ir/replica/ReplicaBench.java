package dev.danta.ir.replica;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Changes;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Query;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StatePart;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One replica's machine on a test bench, over records in memory and an application of a few words. */
final class ReplicaBench {
    static final ShardId SHARD = new ShardId(2);
    static final ReplicaId SELF = new ReplicaId(1);
    static final Membership MEMBERS =
            new Membership(SHARD, Epoch.FIRST, List.of(SELF, new ReplicaId(2), new ReplicaId(3)));
    static final ClientId OWNER = new ClientId(0, 7);
    static final ClientId SETTLER = new ClientId(0, 9);
    static final Address ASKER = new Address.Client(OWNER);
    static final Timestamp ID = new Timestamp(1_000, OWNER);
    static final Ballot OWN_BALLOT = Ballot.ofOwner(Epoch.FIRST, OWNER);
    static final long CLOCK_AHEAD_MICROS = 500;
    static final long DISK = 7;
    static final Body BODY = new Words("write x");
    static final Decision COMMIT = new Decision.Commit(new Timestamp(1_005, OWNER));
    static final Decision ABORT = new Decision.Abort();
    static final Result OK = new Result.Ok(new Timestamp(1_005, OWNER));
    static final Vote VOTED_OK = new Vote.Ok(new Timestamp(1_001, OWNER));
    static final Vote VOTED_NO = new Vote.No(new Because("conflict"));

    private final MemoryRecords records = new MemoryRecords(DISK);
    private Vote nextVote = VOTED_OK;
    private IrReplica machine;
    private long wallMicros = 1_000;

    /** A body whose meaning is its text. */
    record Words(String text) implements Body, InconsistentOp, Query, Answer, StatePart, Changes {
        @Override
        public List<ShardId> participants() {
            return List.of(SHARD);
        }

        @Override
        public int sizeBytes() {
            return text.length();
        }
    }

    record Because(String text) implements Refusal {}

    record Applied(Timestamp id, Decision decision, Body body) implements Mutation {}

    record Executed(InconsistentOp op) implements Mutation {}

    record Forgotten(Body body, Timestamp deletedBelow) implements Mutation {}

    record Began(Timestamp id, Body body) implements Report {}

    record Ended(Timestamp id) implements Report {}

    private final ReplicaRules rules;

    ReplicaBench() {
        this(ReplicaRules.PROTOCOL);
    }

    /** Under rules that may be broken. */
    ReplicaBench(ReplicaRules rules) {
        this.rules = rules;
        this.machine = fresh(SELF);
    }

    private IrReplica fresh(ReplicaId self) {
        return new IrReplica(
                self,
                MEMBERS,
                new IrReplica.Settings(CLOCK_AHEAD_MICROS),
                records,
                new FewWords(),
                EpochRules.PROTOCOL,
                rules);
    }

    /** The process dies and starts again over the same store. */
    List<Effect> restart() {
        machine = fresh(SELF);
        return handle(new IrReplica.Input.Started());
    }

    void become(ReplicaId self) {
        machine = fresh(self);
    }

    ReplicaBench with(OpRecord record) {
        records.change(new PutRecord(record));
        handle(new IrReplica.Input.Started());
        return this;
    }

    ReplicaBench with(Watermarks watermarks) {
        records.change(new PutWatermarks(watermarks));
        restart();
        return this;
    }

    ReplicaBench with(EpochState epoch) {
        records.change(new PutEpoch(epoch));
        restart();
        return this;
    }

    EpochState epoch() {
        return machine.epoch();
    }

    ReplicaBench voting(Vote vote) {
        nextVote = vote;
        return this;
    }

    ReplicaBench at(long wallClockMicros) {
        wallMicros = wallClockMicros;
        return this;
    }

    List<Effect> handle(IrReplica.Input input) {
        List<Effect> effects = machine.handle(input, new Moment(0, wallMicros));
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                records.change(persist.mutation());
            }
        }
        return effects;
    }

    List<Effect> receive(IrMessage message) {
        return receive(new Envelope(SHARD, Epoch.FIRST, ASKER, message));
    }

    List<Effect> receive(Envelope envelope) {
        return handle(new IrReplica.Input.Received(envelope));
    }

    List<OpRecord> undecided() {
        return machine.undecided();
    }

    @Nullable
    OpRecord stored() {
        return records.record(ID);
    }

    static Effect reply(IrMessage.Reply reply) {
        return new Effect.Send(ASKER, new Envelope(SHARD, Epoch.FIRST, new Address.Replica(SELF), reply));
    }

    static Effect persist(OpRecord record) {
        return new Effect.Persist(new PutRecord(record));
    }

    static Effect logged(long number) {
        return new Effect.Persist(new AppendLog(number, new LogEntry.Decided(ID, null)));
    }

    static Effect holdBegins(Body body) {
        return new Effect.Tell(new Began(ID, body));
    }

    static Effect holdEnds() {
        return new Effect.Tell(new Ended(ID));
    }

    static Effect applied(Decision decision, Body body) {
        return new Effect.Persist(new Applied(ID, decision, body));
    }

    static OpRecord blank() {
        return OpRecord.blank(ID);
    }

    static Ballot round(int round) {
        return new Ballot(Epoch.FIRST.number(), round, SETTLER);
    }

    private final class FewWords implements Application {
        private final List<Timestamp> holders = new ArrayList<>();

        @Override
        public Vote vote(ShardId shard, Timestamp id, Body body) {
            return nextVote;
        }

        @Override
        public List<Effect> hold(Timestamp id, Body body) {
            if (holders.contains(id)) {
                throw new AssertionError(id + " holds already");
            }
            holders.add(id);
            return List.of(new Effect.Tell(new Began(id, body)));
        }

        @Override
        public List<Effect> release(Timestamp id) {
            if (!holders.remove(id)) {
                throw new AssertionError(id + " holds nothing");
            }
            return List.of(new Effect.Tell(new Ended(id)));
        }

        @Override
        public List<Effect> decide(Timestamp id, Decision decision, Body body) {
            List<Effect> effects = new ArrayList<>();
            effects.add(new Effect.Persist(new Applied(id, decision, body)));
            if (holders.remove(id)) {
                effects.add(new Effect.Tell(new Ended(id)));
            }
            return effects;
        }

        @Override
        public @Nullable Changes changes(List<Effect> effects, int first) {
            return effects.size() > first
                            && effects.get(first) instanceof Effect.Persist persist
                            && persist.mutation() instanceof Applied applied
                            && applied.body() instanceof Words words
                            && words.text().startsWith("tell")
                    ? words
                    : null;
        }

        @Override
        public Execution execute(OpId id, InconsistentOp op, Moment now) {
            if (op.equals(new Words("refuse this"))) {
                return new Execution.Refused("it says so itself");
            }
            if (op.equals(new Words("too early"))) {
                return new Execution.TooFarAhead();
            }
            return new Execution.Done(List.of(new Effect.Persist(new Executed(op))));
        }

        @Override
        public Execution absorb(OpId id, InconsistentOp op, List<Effect> soFar) {
            return op.equals(new Words("refuse this"))
                    ? new Execution.Refused("it says so itself")
                    : new Execution.Done(List.of(new Effect.Persist(new Executed(op))));
        }

        @Override
        public boolean noticedBehind() {
            return false;
        }

        @Override
        public List<Effect> forget(Body body, Timestamp deletedBelow) {
            return List.of(new Effect.Persist(new Forgotten(body, deletedBelow)));
        }

        @Override
        public List<RangeHash> summarize(StateView view, Bytes after, Bytes upTo, int keysEach, int most) {
            return List.of(new RangeHash(upTo, keysEach));
        }

        @Override
        public @Nullable StateComparison compare(StateView view, Bytes after, List<RangeHash> parts, boolean sends) {
            return parts.isEmpty()
                    ? null
                    : new StateComparison(
                            List.of(0),
                            sends ? new Words("state after " + after) : null,
                            parts.get(0).upTo());
        }

        @Override
        public List<Effect> join(StatePart part, Timestamp forgotten) {
            return List.of(new Effect.Persist(new Executed((Words) part)));
        }

        @Override
        public List<Effect> forgetBeside(StatePart part, List<StateReach> reaches) {
            return List.of();
        }

        @Override
        public Answer answer(Query query, Moment now) {
            return new Words("answer to " + ((Words) query).text());
        }
    }
}
