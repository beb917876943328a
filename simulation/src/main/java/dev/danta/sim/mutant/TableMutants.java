package dev.danta.sim.mutant;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.replica.ReplicaRules;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.List;

/** Mutants of the table of protocol.md 2.1. */
final class TableMutants {
    private TableMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "m08-decision-without-body",
                        "a commit is set down where its writes are not known",
                        usual,
                        table(new ReplicaRules() {
                            @Override
                            public boolean lacksBody(OpRecord before, Decision decision) {
                                return false;
                            }
                        })),
                new Mutant(
                        "m11-inquire-bars-nothing",
                        "a replica votes OK for the first time after it has promised a ballot",
                        usual,
                        table(new ReplicaRules() {
                            @Override
                            public boolean barsFirstVote(Ballot promised) {
                                return false;
                            }

                            @Override
                            public OpRecord withoutLaterVote(OpRecord before) {
                                return before;
                            }
                        })));
    }

    private static SimParts table(ReplicaRules rules) {
        return new SimParts() {
            @Override
            public ReplicaRules replicaRules() {
                return rules;
            }

            @Override
            public RecoverySettings recovery(RecoverySettings drawn) {
                return Eager.settling(drawn);
            }
        };
    }
}
