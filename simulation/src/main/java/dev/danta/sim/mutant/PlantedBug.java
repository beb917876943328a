package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.Application;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Holds;
import dev.danta.occ.Read;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.Validator;
import dev.danta.occ.Verdict;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.SimParts;
import dev.danta.sim.disk.SimDisk;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.recovery.Settler;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Parts that break one rule each by what they do to messages, stores and upcalls; rules that are objects of their own are
 * broken where {@link Mutants} lists them.
 */
enum PlantedBug implements SimParts {
    /** 9: a commit says that it is done, and the next ones make it so. */
    REPLIES_BEFORE_SYNC {
        @Override
        public Storage storage(ReplicaId replica, SimDisk disk) {
            return new Storage() {
                private int commits;

                @Override
                public void apply(Mutation mutation) {
                    disk.apply(mutation);
                }

                @Override
                public void commit() {
                    if (++commits % 4 == 0) {
                        disk.commit();
                    }
                }
            };
        }
    },

    /** A crash in the middle of a commit leaves the beginning of its batch. */
    KEEPS_TORN_BATCHES {
        @Override
        public boolean storeIsAtomic() {
            return false;
        }
    },

    /** Half of a batch becomes durable before the other half. */
    COMMITS_IN_TWO_HALVES {
        @Override
        public Storage storage(ReplicaId replica, SimDisk disk) {
            return new Storage() {
                @Override
                public void apply(Mutation mutation) {
                    if (mutation instanceof PutVersion && disk.hasOpenChanges()) {
                        disk.commit();
                    }
                    disk.apply(mutation);
                }

                @Override
                public void commit() {
                    disk.commit();
                }
            };
        }
    },

    /** 3: NO votes are not there any more after a restart. */
    FORGETS_NO_VOTES {
        @Override
        public RecordStore records(ReplicaId replica, SimDisk disk) {
            TreeSet<Timestamp> forgotten = new TreeSet<>();
            disk.undecided().stream()
                    .filter(record -> record.vote() instanceof Vote.No && record.accepted() == null)
                    .forEach(record -> forgotten.add(record.id()));
            return new RecordStore() {
                @Override
                public @Nullable OpRecord record(Timestamp id) {
                    OpRecord record = disk.record(id);
                    boolean stillUndecided = record != null && record.decision() == null;
                    return forgotten.contains(id) && stillUndecided ? null : record;
                }

                @Override
                public List<OpRecord> undecided() {
                    return disk.undecided().stream()
                            .filter(record -> !forgotten.contains(record.id()))
                            .toList();
                }

                @Override
                public List<OpRecord> records(Timestamp after, Timestamp upTo, int most) {
                    return disk.records(after, upTo, most);
                }

                @Override
                public Timestamp greatestId() {
                    return disk.greatestId();
                }

                @Override
                public Watermarks watermarks() {
                    return disk.watermarks();
                }

                @Override
                public @Nullable EpochState epoch() {
                    return disk.epoch();
                }

                @Override
                public LogIncarnation logIncarnation() {
                    return disk.logIncarnation();
                }

                @Override
                public long logStart() {
                    return disk.logStart();
                }

                @Override
                public long logEnd() {
                    return disk.logEnd();
                }

                @Override
                public List<LogEntry> log(long after, int most) {
                    return disk.log(after, most);
                }

                @Override
                public List<LogCursor> cursors() {
                    return disk.cursors();
                }
            };
        }
    },

    /** Validation does not see what others hold. */
    IGNORES_HOLDS {
        @Override
        Vote vote(Participant genuine, VersionedStore versions, ShardId shard, Timestamp id, PrepareBody body) {
            return voteFor(Validator.validate(
                    id, body.accesses(), versions, new Holds(), Timestamp.ZERO, ValidationRules.PROTOCOL));
        }
    },

