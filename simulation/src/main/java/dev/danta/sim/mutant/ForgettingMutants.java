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
import dev.danta.occ.ValidationRules;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Mutants of protocol.md 7, of the log and of forgetting: replicas forget in their runs, and soon. */
final class ForgettingMutants {
    private static final Forgetful SOON = Forgetful.genuine(Forgetful.Haste.SOON);
    private static final Forgetful AT_ONCE = Forgetful.genuine(Forgetful.Haste.AT_ONCE);
    private static final Forgetful ECHOING = Forgetful.genuine(Forgetful.Haste.ECHOING);

    private static final ValidationRules ALWAYS_BEHIND = new ValidationRules() {
        @Override
        public boolean isMerelyBehind(Timestamp seen, Timestamp deletedBelow) {
            return true;
        }
    };

    private ForgettingMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings hasty =
                usual.withShards(1).withFaulty(Duration.ofSeconds(4)).withScenario(Scenario.REGISTER);
        return List.of(
                new Mutant(
                        "m17-truncated-too-soon",
                        "a replica drops of its log what the first of the others has pulled",
                        usual,
                        SOON.with(new ReplicaRules() {
                            @Override
                            public long truncatableUpTo(Collection<Long> pulledByOthers) {
                                return Collections.max(pulledByOthers);
                            }
                        })),
                new Mutant(
                        "x-last-entry-dropped",
                        "a replica drops the last entry of its log, too, and numbers begin anew when it starts again",
                        usual,
                        SOON.with(new ReplicaRules() {
                            @Override
                            public long droppableOf(long end) {
                                return end;
                            }
                        })),
                new Mutant(
                        "m21-propose-alone-checked",
                        "Finalize, Inquire, Commit and Abort of what is forgotten are taken for new",
                        usual,
                        SOON.with(new ReplicaRules() {
                            @Override
                            public boolean watermarksApplyTo(IrMessage.Request request) {
                                return request instanceof IrMessage.Propose;
                            }
                        })),
                new Mutant(
                        "m21-too-old-read-as-aborted",
                        "what is forgotten counts as aborted",
                        usual,
                        SOON.with(new QuorumRules() {
                            @Override
                            public boolean isTooOldAborted() {
                                return true;
                            }
                        })),
                new Mutant(
                        "m21-timestamps-compared",
                        "what was voted or committed above a watermark need not be settled below it",
                        hasty,
                        AT_ONCE.with(new ReplicaRules() {
                            @Override
                            public Timestamp comparedWithWatermarks(OpRecord record) {
                                return timestampOf(record);
                            }
                        })),
                new Mutant(
                        "m23-dropped-deletion-read-as-behind",
                        "where a deletion was dropped, what was read before it is merely not there yet",
                        hasty,
                        AT_ONCE.with(ALWAYS_BEHIND),
                        List.of(DroppedDeletionStage.run(ALWAYS_BEHIND))),
                new Mutant(
                        "m27-forgotten-entry-applied",
                        "what a peer's log says is applied though it is forgotten here",
                        usual,
                        SOON.with(new ReplicaRules() {
                            @Override
                            public boolean absorbs(Timestamp id, Watermarks watermarks) {
                                return true;
                            }
                        })),
                new Mutant(
                        "m27-forgotten-record-entered",
                        "a record that a peer has told of is taken on though it is forgotten here",
                        usual,
                        ECHOING.with(new ReplicaRules() {
                            @Override
                            public boolean enters(Timestamp id, Watermarks watermarks) {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-told-before-barred",
                        "a replica tells what it knows up to a time up to which it goes on casting first votes",
                        hasty,
                        AT_ONCE.with(new ReplicaRules() {
                            @Override
                            public boolean mayTell(Timestamp upTo, Watermarks watermarks) {
                                return true;
                            }
                        })));
    }

    /** The same runs, with nothing broken in them. */
    static List<Mutant> unbroken(SimSettings usual) {
        return all(usual).stream()
                .map(mutant -> new Mutant(
                        mutant.name(),
                        "nothing",
                        mutant.settings(),
                        Forgetful.genuine(((Forgetful) mutant.parts()).haste())))
                .toList();
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
}
