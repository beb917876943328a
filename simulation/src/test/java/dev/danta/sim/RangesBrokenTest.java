package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.Version;
import dev.danta.sim.invariant.Violation;
import dev.danta.txn.client.ReadRules;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One rule about ranges and absent keys left out: found within so many seeds (protocol.md 11, lines 7, 20, 26, 28). */
final class RangesBrokenTest {
    private static final int SEEDS_MAX = 2_000;
    private static final SimSettings SETTINGS =
            SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10)).withScenario(Scenario.LISTING);

    enum Bug implements SimParts {
        ABSENT_KEYS_NOT_VALIDATED {
            @Override
            public ValidationRules validationRules() {
                return new ValidationRules() {
                    @Override
                    public boolean compares(Read read) {
                        return !read.deletion() && !read.seen().equals(Timestamp.ZERO);
                    }
                };
            }
        },

        SHARDS_WITH_AN_EMPTY_SCAN_LEFT_OUT {
            @Override
            public ReadRules readRules() {
                return new ReadRules() {
                    @Override
                    public SortedMap<ShardId, RangeRead> participants(SortedMap<ShardId, RangeRead> shares) {
                        SortedMap<ShardId, RangeRead> full = new TreeMap<>(shares);
                        full.values().removeIf(share -> share.seen().isEmpty());
                        return full.isEmpty() ? shares : full;
                    }
                };
            }
        },

        KEYS_NOT_LISTED_NOT_COMPARED {
            @Override
            public ValidationRules validationRules() {
                return new ValidationRules() {
                    @Override
                    public boolean comparesUnlisted(Version newest) {
                        return false;
                    }
                };
            }
        },

        RANGES_NOT_HELD {
            @Override
            public ValidationRules validationRules() {
                return new ValidationRules() {
                    @Override
                    public boolean holdsRanges() {
                        return false;
                    }
                };
            }
        },

        MISSING_DELETION_ACCEPTED {
            @Override
            public ValidationRules validationRules() {
                return new ValidationRules() {
                    @Override
                    public boolean comparesUnlisted(Version newest) {
                        return !newest.isDeletion();
                    }
                };
            }
        },

        SECOND_READ_REPLACES_THE_FIRST {
            @Override
            public ReadRules readRules() {
                return new ReadRules() {
                    @Override
                    public boolean keepsFirst() {
                        return false;
                    }
                };
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isFound(Bug bug, TestReporter reporter) {
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            SimResult result = Simulation.run(SETTINGS, bug, seed);
            if (!result.isClean()) {
                Violation violation = result.violation().orElseThrow();
                reporter.publishEntry(bug.name(), seed + 1 + " seeds: " + violation.getMessage());
                assertThat(violation.kind())
                        .isIn(Violation.Kind.INVARIANT, Violation.Kind.HISTORY_INVALID, Violation.Kind.LIVENESS);
                return;
            }
        }
        throw new AssertionError(bug + " was not found");
    }
}
