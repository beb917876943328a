package dev.danta.sim.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Timer;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.txn.client.TxnClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TraceTest {
    private record Alarm(int number) implements Timer {}

    private final List<String> lines = new ArrayList<>();
    private final Trace written = new Trace(new EventQueue(), line -> lines.add(line.toString()));
    private final Trace digested = new Trace(new EventQueue(), null);

    private static void fill(Trace trace, long jitterNanos) {
        List<Effect> effects = List.of(new Effect.Arm(new Alarm(7), 5, jitterNanos));
        trace.step("c1", new TxnClient.Input.Connected(new ReplicaId(2)), effects);
        trace.event("r1", "dies");
    }

    @Test
    void whetherATraceIsWrittenDownDoesNotChangeItsDigest() {
        fill(written, 1);
        fill(digested, 1);

        assertThat(written.digest()).isEqualTo(digested.digest());
        assertThat(written.steps()).isOne();
        assertThat(lines)
                .containsExactly("0 c1 connected to r2\n    arm Alarm`Alarm[number=7]` after 5+1", "0 r1 dies");
    }

    @Test
    void anyDifferenceInAStepChangesTheDigest() {
        fill(written, 1);
        fill(digested, 2);

        assertThat(written.digest()).isNotEqualTo(digested.digest());
    }
}
