package dev.danta.sim.mutant;

import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Changes;
import dev.danta.ir.replica.Application;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.VersionedStore;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyChanges;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.ReadViewRules;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mutants of change feeds: the clause of line 17 about cursors, and what a log has to tell. */
final class FeedMutants {
    /** A client refuses what goes on in another log, too: the replica alone may forget it, and nothing is lost. */
    private static final ReadRules NUMBERS_ALONE = new ReadRules() {
        @Override
        public boolean goesOn(LogPosition after, LogPosition upTo) {
            return after.number() <= upTo.number();
        }
    };

    private FeedMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings feed = usual.withScenario(Scenario.FEED);
        return List.of(
                new Mutant(
                        "m17-cursor-after-wipe",
                        "a cursor into another log, from before a wipe or an install, goes on as if nothing had happened",
                        feed,
                        answering(
                                new ReadViewRules() {
                                    @Override
                                    public boolean continues(
                                            LogPosition after, LogIncarnation incarnation, long start, long end) {
                                        return after.number() >= start - 1;
                                    }
                                },
                                NUMBERS_ALONE)),
                new Mutant(
                        "x-cursor-before-the-log",
                        "a cursor to what is not kept any more goes on with what is",
                        feed,
                        answering(
                                new ReadViewRules() {
                                    @Override
                                    public boolean continues(
                                            LogPosition after, LogIncarnation incarnation, long start, long end) {
                                        return after.incarnation().equals(incarnation) && after.number() <= end;
                                    }
                                },
                                ReadRules.PROTOCOL)),
                new Mutant(
                        "x-overtaken-unmarked",
                        "a change that came after a newer one of its key is not marked",
                        feed,
                        logging(changes -> new KeyChanges(changes.keys().stream()
                                .map(change -> change instanceof KeyChange.Written written
                                        ? new KeyChange.Written(written.key(), written.version(), false)
                                        : change)
                                .toList()))),
                new Mutant(
                        "x-compared-not-told",
                        "what a peer's state has changed is not in the log",
                        feed,
                        new SimParts() {
                            @Override
                            public Application application(
                                    ReplicaId replica, Participant genuine, VersionedStore versions) {
                                return new PassingOn(genuine) {
                                    @Override
                                    public @Nullable Changes changes(List<Effect> effects, int first) {
                                        return effects.size() > first
                                                        && effects.get(first) instanceof Effect.Persist persist
                                                        && persist.mutation() instanceof PutRelaxed
                                                ? null
                                                : super.changes(effects, first);
                                    }
                                };
                            }
                        }));
    }

    /** Members change in every run: with them, logs begin anew. */
    private static SimParts answering(ReadViewRules rules, ReadRules taking) {
        return new SimParts() {
            @Override
            public ReadViewRules readViewRules() {
                return rules;
            }

            @Override
            public ReadRules readRules() {
                return taking;
            }

            @Override
            public boolean changesMembers(SimRandom random) {
                return true;
            }
        };
    }

    private static SimParts logging(Function<KeyChanges, Changes> told) {
        return new SimParts() {
            @Override
            public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
                return new PassingOn(genuine) {
                    @Override
                    public @Nullable Changes changes(List<Effect> effects, int first) {
                        return super.changes(effects, first) instanceof KeyChanges changes ? told.apply(changes) : null;
                    }
                };
            }
        };
    }
}
