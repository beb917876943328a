package dev.danta.sim.mutant;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.List;

/** A mutant of the search for the participants of a transaction of which only the id is known. */
final class LookupMutants {
    private LookupMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimParts hasty = new SimParts() {
            @Override
            public boolean forgets(SimRandom random) {
                return true;
            }

            @Override
            public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
                return (input, now) -> genuine.handle(input, now).stream()
                        .map(effect -> hastily(effect, disk))
                        .toList();
            }
        };
        return List.of(new Mutant(
                "x-lookup-says-aborted",
                "what is unknown where everything is resolved is called aborted, by a shard that may be no participant",
                usual.withScenario(Scenario.ONCE),
                hasty,
                List.of(LookupStage.run(hasty))));
    }

    private static Effect hastily(Effect effect, SimDisk disk) {
        if (effect instanceof Effect.Send send
                && send.envelope().message() instanceof IrMessage.LookedUp looked
                && looked.participants().isEmpty()
                && looked.id().isAtOrBelow(disk.watermarks().resolvedBelow())) {
            Envelope envelope = send.envelope();
            IrMessage aborted = new IrMessage.Decided(looked.id(), new Decision.Abort(), null);
            return new Effect.Send(
                    send.to(), new Envelope(envelope.shard(), envelope.epoch(), envelope.from(), aborted));
        }
        return effect;
    }
}
