package dev.danta.sim.mutant;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Mutants that count too few, or trust the wrong proposal. */
final class QuorumMutants {
    private QuorumMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "m01-smaller-fast-quorum",
                        "4 of 5 votes choose at once, and 2 oblige whoever settles",
                        usual.withReplicas(5),
                        counting(new QuorumRules() {
                            @Override
                            public int fastQuorum(Membership members) {
                                return (3 * members.faultsTolerated() + 1) / 2 + 1;
                            }

                            @Override
                            public int votesToRecover(Membership members) {
                                return (members.faultsTolerated() + 1) / 2 + 1;
                            }
                        })),
                new Mutant(
                        "m04-abort-from-one-acceptance",
                        "an abort is told when one replica has accepted it",
                        usual,
                        counting(new QuorumRules() {
                            @Override
                            public int acceptancesOfAbort(Membership members) {
                                return 1;
                            }
                        })),
                new Mutant(
                        "m04-abort-from-one-refusal",
                        "an abort is told when one replica has voted NO",
                        usual,
                        counting(new QuorumRules() {
                            @Override
                            public int refusals(Membership members) {
                                return 1;
                            }
                        })),
                new Mutant(
                        "m05-accepted-ignored",
                        "whoever settles looks at votes only, not at what was accepted",
                        usual,
                        counting(new QuorumRules() {
                            @Override
                            public boolean binds(Ballot ballot, @Nullable Ballot bindingSoFar) {
                                return false;
                            }
                        })),
                new Mutant(
                        "m05-lowest-ballot",
                        "whoever settles takes the proposal accepted at the lowest ballot",
                        usual.withReplicas(5),
                        counting(new QuorumRules() {
                            @Override
                            public boolean binds(Ballot ballot, @Nullable Ballot bindingSoFar) {
                                return bindingSoFar == null || ballot.compareTo(bindingSoFar) < 0;
                            }
                        })),
                new Mutant("m06-slow-path-one-short", "q - 1 acceptances choose OK", usual, counting(new QuorumRules() {
                    @Override
                    public int acceptances(Membership members) {
                        return members.quorum() - 1;
                    }
                })),
                new Mutant(
                        "m12-fast-path-after-finalize",
                        "the owner takes the fast path though it has sent a Finalize",
                        usual,
                        counting(new QuorumRules() {
                            @Override
                            public boolean fastPathIsOpen(boolean finalizeWasSent) {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-any-acceptance-counts",
                        "an owner counts acceptances of whatever ballot for its own Finalize",
                        usual,
                        interrupted(new QuorumRules() {
                            @Override
                            public boolean counts(Ballot accepted, Ballot own) {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-one-vote-less-to-finalize",
                        "OK is finalized from q - 1 votes",
                        usual,
                        counting(new QuorumRules() {
                            @Override
                            public int votesToFinalize(Membership members) {
                                return members.quorum() - 1;
                            }
                        })),
                new Mutant(
                        "x-one-promise-less",
                        "whoever settles proposes after q - 1 promises",
                        usual,
                        counting(new QuorumRules() {
                            @Override
                            public int promises(Membership members) {
                                return members.quorum() - 1;
                            }
                        })));
    }

    /** Others settle, and stop half-way. */
    private static SimParts interrupted(QuorumRules rules) {
        return new SimParts() {
            @Override
            public QuorumRules quorumRules() {
                return rules;
            }

            @Override
            public RecoverySettings recovery(RecoverySettings drawn) {
                return Eager.settling(drawn);
            }

            @Override
            public double stopsHalfWay(SimRandom random, boolean changesMembers) {
                return 0.6;
            }
        };
    }

    private static SimParts counting(QuorumRules rules) {
        return new SimParts() {
            @Override
            public QuorumRules quorumRules() {
                return rules;
            }

            @Override
            public RecoverySettings recovery(RecoverySettings drawn) {
                return Eager.settling(drawn);
            }
        };
    }
}
