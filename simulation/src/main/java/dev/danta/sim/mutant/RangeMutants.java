package dev.danta.sim.mutant;

import dev.danta.ir.id.ShardId;
import dev.danta.occ.RangeRead;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.Version;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.ReadViewRules;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Mutants that do not protect what a range showed, or did not show. */
final class RangeMutants {
    private static final ValidationRules DELETIONS_NEED_NOT_BE_LISTED = new ValidationRules() {
        @Override
        public boolean comparesUnlisted(Version newest) {
            return !newest.isDeletion();
        }
    };

    private static final ReadRules KEEPS_LAST = new ReadRules() {
        @Override
        public boolean keepsFirst() {
            return false;
        }
    };

    private RangeMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings listing = usual.withScenario(Scenario.LISTING);
        return List.of(
                new Mutant(
                        "m07-empty-shards-left-out",
                        "shards in which a range found nothing take no part in the transaction",
                        listing,
                        reading(new ReadRules() {
                            @Override
                            public SortedMap<ShardId, RangeRead> participants(SortedMap<ShardId, RangeRead> shares) {
                                SortedMap<ShardId, RangeRead> full = new TreeMap<>(shares);
                                full.values().removeIf(share -> share.seen().isEmpty());
                                return full.isEmpty() ? shares : full;
                            }
                        })),
                new Mutant(
                        "m20-range-not-held",
                        "a range that was read is held by nobody, and stopped by nobody",
                        listing,
                        validating(new ValidationRules() {
                            @Override
                            public boolean holdsRanges() {
                                return false;
                            }
                        })),
                new Mutant(
                        "m20-phantom-not-compared",
                        "a key that has come into a range since it was read is not compared",
                        listing,
                        validating(new ValidationRules() {
                            @Override
                            public boolean comparesUnlisted(Version newest) {
                                return false;
                            }
                        })),
                new Mutant(
                        "m26-missing-deletion-accepted",
                        "a deletion that a range's list lacks is not compared",
                        listing,
                        validating(DELETIONS_NEED_NOT_BE_LISTED),
                        List.of(ValidationStage.ofRanges(ReadRules.PROTOCOL, new ReadViewRules() {
                            @Override
                            public ValidationRules comparison() {
                                return DELETIONS_NEED_NOT_BE_LISTED;
                            }
                        }))),
                new Mutant(
                        "m28-second-read-replaces-first",
                        "a key that is read again is recorded with the version seen last",
                        listing,
                        reading(KEEPS_LAST),
                        List.of(LostUpdateStage.bySecondRead(KEEPS_LAST))));
    }

    private static SimParts validating(ValidationRules rules) {
        return new SimParts() {
            @Override
            public ValidationRules validationRules() {
                return rules;
            }
        };
    }

    private static SimParts reading(ReadRules rules) {
        return new SimParts() {
            @Override
            public ReadRules readRules() {
                return rules;
            }
        };
    }
}
