package dev.danta.sim.mutant;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Version;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.ReadViewRules;
import java.util.List;
import java.util.SortedMap;

/**
 * Mutants of line 25: strict reads that do not see that something was forgotten meanwhile. A key read is safe from that
 * twice, by g and because "never there" ranks as a deletion at the {@code deletedBelow} of the replica that says so: what
 * concerns it breaks both. What is validated is compared and not ranked, and has only g.
 */
final class StrictReadMutants {
    private static final ReadViewRules ANSWERS_ABOVE_G = new ReadViewRules() {
        @Override
        public boolean mayAnswer(Timestamp deletedBelow, Timestamp g) {
            return true;
        }
    };

    private static class Unranked implements ReadRules {
        @Override
        public Timestamp rank(Version version, Timestamp deletedBelow) {
            return version.timestamp();
        }
    }

    private static final class UnrankedAndContinued extends Unranked {
        @Override
        public SortedMap<ReplicaId, ReadAnswer> carriedOver(SortedMap<ReplicaId, ReadAnswer> answers) {
            return answers;
        }
    }

    private static final ReadRules CONTINUED = new ReadRules() {
        @Override
        public SortedMap<ReplicaId, ReadAnswer> carriedOver(SortedMap<ReplicaId, ReadAnswer> answers) {
            return answers;
        }
    };

    private StrictReadMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                inKeyRead(
                        usual,
                        "m25-key-read-above-g",
                        "a replica that has forgotten more than g answers a key read, and never there is not ranked",
                        new Unranked(),
                        ANSWERS_ABOVE_G),
                inKeyRead(
                        usual,
                        "m25-key-read-continued",
                        "what was answered before g was raised counts for a key read, and never there is not ranked",
                        new UnrankedAndContinued(),
                        ReadViewRules.PROTOCOL),
                inValidation(
                        usual,
                        "m25-validate-above-g",
                        "a replica that has forgotten more than g answers a Validate",
                        ReadRules.PROTOCOL,
                        ANSWERS_ABOVE_G),
                inValidation(
                        usual,
                        "m25-validate-continued",
                        "what was answered before g was raised counts for a Validate",
                        CONTINUED,
                        ReadViewRules.PROTOCOL));
    }

    private static Mutant inKeyRead(
            SimSettings usual, String name, String breaks, ReadRules reading, ReadViewRules answering) {
        return new Mutant(
                name,
                breaks,
                usual.withScenario(Scenario.REGISTER),
                new Reading(reading, answering),
                List.of(KeyReadStage.run(reading, answering)));
    }

    private static Mutant inValidation(
            SimSettings usual, String name, String breaks, ReadRules reading, ReadViewRules answering) {
        return new Mutant(
                name,
                breaks,
                usual.withScenario(Scenario.REGISTER),
                new Reading(reading, answering),
                List.of(ValidationStage.ofKeys(reading, answering)));
    }
}
