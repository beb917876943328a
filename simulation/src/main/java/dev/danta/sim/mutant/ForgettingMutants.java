package dev.danta.sim.mutant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.replica.ReplicaRules;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.occ.ValidationRules;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.SimRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Mutants of protocol.md 7: replicas forget in their runs, and soon. */
final class ForgettingMutants {
    private static final long MILLI = 1_000_000L;

    private ForgettingMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "m17-truncated-too-soon",
                        "a replica drops of its log what the first of the others has pulled",
                        usual,
                        replicas(new ReplicaRules() {
                            @Override
                            public long truncatableUpTo(Collection<Long> pulledByOthers) {
                                return Collections.max(pulledByOthers);
                            }
                        })),
                new Mutant(
                        "m21-propose-alone-checked",
                        "Finalize, Inquire, Commit and Abort of what is forgotten are taken for new",
                        usual,
                        replicas(new ReplicaRules() {
                            @Override
                            public boolean watermarksApplyTo(IrMessage.Request request) {
                                return request instanceof IrMessage.Propose;
                            }
                        })),
                new Mutant(
                        "m21-too-old-read-as-aborted", "what is forgotten counts as aborted", usual, new Forgetful() {
                            @Override
                            public QuorumRules quorumRules() {
                                return new QuorumRules() {
                                    @Override
                                    public Decision saidByTooOld() {
                                        return new Decision.Abort();
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "m21-timestamps-compared",
                        "what was voted or committed above a watermark need not be settled below it",
                        usual,
                        replicas(new ReplicaRules() {
                            @Override
                            public Timestamp comparedWithWatermarks(OpRecord record) {
                                return timestampOf(record);
                            }
                        })),
                new Mutant(
                        "m23-dropped-deletion-read-as-behind",
                        "where a deletion was dropped, what was read before it is merely not there yet",
                        usual.withScenario(Scenario.REGISTER),
                        new Forgetful() {
                            @Override
                            public ValidationRules validationRules() {
                                return new ValidationRules() {
                                    @Override
                                    public boolean isMerelyBehind(Timestamp seen, Timestamp deletedBelow) {
                                        return true;
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "m27-forgotten-entry-applied",
                        "what a peer's log says is applied though it is forgotten here",
                        usual,
                        replicas(new ReplicaRules() {
                            @Override
                            public boolean absorbs(Timestamp id, Watermarks watermarks) {
                                return true;
                            }
                        })),
                new Mutant(
                        "m27-forgotten-record-entered",
                        "a record that a peer has told of is taken on though it is forgotten here",
                        usual,
                        replicas(new ReplicaRules() {
                            @Override
                            public boolean enters(Timestamp id, Watermarks watermarks) {
                                return true;
                            }
                        })));
    }

    static SimParts unbroken(SimParts parts) {
        return new Forgetful();
    }

    private static Timestamp timestampOf(OpRecord record) {
        if (record.decision() instanceof Decision.Commit commit) {
            return commit.timestamp();
        }
        if (record.accepted() != null && record.accepted().result() instanceof Result.Ok ok) {
            return ok.timestamp();
        }
        return record.vote() instanceof Vote.Ok ok ? ok.timestamp() : record.id();
    }

    private static SimParts replicas(ReplicaRules rules) {
        return new Forgetful() {
            @Override
            public ReplicaRules replicaRules() {
                return rules;
            }
        };
    }

    /** Replicas forget a fifth of a second after the fact. */
    private static class Forgetful implements SimParts {
        @Override
        public boolean forgets(SimRandom random) {
            return true;
        }

        @Override
        public UpkeepSettings upkeep(UpkeepSettings drawn) {
            return new UpkeepSettings(drawn.pullEveryNanos(), 30 * MILLI, 200_000, drawn.comparing());
        }
    }
}
