package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import java.util.List;
import java.util.function.Consumer;

/**
 * Relaxed counters or last-writer-wins registers: changes, and reads of both levels. Their promises (nothing acknowledged
 * is lost, quorum reads see it, replicas converge) are invariants of every run; nothing is left to judge in the end.
 */
public final class RelaxedWorkload implements Workload {
    private static final long MILLI = 1_000_000L;

    private final boolean counters;
    private final int keys;
    private long written;

    private RelaxedWorkload(boolean counters, int keys) {
        this.counters = counters;
        this.keys = keys;
    }

    public static RelaxedWorkload ofCounters(int keys) {
        return new RelaxedWorkload(true, keys);
    }

    public static RelaxedWorkload ofRegisters(int keys) {
        return new RelaxedWorkload(false, keys);
    }

    private Key key(int number) {
        return KeyLayout.key("sim", counters ? "counter" : "lww", List.of("k" + number));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        return done -> {
            Key key = key(random.below(keys));
            ClientCall call;
            if (random.chance(0.35)) {
                call = new ClientCall.ReadRelaxed(key, random.pick(List.of(ClientCall.Level.values())));
            } else if (counters) {
                call = new ClientCall.AddToCounter(key, random.between(-3, 10), Acks.draw(random));
            } else {
                Bytes value = random.chance(0.1) ? null : Bytes.utf8("v" + written++);
                call = new ClientCall.PutRegister(key, value, Timestamp.ZERO, Acks.draw(random));
            }
            caller.call(call, random.between(100, 3_000) * MILLI, outcome -> done.run());
        };
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        readFrom(0, caller, answered);
    }

    private void readFrom(int number, Caller caller, Consumer<Boolean> answered) {
        if (number == keys) {
            answered.accept(true);
            return;
        }
        ClientCall.ReadRelaxed read = new ClientCall.ReadRelaxed(key(number), ClientCall.Level.QUORUM);
        caller.call(read, 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.Relaxed) {
                readFrom(number + 1, caller, answered);
            } else {
                answered.accept(false);
            }
        });
    }

    @Override
    public void judge() {}
}
