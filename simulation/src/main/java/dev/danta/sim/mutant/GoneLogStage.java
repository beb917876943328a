package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.KeyStates;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.participant.StateRules;
import dev.danta.txn.recovery.SweepingReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * x is written while r3 is cut off, by a client that dies before it has told r3; and the logs of r1 and r2 soon have lost what
 * they said of it, since others write so much. So r3 finds them gone, and compares what it has. Either x was live before and is
 * deleted then; or it becomes live then, and the comparison's last message to r3 is under way until x was deleted again and
 * everybody, r3 too, has forgotten that.
 */
final class GoneLogStage extends Stage {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int OTHERS = 30;
    private static final Key X = KeyLayout.key("sim", "stage", List.of("x"));
    private static final Key Y = KeyLayout.key("sim", "stage", List.of("y"));
    private static final ReplicaId AWAY = new ReplicaId(3);

    private final boolean late;
    private final StateRules rules;

    private GoneLogStage(boolean late, StateRules rules) {
        super(late);
        this.late = late;
        this.rules = rules;
    }

    static Directed deletionMissed(StateRules rules) {
        return run("a deletion is missed, and the log that says so is gone", false, rules);
    }

    static Directed repairLate(StateRules rules) {
        return run("what a peer had comes when it is forgotten", true, rules);
    }

    private static Directed run(String name, boolean late, StateRules rules) {
        return new Directed(
                name,
                new SimSettings(3, 1, 2, Scenario.REGISTER, Duration.ofSeconds(10)),
                FaultSchedule.parse("500ms cut r3 and r1,r2,c1,c2 for 5000ms; 701ms die c2 after 1"),
                () -> new GoneLogStage(late, rules));
    }

    @Override
    public StateRules stateRules() {
        return rules;
    }

    @Override
    public long logEntriesMax(long drawn) {
        return 5;
    }

    @Override
    Workload play() {
        return new Play(
                List.of(X),
                List.of(
                        (caller, done) -> {
                            if (!late) {
                                Play.at(caller, 200, () -> write(caller, X, Bytes.utf8("live"), () -> {}));
                            }
                            Play.at(
                                    caller,
                                    4_800,
                                    () -> writeOthers(caller, OTHERS, () -> {
                                        if (late) {
                                            Play.at(caller, 7_000, () -> write(caller, X, null, done));
                                        } else {
                                            done.run();
                                        }
                                    }));
                        },
                        (caller, done) ->
                                Play.at(caller, 700, () -> write(caller, X, late ? Bytes.utf8("live") : null, done))),
                end -> {});
    }

    private static void writeOthers(Caller caller, int left, Runnable done) {
        if (left == 0) {
            done.run();
        } else {
            write(caller, Y, Bytes.utf8("other"), () -> writeOthers(caller, left - 1, done));
        }
    }

    private static void write(Caller caller, Key key, @Nullable Bytes value, Runnable done) {
        ClientCall commit = new ClientCall.Commit(List.of(), List.of(new Write(key, value)));
        caller.call(commit, PATIENCE_NANOS, answer -> done.run());
    }

    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return late && replica.equals(AWAY) ? new Delaying(genuine, disk) : genuine;
    }

    /** The message that repairs x is under way until x is forgotten. */
    private static final class Delaying implements Machine<SweepingReplica.Input> {
        private final SweepingReplica genuine;
        private final SimDisk disk;
        private SweepingReplica.@Nullable Input underWay;
        private Timestamp version = Timestamp.ZERO;

        Delaying(SweepingReplica genuine, SimDisk disk) {
            this.genuine = genuine;
            this.disk = disk;
        }

        @Override
        public List<Effect> handle(SweepingReplica.Input input, Moment now) {
            Timestamp repaired = repaired(input);
            if (repaired != null) {
                underWay = input;
                version = repaired;
                return List.of();
            }
            boolean isForgotten = underWay != null
                    && version.isAtOrBelow(disk.deletedBelow())
                    && disk.newest(X).equals(Version.NEVER_THERE);
            if (underWay == null || !isForgotten) {
                return genuine.handle(input, now);
            }
            SweepingReplica.Input arriving = underWay;
            underWay = null;
            List<Effect> effects = new ArrayList<>(genuine.handle(arriving, now));
            effects.addAll(genuine.handle(input, now));
            return effects;
        }

        private static @Nullable Timestamp repaired(SweepingReplica.Input input) {
            if (input instanceof SweepingReplica.Input.Received received
                    && received.envelope().message() instanceof IrMessage.Repair repair
                    && repair.part() instanceof KeyStates states) {
                for (KeyStates.KeyState state : states.keys()) {
                    if (state.key().equals(X) && !state.newest().isDeletion()) {
                        return state.newest().timestamp();
                    }
                }
            }
            return null;
        }
    }
}
