package dev.danta.sim.mutant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Holds;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.WriteHolds;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.ReadViewRules;
import dev.danta.txn.participant.WaitingRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All mutants, by the lines of protocol.md 11; those beyond that list begin with an x. */
public final class Mutants {
    private static final SimSettings USUAL = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));

    private static final WaitingRules NOT_CHECKED_AGAIN = new WaitingRules() {
        @Override
        public IrMessage.Propose whenWoken(IrMessage.Propose waited) {
            PrepareBody body = (PrepareBody) waited.body();
            AccessSet unread = new AccessSet(List.of(), body.accesses().writes());
            return new IrMessage.Propose(waited.id(), new PrepareBody(body.participants(), unread));
        }
    };

    private Mutants() {}

    /** Every mutant, in the order of its name. */
    public static List<Mutant> all() {
        List<Mutant> all = new ArrayList<>();
        all.addAll(QuorumMutants.all(USUAL));
        all.addAll(TableMutants.all(USUAL));
        all.addAll(RangeMutants.all(USUAL));
        all.addAll(EpochMutants.all(USUAL));
        all.addAll(StrictReadMutants.all(USUAL));
        all.addAll(OnceMutants.all(USUAL));
        all.addAll(LookupMutants.all(USUAL));
        all.addAll(ForgettingMutants.all(USUAL));
        all.addAll(StateMutants.all(USUAL));
        all.addAll(SpendMutants.all(USUAL));
        all.addAll(EventMutants.all(USUAL));
        all.addAll(LevelMutants.all(USUAL));
        all.addAll(ApplicationMutants.all(USUAL));
        all.addAll(ProviderMutants.all(USUAL));
        all.addAll(CounterMutants.all(USUAL));
        all.addAll(OrderMutants.all(USUAL));
        all.addAll(FeedMutants.all(USUAL));
        all.addAll(FreshMutants.all(USUAL));
        all.addAll(ofValidation());
        all.addAll(ofReads());
        all.addAll(planted());
        all.sort((one, other) -> one.name().compareTo(other.name()));
        return all;
    }

    /**
     * The mutant called {@code name}, in any case, or the only one whose name begins so.
     *
     * @throws IllegalArgumentException if there is none, or more than one
     */
    public static Mutant named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<Mutant> fitting = all().stream()
                .filter(mutant -> mutant.name().startsWith(wanted))
                .toList();
        for (Mutant mutant : fitting) {
            if (mutant.name().equals(wanted)) {
                return mutant;
            }
        }
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        List<Mutant> offered = fitting.isEmpty() ? all() : fitting;
        throw new IllegalArgumentException(
                (fitting.isEmpty() ? "there is no mutant " : "there are several mutants ") + name + "; there are "
                        + String.join(", ", offered.stream().map(Mutant::name).toList()));
    }

    private static Mutant usual(String name, String breaks, SimParts parts) {
        return new Mutant(name, breaks, USUAL, parts);
    }

    private static Mutant in(Scenario scenario, String name, String breaks, SimParts parts) {
        return new Mutant(name, breaks, USUAL.withScenario(scenario), parts);
    }

    private static List<Mutant> ofValidation() {
        return List.of(in(
                Scenario.REGISTER,
                "m07-absent-not-validated",
                "a key that was read as never there is not compared",
                validating(new ValidationRules() {
                    @Override
                    public boolean compares(Read read) {
                        return !read.seen().equals(Timestamp.ZERO);
                    }
                })));
    }

    private static SimParts validating(ValidationRules rules) {
        return new SimParts() {
            @Override
            public ValidationRules validationRules() {
                return rules;
            }
        };
    }

    private static List<Mutant> ofReads() {
        return List.of(
                in(
                        Scenario.TRANSFER,
                        "m16-no-validate",
                        "several keys that were read here and there are answered without Validate",
                        counting(new ReadRules() {
                            @Override
                            public boolean mustValidate() {
                                return false;
                            }
                        })),
                in(
                        Scenario.REGISTER,
                        "m16-key-read-ignores-holds",
                        "a replica does not tell a key read who is about to write",
                        answering(new ReadViewRules() {
                            @Override
                            public @Nullable Timestamp writerShown(Key key, WriteHolds holds) {
                                return null;
                            }
                        })),
                in(
                        Scenario.REGISTER,
                        "m16-held-keys-counted",
                        "a client counts answers to a key read from replicas where a writer holds the key",
                        counting(new ReadRules() {
                            @Override
                            public boolean counts(ReadAnswer.KeyRead answer) {
                                return true;
                            }
                        })),
                in(
                        Scenario.TRANSFER,
                        "m16-validate-ignores-holds",
                        "a replica calls valid what a writer holds",
                        answering(new ReadViewRules() {
                            @Override
                            public WriteHolds holdsInTheWay(WriteHolds holds) {
                                return new Holds();
                            }
                        })));
    }

    private static SimParts counting(ReadRules rules) {
        return new SimParts() {
            @Override
            public ReadRules readRules() {
                return rules;
            }
        };
    }

    private static SimParts answering(ReadViewRules rules) {
        return new SimParts() {
            @Override
            public ReadViewRules readViewRules() {
                return rules;
            }
        };
    }

    private static SimParts waiting(WaitingRules rules) {
        return new SimParts() {
            @Override
            public WaitingRules waitingRules() {
                return rules;
            }
        };
    }

    private static List<Mutant> planted() {
        return List.of(
                new Mutant(
                        "m30-woken-not-checked-again",
                        "what a proposal has read is not compared again when it has waited for a holder",
                        USUAL.withScenario(Scenario.REGISTER),
                        waiting(NOT_CHECKED_AGAIN),
                        List.of(LostUpdateStage.byWaiting(NOT_CHECKED_AGAIN))),
                usual(
                        "m02-write-passes-read",
                        "a write passes an undecided read: only writes hold keys",
                        PlantedBug.WRITES_PASS_READS),
                usual(
                        "m03-no-votes-forgotten",
                        "NO votes are not there any more after a restart",
                        PlantedBug.FORGETS_NO_VOTES),
                usual(
                        "m04-unknown-called-aborted",
                        "what is not known is called aborted",
                        PlantedBug.CALLS_UNKNOWN_ABORTED),
                usual(
                        "m05-settler-sees-no-accepted",
                        "a settler's promises come without what was accepted",
                        PlantedBug.SETTLES_WITHOUT_LOOKING_AT_ACCEPTED),
                usual(
                        "m06-answers-counted-twice",
                        "every OK vote and every acceptance counts twice, so q - 1 are enough",
                        PlantedBug.COUNTS_TWICE),
                usual(
                        "m08-commit-without-prepare-ignored",
                        "a Commit is acknowledged and ignored where the Prepare was never seen",
                        PlantedBug.IGNORES_COMMIT_WITHOUT_PREPARE),
                usual(
                        "m09-reply-before-sync",
                        "a commit to disk says that it is done, and a later one makes it so",
                        PlantedBug.REPLIES_BEFORE_SYNC),
                usual(
                        "m19-later-arrival-wins",
                        "of relaxed writes the one that arrives later wins, whatever its stamp",
                        PlantedBug.LATER_ARRIVAL_WINS),
                in(
                        Scenario.ELEMENTS,
                        "m19-later-arrival-wins-in-a-set",
                        "of changes to one element of a set or map the one that arrives later wins, whatever its stamp",
                        PlantedBug.LATER_ARRIVAL_WINS_IN_A_SET),
                usual(
                        "m19-increment-counted-again",
                        "an increment that arrives twice counts twice",
                        PlantedBug.COUNTS_REPEATED_INCREMENTS),
                usual(
                        "x-torn-batch-kept",
                        "a crash amid a commit leaves the beginning of its batch",
                        PlantedBug.KEEPS_TORN_BATCHES),
                usual(
                        "x-commit-in-halves",
                        "half of a batch is durable before the other",
                        PlantedBug.COMMITS_IN_TWO_HALVES),
                usual("x-holds-ignored", "validation does not see what others hold", PlantedBug.IGNORES_HOLDS),
                usual("x-nothing-validated", "everything proposed is fine", PlantedBug.VALIDATES_NOTHING),
                usual(
                        "x-deletion-not-validated",
                        "a deletion that was read is not compared",
                        PlantedBug.IGNORES_DELETIONS),
                usual(
                        "x-promises-counted-twice",
                        "every promise counts twice, so that q - 1 are enough to settle",
                        PlantedBug.SETTLES_WITH_HALF_A_QUORUM),
                usual("x-nobody-settles", "nobody settles what the dead have left", PlantedBug.SETTLES_NOTHING),
                usual(
                        "x-one-replica-spared",
                        "decisions never get to one of the replicas",
                        PlantedBug.SPARES_ONE_REPLICA_THE_DECISIONS),
                usual(
                        "x-holds-lost-at-restart",
                        "after a restart nothing is held until the first new vote",
                        PlantedBug.DROPS_HOLDS_AT_RESTART),
                in(
                        Scenario.LWW,
                        "x-fast-clock-acknowledged",
                        "a relaxed change ahead of a replica's clock is acknowledged there and not kept",
                        PlantedBug.ACKNOWLEDGES_FAST_CLOCKS));
    }
}
