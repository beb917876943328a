package dev.danta.sim.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.relaxed.GrowSet;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.txn.KeyChange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.client.TxnClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /** Of long lists, and of those in them, the rest is for the reader only. */
    @Test
    void aLongListOfLongListsIsDigestedTheSameWhetherOrNotItIsWritten() {
        Set<Bytes> many = IntStream.range(0, 20)
                .mapToObj(number -> Bytes.wrap(new byte[] {(byte) number, 'x'}))
                .collect(Collectors.toSet());
        List<KeyChange> changes =
                Collections.nCopies(20, new KeyChange.Joined(new Key(Bytes.utf8("k")), GrowSet.of(many)));
        LogPosition upTo = new LogPosition(new LogIncarnation(1, Epoch.FIRST), 20);
        OpId id = new OpId(new ClientId(1, 1), 1);
        IrMessage answer = new IrMessage.Answered(id, new ReadAnswer.Feed(upTo, changes, 20));

        written.message("r1", answer);
        digested.message("r1", answer);

        assertThat(written.digest()).isEqualTo(digested.digest());
        assertThat(lines.get(0)).contains("+1378", " of 20");
    }

    /** Keys and values may have any character in them. */
    @Test
    void whatLooksLikeAnAsideIsDigestedAllTheSame() {
        written.event("r1", "has `this` of c1");
        digested.event("r1", "has `this` of c1");

        assertThat(written.digest()).isEqualTo(digested.digest());
    }

    @Test
    void anyDifferenceInAStepChangesTheDigest() {
        fill(written, 1);
        fill(digested, 2);

        assertThat(written.digest()).isNotEqualTo(digested.digest());
    }
}
