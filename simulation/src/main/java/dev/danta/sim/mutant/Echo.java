package dev.danta.sim.mutant;

import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica behind a network that repeats what it has delivered a good while ago, as any network may: the records of other
 * replicas that came with their bodies.
 */
final class Echo implements Machine<SweepingReplica.Input> {
    private static final int KEPT_MAX = 64;
    /** So many questions for the watermarks later: every node asks once in each round of forgetting. */
    private static final int LATER = 30;

    private final SweepingReplica genuine;
    private final ArrayDeque<Heard> heard = new ArrayDeque<>();
    private long asked;

    private record Heard(SweepingReplica.Input.Received message, long asked) {}

    Echo(SweepingReplica genuine) {
        this.genuine = genuine;
    }

    @Override
    public List<Effect> handle(SweepingReplica.Input input, Moment now) {
        List<Effect> effects = genuine.handle(input, now);
        if (!(input instanceof SweepingReplica.Input.Received received)) {
            return effects;
        }
        Envelope envelope = received.envelope();
        if (envelope.message() instanceof IrMessage.Enter enter && enter.withBodies()) {
            heard.add(new Heard(received, asked));
            if (heard.size() > KEPT_MAX) {
                heard.remove();
            }
        } else if (envelope.message() instanceof IrMessage.Inspect) {
            asked++;
            Heard oldest = heard.peek();
            if (oldest != null && oldest.asked() + LATER <= asked) {
                List<Effect> all = new ArrayList<>(effects);
                all.addAll(genuine.handle(heard.remove().message(), now));
                return all;
            }
        }
        return effects;
    }
}
