package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.Key;
import dev.danta.relaxed.LwwRegister;
import dev.danta.txn.client.ClientCall.Level;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of relaxed keys that must show what was seen before, and writes that come after it. */
final class SessionReadsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Key X = Bench.key("x");

    private static CallOutcome call(TinyCluster cluster, TinyCluster.ClientProcess client, ClientCall what) {
        long call = client.call(what, 5 * SECOND);
        cluster.runUntil(same -> client.answerOrNull(call) != null);
        return client.answer(call);
    }

    private static LwwRegister written(TinyCluster cluster, TinyCluster.ClientProcess client, String value) {
        CallOutcome outcome = call(cluster, client, new ClientCall.PutRegister(X, Bytes.utf8(value)));
        return (LwwRegister) ((CallOutcome.Updated) outcome).change();
    }

    private static ClientCall sessionRead(LwwRegister seen) {
        return new ClientCall.ReadRelaxed(X, Level.SESSION, Mark.of(seen), 0);
    }

    private static Predicate<TinyCluster.Parcel> updatesTo(int replica) {
        return TinyCluster.to(replica).and(TinyCluster.carrying(IrMessage.Execute.class));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whicheverReplicaIsBehindTheSessionSeesWhatItHasSeen(int behind) {
        for (long seed = 0; seed < 20; seed++) {
            TinyCluster cluster = new TinyCluster(seed, 3, 1);
            TinyCluster.ClientProcess writer = cluster.client(1);
            cluster.stop(updatesTo(behind));
            LwwRegister seen = written(cluster, writer, "new");

            CallOutcome found = call(cluster, cluster.client(2), sessionRead(seen));

            assertThat(found).as("seed %d", seed).isEqualTo(new CallOutcome.Relaxed(seen, false));
        }
    }

    /** Two of three are behind what a third has shown: everybody is asked. */
    @Test
    void whatOnlyOneReplicaHasIsFoundThere() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess writer = cluster.client(1);
        cluster.stop(updatesTo(1).or(updatesTo(2)));
        writer.call(new ClientCall.PutRegister(X, Bytes.utf8("new")), SECOND / 100);
        cluster.runUntil(same -> same.store(0, 3).relaxed(X) != null);
        LwwRegister seen = (LwwRegister) cluster.store(0, 3).relaxed(X);

        assertThat(call(cluster, cluster.client(2), sessionRead(seen))).isEqualTo(new CallOutcome.Relaxed(seen, false));
    }

    /** A later quorum may not have it: found so in the simulation, seed 17616 of {@code levels}. */
    @Test
    void whatWasReadOfOneReplicaIsNotRememberedUnlessAQuorumHasTakenIt() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess writer = cluster.client(1);
        TinyCluster.ClientProcess reader = cluster.client(2);
        Predicate<TinyCluster.Parcel> updates = updatesTo(1).or(updatesTo(2));
        cluster.stop(updates);
        writer.call(new ClientCall.PutRegister(X, Bytes.utf8("new")), SECOND / 100);
        cluster.runUntil(same -> same.store(0, 3).relaxed(X) != null);
        LwwRegister seen = (LwwRegister) cluster.store(0, 3).relaxed(X);
        ClientCall cachedRead = new ClientCall.ReadRelaxed(X, Level.QUORUM, null, 5 * SECOND);

        cluster.stop(updates.or(asksTo(1)));
        long first = reader.call(cachedRead, SECOND / 10);
        cluster.runUntil(same -> reader.answerOrNull(first) != null);
        assertThat(reader.answer(first))
                .as("it was found, and could not be written back")
                .isInstanceOf(CallOutcome.Failed.class);
        cluster.stop(updates.or(asksTo(3)));
        assertThat(call(cluster, reader, cachedRead)).isEqualTo(new CallOutcome.Relaxed(null, false));

        cluster.stop(asksTo(1));
        ClientCall freshRead = new ClientCall.ReadRelaxed(X, Level.QUORUM, null, 1);
        assertThat(call(cluster, reader, freshRead)).isEqualTo(new CallOutcome.Relaxed(seen, false));
        assertThat(call(cluster, reader, cachedRead))
                .as("a quorum has taken it")
                .isEqualTo(new CallOutcome.Relaxed(seen, true));
    }

    private static Predicate<TinyCluster.Parcel> asksTo(int replica) {
        return TinyCluster.to(replica).and(TinyCluster.carrying(IrMessage.Ask.class));
    }

    @Test
    void whatNobodyHasAnyMoreIsLostAndNotPassedOver() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        LwwRegister there = written(cluster, client, "old");
        LwwRegister lost =
                new LwwRegister(new Timestamp(there.stamp().timeMicros() + 5, new ClientId(9, 9)), Bytes.utf8("lost"));

        CallOutcome.Failed failed = (CallOutcome.Failed) call(cluster, client, sessionRead(lost));

        assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.SESSION_LOST);
        assertThat(client.machine.left()).isZero();
    }

    /** The one that has it is away: waiting is all that can be done. */
    @Test
    void whatIsAwayIsWaitedForUntilTheDeadline() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess writer = cluster.client(1);
        cluster.stop(updatesTo(1).or(updatesTo(2)));
        writer.call(new ClientCall.PutRegister(X, Bytes.utf8("new")), SECOND / 100);
        cluster.runUntil(same -> same.store(0, 3).relaxed(X) != null);
        LwwRegister seen = (LwwRegister) cluster.store(0, 3).relaxed(X);
        TinyCluster.ClientProcess reader = cluster.client(2);
        cluster.crash(3);

        long call = reader.call(sessionRead(seen), 5 * SECOND);
        cluster.runFor(2 * SECOND);
        assertThat(reader.answerOrNull(call)).isNull();
        cluster.restart(3);
        cluster.runUntil(same -> reader.answerOrNull(call) != null);
        assertThat(reader.answer(call)).isEqualTo(new CallOutcome.Relaxed(seen, false));
    }

    @Test
    void whatIsWrittenComesAfterWhatWasSeenWhateverTheClockSays() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        long now = TinyCluster.START_MICROS + cluster.nowNanos() / 1_000;
        Timestamp seen = new Timestamp(now + 400_000, new ClientId(9, 9));

        CallOutcome outcome = call(cluster, client, new ClientCall.PutRegister(X, Bytes.utf8("after"), seen));

        LwwRegister change = (LwwRegister) ((CallOutcome.Updated) outcome).change();
        assertThat(change.stamp().isAbove(seen)).isTrue();
    }

    /** Else whoever gives this client a token could push its clock where nobody accepts it any more. */
    @Test
    void whatWasSeenInTheFarFutureIsRefusedAndLeavesTheClockAlone() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        Timestamp seen = new Timestamp(TinyCluster.START_MICROS + 3_600_000_000L, new ClientId(9, 9));

        CallOutcome.Failed failed =
                (CallOutcome.Failed) call(cluster, client, new ClientCall.PutRegister(X, Bytes.utf8("after"), seen));

        assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.CLOCK_AHEAD);
        assertThat(written(cluster, client, "usual").stamp().isAbove(seen)).isFalse();
    }

    @Test
    void whatAQuorumAnsweredIsGivenAgainUntilItIsTooOld() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess reader = cluster.client(1);
        LwwRegister one = written(cluster, cluster.client(2), "one");
        ClientCall read = new ClientCall.ReadRelaxed(X, Level.QUORUM, null, SECOND);
        assertThat(call(cluster, reader, read)).isEqualTo(new CallOutcome.Relaxed(one, false));
        LwwRegister two = written(cluster, cluster.client(3), "two");
        cluster.runUntilQuiet();

        assertThat(call(cluster, reader, read)).isEqualTo(new CallOutcome.Relaxed(one, true));
        assertThat(call(cluster, reader, new ClientCall.ReadRelaxed(X, Level.QUORUM, Mark.of(two), SECOND)))
                .as("older than what was seen")
                .isEqualTo(new CallOutcome.Relaxed(two, false));
        LwwRegister three = written(cluster, cluster.client(4), "three");
        cluster.runUntilQuiet();
        ClientCall neverKnown = new ClientCall.AwaitOutcome(new Timestamp(1, new ClientId(1, 1)), List.of());
        assertThat(call(cluster, cluster.client(5), neverKnown)).isInstanceOf(CallOutcome.Unknown.class);
        assertThat(call(cluster, reader, read)).isEqualTo(new CallOutcome.Relaxed(three, false));
    }

    @Test
    void anOwnChangeShowsInWhatWasRemembered() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        ClientCall read = new ClientCall.ReadRelaxed(X, Level.QUORUM, null, 1_000 * SECOND);
        assertThat(call(cluster, client, read)).isEqualTo(new CallOutcome.Relaxed(null, false));
        LwwRegister mine = written(cluster, client, "mine");

        assertThat(call(cluster, client, read)).isEqualTo(new CallOutcome.Relaxed(mine, true));
    }

    /** The answer was on its way when the change was acknowledged: it does not take its place. */
    @Test
    void anAnswerThatComesAfterAnOwnChangeIsJoinedWithIt() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        ClientCall read = new ClientCall.ReadRelaxed(X, Level.QUORUM, null, 1_000 * SECOND);
        Predicate<TinyCluster.Parcel> answers = TinyCluster.carrying(IrMessage.Answered.class);
        cluster.stop(answers);
        long early = client.call(read, 60 * SECOND);
        cluster.runUntil(same -> same.bag().stream().filter(answers).count() == 2);
        LwwRegister mine = written(cluster, client, "mine");
        cluster.stop(parcel -> false);
        cluster.runUntil(same -> client.answerOrNull(early) != null);

        assertThat(call(cluster, client, read)).isEqualTo(new CallOutcome.Relaxed(mine, true));
    }
}
