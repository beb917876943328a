package dev.danta.txn.recovery;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A replica that notices when a coordinator is gone: it answers requests ({@link IrReplica}), and looks from time to time
 * for transactions that have been undecided here for longer than {@code recoveryAfter} (protocol.md 6). It tells its
 * process, which runs a {@link Settler}; the time only decides when somebody looks, ballots decide what comes of it.
 */
public final class SweepingReplica implements Machine<SweepingReplica.Input> {
    private final IrReplica replica;
    private final RecoverySettings settings;
    private final Map<Timestamp, Long> undecidedSince = new TreeMap<>();

    /** What a replica is told. */
    public sealed interface Input {
        /** At the start, once and first: take up what the store holds. */
        record Started() implements Input {}

        /** A message came. */
        record Received(Envelope envelope) implements Input {}

        /** A timer that this machine armed has fired. */
        record TimerFired(Timer timer) implements Input {}
    }

    /** The next look at what is undecided. */
    record Sweep() implements Timer {}

    public SweepingReplica(IrReplica replica, RecoverySettings settings) {
        this.replica = replica;
        this.settings = settings;
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        if (input instanceof Input.Received received) {
            return replica.handle(new IrReplica.Input.Received(received.envelope()), now);
        }
        if (input instanceof Input.TimerFired fired) {
            return fired.timer() instanceof Sweep ? onSweep(now) : List.of();
        }
        List<Effect> effects = new ArrayList<>(replica.handle(new IrReplica.Input.Started(), now));
        effects.add(armSweep());
        return effects;
    }

    private List<Effect> onSweep(Moment now) {
        Map<Timestamp, Long> before = new TreeMap<>(undecidedSince);
        undecidedSince.clear();
        List<Effect> effects = new ArrayList<>();
        int told = 0;
        List<OpRecord> waiting = replica.epoch().isServing() ? replica.undecided() : List.of();
        for (OpRecord open : waiting) {
            long since = before.getOrDefault(open.id(), now.monotonicNanos());
            undecidedSince.put(open.id(), since);
            boolean overdue = now.monotonicNanos() - since >= settings.recoveryAfterNanos();
            Body body = open.body();
            if (overdue && told < settings.settlementsMax()) {
                told++;
                // Where only a promise is known, whoever knows more will name the others.
                List<ShardId> participants = body == null ? List.of(replica.shard()) : body.participants();
                effects.add(new Effect.Tell(new Overdue(open.id(), participants)));
            }
        }
        effects.add(armSweep());
        return effects;
    }

    private Effect armSweep() {
        return new Effect.Arm(new Sweep(), settings.sweepEveryNanos(), settings.sweepEveryNanos() / 2);
    }

    /** The records without a decision, by ascending id; for invariants and diagnosis. */
    public List<OpRecord> undecided() {
        return replica.undecided();
    }
}