    /** 2: a write passes an undecided read; only writes hold keys. */
    WRITES_PASS_READS {
        @Override
        public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
            Holds written = new Holds();
            return new PassingOn(genuine) {
                @Override
                public Vote vote(ShardId shard, Timestamp id, Body body) {
                    AccessSet all = ((PrepareBody) body).accesses();
                    return voteFor(
                            Validator.validate(id, all, versions, written, Timestamp.ZERO, ValidationRules.PROTOCOL));
                }

                @Override
                public List<Effect> hold(Timestamp id, Body body) {
                    written.hold(
                            id,
                            new AccessSet(
                                    List.of(), ((PrepareBody) body).accesses().writes()));
                    return super.hold(id, body);
                }

                @Override
                public List<Effect> release(Timestamp id) {
                    written.release(id);
                    return super.release(id);
                }

                @Override
                public List<Effect> decide(Timestamp id, Decision decision, Body body) {
                    written.release(id);
                    return super.decide(id, decision, body);
                }
            };
        }
    },

    /** Everything proposed is fine. */
    VALIDATES_NOTHING {
        @Override
        Vote vote(Participant genuine, VersionedStore versions, ShardId shard, Timestamp id, PrepareBody body) {
            return new Vote.Ok(id);
        }
    },

    /** 7: a key that was read as never there is not compared. */
    IGNORES_ABSENT_KEYS {
        @Override
        Vote vote(Participant genuine, VersionedStore versions, ShardId shard, Timestamp id, PrepareBody body) {
            List<Read> there = body.accesses().reads().stream()
                    .filter(read -> !read.seen().equals(Timestamp.ZERO))
                    .toList();
            AccessSet accesses = new AccessSet(there, body.accesses().writes());
            return genuine.vote(shard, id, new PrepareBody(body.participants(), accesses));
        }
    },

    /** A deletion read is not compared. */
    IGNORES_DELETIONS {
        @Override
        Vote vote(Participant genuine, VersionedStore versions, ShardId shard, Timestamp id, PrepareBody body) {
            List<Read> live = body.accesses().reads().stream()
                    .filter(read -> !read.deletion())
                    .toList();
            AccessSet accesses = new AccessSet(live, body.accesses().writes());
            return genuine.vote(shard, id, new PrepareBody(body.participants(), accesses));
        }
    },

    /** 6: every OK vote and every acceptance counts twice, so q - 1 are enough. */
    COUNTS_TWICE {
        @Override
        public List<Envelope> arrived(ClientId client, List<Envelope> batch) {
            List<Envelope> all = new ArrayList<>();
            for (Envelope envelope : batch) {
                all.add(envelope);
                if (envelope.from() instanceof Address.Replica replica
                        && (envelope.message() instanceof IrMessage.Accepted
                                || (envelope.message() instanceof IrMessage.Voted voted
                                        && voted.vote() instanceof Vote.Ok))) {
                    int other = replica.id().number() == 1 ? 2 : 1;
                    Address twin = new Address.Replica(new ReplicaId(other));
                    all.add(new Envelope(envelope.shard(), envelope.epoch(), twin, envelope.message()));
                }
            }
            return all;
        }
    },

    /** 4: what is not known is called aborted. */
    CALLS_UNKNOWN_ABORTED {
        @Override
        public Machine<TxnClient.Input> client(ClientId id, TxnClient genuine) {
            return (input, now) -> {
                List<Effect> effects = new ArrayList<>();
                for (Effect effect : genuine.handle(input, now)) {
                    boolean unknown = effect instanceof Effect.Tell tell
                            && tell.report() instanceof Finished finished
                            && finished.outcome() instanceof CallOutcome.Unknown;
                    effects.add(unknown ? aborted((Finished) ((Effect.Tell) effect).report()) : effect);
                }
                return effects;
            };
        }

        private static Effect aborted(Finished finished) {
            Timestamp txn = ((CallOutcome.Unknown) finished.outcome()).txn();
            return new Effect.Tell(new Finished(
                    finished.call(), new CallOutcome.Aborted(txn, CallOutcome.AbortReason.GAVE_UP, List.of())));
        }
    },

    /** 8: a Commit is acknowledged and ignored where the Prepare was never seen. */
    IGNORES_COMMIT_WITHOUT_PREPARE {
        @Override
        public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
            return (input, now) -> {
                if (input instanceof SweepingReplica.Input.Received received
                        && received.envelope().message() instanceof IrMessage.Decide decide
                        && disk.record(decide.id()) == null) {
                    IrMessage reply = new IrMessage.DecisionAcknowledged(decide.id());
                    Envelope envelope = received.envelope();
                    Address self = new Address.Replica(replica);
                    return List.of(new Effect.Send(
                            envelope.from(), new Envelope(envelope.shard(), envelope.epoch(), self, reply)));
                }
                return genuine.handle(input, now);
            };
        }
    },

    /** 5: whoever settles a transaction looks at votes only, not at what was accepted. */
    SETTLES_WITHOUT_LOOKING_AT_ACCEPTED {
        @Override
        public List<Envelope> arrivedAtSettler(List<Envelope> batch) {
            List<Envelope> all = new ArrayList<>();
            for (Envelope envelope : batch) {
                all.add(
                        envelope.message() instanceof IrMessage.Promised promised
                                ? new Envelope(
                                        envelope.shard(),
                                        envelope.epoch(),
                                        envelope.from(),
                                        new IrMessage.Promised(
                                                promised.id(),
                                                promised.ballot(),
                                                promised.vote(),
                                                null,
                                                promised.body()))
                                : envelope);
            }
            return all;
        }
    },

    /** 5: every promise counts twice, so that a settler recovers with q - 1. */
    SETTLES_WITH_HALF_A_QUORUM {
        @Override
        public List<Envelope> arrivedAtSettler(List<Envelope> batch) {
            return twice(batch, IrMessage.Promised.class);
        }
    },

    /** Nobody settles anything. */
    SETTLES_NOTHING {
        @Override
        public Machine<Settler.Input> settler(ReplicaId node, Settler genuine) {
            return (input, now) -> List.of();
        }
    },

    /** Commits never get to one of the replicas. */
    SPARES_ONE_REPLICA_THE_DECISIONS {
        @Override
        public Machine<TxnClient.Input> client(ClientId id, TxnClient genuine) {
            return (input, now) -> genuine.handle(input, now).stream()
                    .filter(effect -> !(effect instanceof Effect.Send send
                            && send.envelope().message() instanceof IrMessage.Decide
                            && send.to().equals(new Address.Replica(new ReplicaId(1)))))
                    .toList();
        }
    },

    /** After a restart nothing is held until the first new vote. */
    DROPS_HOLDS_AT_RESTART {
        @Override
        public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
            return new PassingOn(genuine) {
                private boolean voted;

                @Override
                public Vote vote(ShardId shard, Timestamp id, Body body) {
                    voted = true;
                    return super.vote(shard, id, body);
                }

                @Override
                public List<Effect> hold(Timestamp id, Body body) {
                    return voted ? super.hold(id, body) : List.of();
                }
            };
        }
    },

    /** 19: of relaxed writes the one that arrives later wins, whatever its stamp. */
    LATER_ARRIVAL_WINS {
        @Override
        public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
            return new PassingOn(genuine) {
                @Override
                public Execution execute(OpId id, InconsistentOp op, Moment now) {
                    return op instanceof RelaxedUpdate update && update.change() instanceof LwwRegister
                            ? new Execution.Done(
                                    List.of(new Effect.Persist(new PutRelaxed(update.key(), update.change()))))
                            : super.execute(id, op, now);
                }
            };
        }
    },

    /** 19: of an element of a set or a map what arrives later is kept, whatever its stamp. */
    LATER_ARRIVAL_WINS_IN_A_SET {
        @Override
        public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
            return new PassingOn(genuine) {
                @Override
                public Execution execute(OpId id, InconsistentOp op, Moment now) {
                    return op instanceof RelaxedUpdate update
                                    && genuine.answer(new ReadQuery.Relaxed(update.key()), now)
                                            instanceof ReadAnswer.Relaxed there
                                    && there.state() != null
                            ? new Execution.Done(List.of(new Effect.Persist(
                                    new PutRelaxed(update.key(), overwritten(there.state(), update.change())))))
                            : super.execute(id, op, now);
                }
            };
        }

        private static RelaxedState overwritten(RelaxedState there, RelaxedState change) {
            if (there instanceof LwwSet set && change instanceof LwwSet later) {
                TreeMap<Bytes, Timestamp> added = new TreeMap<>(set.added());
                added.putAll(later.added());
                TreeMap<Bytes, Timestamp> removed = new TreeMap<>(set.removed());
                removed.putAll(later.removed());
                return new LwwSet(added, removed);
            } else if (there instanceof LwwMap map && change instanceof LwwMap later) {
                TreeMap<Bytes, LwwRegister> fields = new TreeMap<>(map.fields());
                fields.putAll(later.fields());
                return new LwwMap(fields);
            }
            return there.joins(change) ? there.join(change) : there;
        }
    },

    /** A change that is ahead of a replica's clock is acknowledged there, and not kept. */
    ACKNOWLEDGES_FAST_CLOCKS {
        @Override
        public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
            return new PassingOn(genuine) {
                @Override
                public Execution execute(OpId id, InconsistentOp op, Moment now) {
                    Execution execution = super.execute(id, op, now);
                    return execution instanceof Execution.TooFarAhead ? new Execution.Done(List.of()) : execution;
                }
            };
        }
    },

    /** 19: an increment that arrives twice counts twice. */
    COUNTS_REPEATED_INCREMENTS {
        @Override
        public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
            Map<OpId, Integer> seen = new LinkedHashMap<>();
            return new PassingOn(genuine) {
                @Override
                public Execution execute(OpId id, InconsistentOp op, Moment now) {
                    return seen.merge(id, 1, Integer::sum) > 1
                                    && op instanceof RelaxedUpdate update
                                    && update.change() instanceof Counter counter
                            ? super.execute(id, new RelaxedUpdate(update.key(), doubled(counter)), now)
                            : super.execute(id, op, now);
                }
            };
        }
    };

    /** How this part votes, where nothing but the vote is broken. */
    Vote vote(Participant genuine, VersionedStore versions, ShardId shard, Timestamp id, PrepareBody body) {
        return genuine.vote(shard, id, body);
    }

    @Override
    public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
        return new PassingOn(genuine) {
            @Override
            public Vote vote(ShardId shard, Timestamp id, Body body) {
                return PlantedBug.this.vote(genuine, versions, shard, id, (PrepareBody) body);
            }
        };
    }

    private static Vote voteFor(Verdict verdict) {
        if (verdict instanceof Verdict.Ok ok) {
            return new Vote.Ok(ok.timestamp());
        }
        return verdict instanceof Verdict.Stale stale
                ? new Vote.No(new TxnRefusal.StaleRead(stale.newest()))
                : new Vote.No(new TxnRefusal.Conflict(((Verdict.Conflict) verdict).holder()));
    }

    private static List<Envelope> twice(List<Envelope> batch, Class<? extends IrMessage> kind) {
        List<Envelope> all = new ArrayList<>();
        for (Envelope envelope : batch) {
            all.add(envelope);
            if (kind.isInstance(envelope.message()) && envelope.from() instanceof Address.Replica replica) {
                Address twin = new Address.Replica(new ReplicaId(replica.id().number() == 1 ? 2 : 1));
                all.add(new Envelope(envelope.shard(), envelope.epoch(), twin, envelope.message()));
            }
        }
        return all;
    }

    private static Counter doubled(Counter counter) {
        TreeMap<ClientId, Counter.Total> totals = new TreeMap<>();
        counter.totals()
                .forEach((client, total) ->
                        totals.put(client, new Counter.Total(total.sequence() + 1, 2 * total.sum())));
        return new Counter(totals);
    }
}
