package dev.danta.sim.mutant;

import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.Merge;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Unrest;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Mutants of protocol.md 9: members change in their runs. */
final class EpochMutants {
    private EpochMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "m10-wiped-votes",
                        "a replica whose disk is empty goes on as the member that it was",
                        usual,
                        new Wiping() {
                            @Override
                            public EpochRules epochRules() {
                                return new EpochRules() {
                                    @Override
                                    public EpochState onEmptyDisk(ReplicaId self, Membership active) {
                                        return active.hasMember(self)
                                                ? EpochState.serving(active)
                                                : EpochState.outside(active);
                                    }

                                    @Override
                                    public boolean mayServe(
                                            DiskIdentity disk, @Nullable Long member, @Nullable DiskIdentity seen) {
                                        return true;
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "m10-restored-votes", "a replica goes on with an older copy of its disk", usual, new Copying() {
                            @Override
                            public EpochRules epochRules() {
                                return new EpochRules() {
                                    @Override
                                    public boolean mayServe(
                                            DiskIdentity disk, @Nullable Long member, @Nullable DiskIdentity seen) {
                                        return member != null && member == disk.incarnation();
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "m18-sealed-answers", "a sealed replica goes on answering", usual, changing(new EpochRules() {
                            @Override
                            public boolean mayAnswer(EpochState state) {
                                return true;
                            }
                        })),
                new Mutant(
                        "m18-seals-one-short",
                        "a new epoch is made of what q - 1 sealed members have",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public int sealsNeeded(Membership old) {
                                return old.quorum() - 1;
                            }
                        })),
                new Mutant(
                        "m18-unsettled-records-only",
                        "decisions are taken from one sealed member, and others are not asked what they know of the undecided",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public boolean everyRecordCounts() {
                                return false;
                            }

                            @Override
                            public boolean isInSnapshot(ReplicaId source, SortedSet<ReplicaId> sealed) {
                                return source.equals(sealed.first());
                            }
                        })),
                counting(
                        "m18-votes-of-two-epochs",
                        "votes and acceptances of one epoch count together with those of the next",
                        usual,
                        QuorumRules.Counted.VOTES,
                        Restless.OFTEN),
                counting(
                        "m18-updates-of-two-epochs",
                        "acknowledgements of one epoch count together with those of the next",
                        usual.withScenario(Scenario.COUNTER),
                        QuorumRules.Counted.UPDATES,
                        Restless.RESIZING),
                counting(
                        "m18-reads-of-two-epochs",
                        "answers to reads of one epoch count together with those of the next",
                        usual.withScenario(Scenario.COUNTER),
                        QuorumRules.Counted.READS,
                        Restless.RESIZING),
                new Mutant(
                        "m24-older-attempt-activated",
                        "the configuration activates an attempt that is not the latest",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public boolean mayActivate(ShardConfig.Change change, long attempt) {
                                return true;
                            }
                        })),
                new Mutant(
                        "m24-older-attempt-kept",
                        "a replica takes the install of an earlier attempt in place of that of a later one",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public boolean mayInstall(EpochState state, Install install) {
                                return EpochRules.super.mayInstall(state.withPending(null), install);
                            }
                        })),
                new Mutant(
                        "m24-any-attempt-begun",
                        "a replica begins an epoch with the install that it has, whatever attempt was activated",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public boolean isActivated(@Nullable Install pending, Membership next, long attempt) {
                                return pending != null && pending.next().epoch().equals(next.epoch());
                            }
                        })),
                new Mutant(
                        "m24-install-after-activation",
                        "a replica takes an install for the epoch in which it serves",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public boolean mayInstall(EpochState state, Install install) {
                                return EpochRules.super.mayInstall(state, install)
                                        || (state.isServing()
                                                && install.next()
                                                        .epoch()
                                                        .equals(state.membership()
                                                                .epoch()));
                            }
                        })),
                new Mutant(
                        "x-snapshot-of-one",
                        "what is decided, and relaxed values, are taken from one sealed member",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public boolean isInSnapshot(ReplicaId source, SortedSet<ReplicaId> sealed) {
                                return source.equals(sealed.first());
                            }
                        })),
                new Mutant(
                        "x-copied-not-compared",
                        "who was copied to before the seals is not compared with the sealed after them",
                        usual,
                        resizing(new EpochRules() {
                            @Override
                            public boolean isReadAfterSeal(boolean copied) {
                                return !copied;
                            }
                        })),
                new Mutant(
                        "x-equal-unasked",
                        "after the seals pages of keys are taken to be equal",
                        usual.withScenario(Scenario.COUNTER),
                        resizing(new EpochRules() {
                            @Override
                            public boolean mustCompare(boolean isLast) {
                                return !isLast;
                            }
                        })),
                new Mutant(
                        "x-removed-not-drained",
                        "what only a removed member has is not brought to the others before it stops",
                        usual.withScenario(Scenario.COUNTER),
                        resizing(new EpochRules() {
                            @Override
                            public boolean mustDrain() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-promised-votes-not-merged",
                        "a change of epoch does not count OK votes where a later ballot was promised",
                        usual,
                        new Restless() {
                            @Override
                            public EpochRules epochRules() {
                                return new EpochRules() {
                                    @Override
                                    public Merge.Verdict merge(List<Merge.Known> sealed, Membership old) {
                                        return Merge.verdict(
                                                sealed.stream()
                                                        .map(EpochMutants::withoutPromisedVote)
                                                        .toList(),
                                                old.quorum());
                                    }
                                };
                            }

                            @Override
                            public double stopsHalfWay(SimRandom random, boolean changesMembers) {
                                return 0.6;
                            }
                        }),
                new Mutant(
                        "x-merge-aborts-the-undecided",
                        "whatever is not decided is aborted by a change of epoch",
                        usual,
                        changing(new EpochRules() {
                            @Override
                            public Merge.Verdict merge(List<Merge.Known> sealed, Membership old) {
                                return Merge.verdict(sealed, old.size() + 1);
                            }
                        })));
    }

    /** What a member knows, but for the OK vote that it gave before it promised a later ballot. */
    private static Merge.Known withoutPromisedVote(Merge.Known known) {
        OpRecord found = known.found();
        if (found == null
                || !(found.vote() instanceof Vote.Ok)
                || found.promised().equals(Ballot.ZERO)) {
            return known;
        }
        OpRecord refused = found.withVote(new Vote.No(Refusal.Barred.PROMISED));
        return new Merge.Known(known.id(), refused, known.watermarks());
    }

    private static Mutant counting(
            String name, String breaks, SimSettings settings, QuorumRules.Counted over, Unrest unrest) {
        return new Mutant(name, breaks, settings, new Restless() {
            @Override
            public Unrest unrest(SimRandom random) {
                return unrest;
            }

            @Override
            public QuorumRules quorumRules() {
                return new QuorumRules() {
                    @Override
                    public boolean goesOnOverEpochs(Counted what) {
                        return what == over;
                    }
                };
            }
        });
    }

    private static SimParts changing(EpochRules rules) {
        return new Restless() {
            @Override
            public EpochRules epochRules() {
                return rules;
            }
        };
    }

    /** Shards become larger and smaller all the time. */
    private static SimParts resizing(EpochRules rules) {
        return new Restless() {
            @Override
            public EpochRules epochRules() {
                return rules;
            }

            @Override
            public Unrest unrest(SimRandom random) {
                return RESIZING;
            }
        };
    }

    /** Members change much more often than in a usual run, and drivers meet each other. */
    static class Restless implements SimParts {
        static final Unrest RESIZING = new Unrest(0.5, 0.6, 0.4, 0.6);

        static final Unrest OFTEN = new Unrest(0.5, 0, 0.4, 0.6);

        @Override
        public boolean changesMembers(SimRandom random) {
            return true;
        }

        @Override
        public Unrest unrest(SimRandom random) {
            return OFTEN;
        }

        @Override
        public RecoverySettings recovery(RecoverySettings drawn) {
            return Eager.settling(drawn);
        }
    }

    /** One node loses its disks while all are at work, and nothing else changes members. */
    static class Wiping extends Restless {
        @Override
        public SortedMap<Long, ReplicaId> wipes() {
            TreeMap<Long, ReplicaId> one = new TreeMap<>();
            one.put(3_000_000_000L, new ReplicaId(1));
            return one;
        }
    }

    /** Old copies of disks are put back; epochs last, so that a copy is one of the epoch that is served. */
    static class Copying extends Restless {
        @Override
        public Unrest unrest(SimRandom random) {
            return new Unrest(0.02, 0, 0.4, 0.3, 0.5);
        }

        @Override
        public double stopsHalfWay(SimRandom random, boolean changesMembers) {
            return 0;
        }
    }
}
