package dev.danta.ir.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** protocol.md 7: what a node asks its own replicas to do next, by what it has heard of all. */
class ForgettingTest {
    private static final ShardId ONE = new ShardId(0);
    private static final ShardId OTHER = new ShardId(1);
    private static final ReplicaId SELF = new ReplicaId(1);
    private static final List<ReplicaId> THREE = List.of(SELF, new ReplicaId(2), new ReplicaId(3));
    private static final long LAG = 1_000;
    private static final long HOUR = 3_600_000_000L;
    private static final Moment NOW = new Moment(0, 0);
    private static final Watermarks AT_9 = resolved(9);

    private final Memberships memberships = new Memberships(List.of(first(ONE), first(OTHER)));
    private final Forgetting forgetting =
            new Forgetting(SELF, new ClientId(1, 1), memberships, new UpkeepSettings(1_000_000, 1_000_000, LAG));

    private static Membership first(ShardId shard) {
        return new Membership(shard, Epoch.FIRST, THREE);
    }

    private static Timestamp time(long micros) {
        return new Timestamp(micros, ClientId.NONE);
    }

    private static Watermarks resolved(long micros) {
        return Watermarks.NONE.barring(time(micros)).resolving(time(micros));
    }

    private void hear(Membership in, int replica, Watermarks watermarks, long clockMicros) {
        hear(in, replica, watermarks, clockMicros, 2 * HOUR);
    }

    private void hear(Membership in, int replica, Watermarks watermarks, long clockMicros, long greatest) {
        IrMessage told = new IrMessage.Inspected(
                new OpId(new ClientId(1, 1), 1), watermarks, clockMicros, time(greatest), List.of());
        forgetting.handle(
                new Upkeep.Received(
                        new Envelope(in.shard(), in.epoch(), new Address.Replica(new ReplicaId(replica)), told)),
                NOW);
    }

    private void hearAll(Membership in, Watermarks watermarks) {
        in.members().forEach(member -> hear(in, member.number(), watermarks, 0));
    }

    private List<IrMessage> toItself() {
        return forgetting.handle(new Upkeep.TimerFired(new Forgetting.Tick()), NOW).stream()
                .filter(effect ->
                        effect instanceof Effect.Send send && send.to().equals(new Address.Replica(SELF)))
                .map(effect -> ((Effect.Send) effect).envelope().message())
                .toList();
    }

    @Test
    void barsWhatIsOlderThanTheLagOnTheMiddleClock() {
        hear(first(ONE), 1, Watermarks.NONE, 10_000);
        hear(first(ONE), 2, Watermarks.NONE, 30_000);
        hear(first(ONE), 3, Watermarks.NONE, 20_000);

        assertThat(toItself()).contains(new IrMessage.Bar(time(20_000 - LAG)));
    }

    /** The simulation's seed 400739. */
    @Test
    void oneBrokenClockBarsNothingThoughOnlyAQuorumIsHeard() {
        hear(first(ONE), 1, Watermarks.NONE, 10_000 + HOUR);
        hear(first(ONE), 3, Watermarks.NONE, 10_000);

        assertThat(toItself()).contains(new IrMessage.Bar(time(10_000 - LAG)));
    }

    /** A shard of one has no other clock: what its records say of the time counts as well. The simulation's seed 39042. */
    @Test
    void barsNoFurtherThanTheGreatestRecordOfAnyShard() {
        Membership alone = new Membership(ONE, new Epoch(2), List.of(SELF));
        memberships.learn(alone);
        hear(alone, 1, Watermarks.NONE, 10_000 + HOUR, 9_000);
        hear(first(OTHER), 2, Watermarks.NONE, 0, 11_000);

        assertThat(toItself()).contains(new IrMessage.Bar(time(11_001)));
    }

    @Test
    void barsNothingBeforeAQuorumIsHeard() {
        hear(first(ONE), 1, Watermarks.NONE, 10_000);

        assertThat(toItself()).noneMatch(IrMessage.Bar.class::isInstance);
    }

    @Test
    void forgetsWhatAllReplicasOfAllShardsHaveResolved() {
        hearAll(first(ONE), resolved(11));
        hearAll(first(OTHER), AT_9);

        assertThat(toItself()).contains(new IrMessage.Forget(time(9)));
    }

    @Test
    void forgetsNothingBeforeAllAreHeard() {
        hearAll(first(ONE), AT_9);
        hear(first(OTHER), 1, AT_9, 0);
        hear(first(OTHER), 3, AT_9, 0);

        assertThat(toItself()).noneMatch(IrMessage.Forget.class::isInstance);
    }

    /** An install may have set a watermark back: what was told before it says nothing any more. */
    @Test
    void whatWasHeardInAnEarlierEpochCountsNoMore() {
        hearAll(first(ONE), AT_9);
        hearAll(first(OTHER), AT_9);
        Membership next = new Membership(OTHER, new Epoch(2), THREE);
        memberships.learn(next);
        hear(first(OTHER), 2, AT_9, 0);
        hear(next, 1, AT_9, 0);
        hear(next, 3, AT_9, 0);

        assertThat(toItself()).noneMatch(IrMessage.Forget.class::isInstance);

        hear(next, 2, resolved(7), 0);

        assertThat(toItself()).contains(new IrMessage.Forget(time(7)));
    }

    /** A peer that goes on casting first votes up to that time says so, and is asked again. */
    @Test
    void resolvesWhatQReplicasThatHaveBarredItHaveTold() {
        Watermarks barred = Watermarks.NONE.barring(time(9));
        hear(first(ONE), 1, barred, 0);
        tick();

        assertThat(answer(2, new IrMessage.Marked(Watermarks.NONE))).isEmpty();
        List<IrMessage.Collect> asked = tick().stream()
                .filter(IrMessage.Collect.class::isInstance)
                .map(IrMessage.Collect.class::cast)
                .toList();
        assertThat(asked).hasSize(2).allMatch(collect -> collect.upTo().equals(time(9)));

        List<IrMessage> entering = answer(
                2, new IrMessage.Collected(asked.get(0).id(), asked.get(0).after(), List.of(), false, null));
        assertThat(entering).hasSize(1).allMatch(IrMessage.Enter.class::isInstance);
        OpId entered = ((IrMessage.Enter) entering.get(0)).id();
        assertThat(answer(1, new IrMessage.Entered(entered, false))).containsExactly(new IrMessage.Resolve(time(9)));
    }

    private List<IrMessage> tick() {
        return sent(forgetting.handle(new Upkeep.TimerFired(new Forgetting.Tick()), NOW));
    }

    private List<IrMessage> answer(int replica, IrMessage reply) {
        return sent(forgetting.handle(
                new Upkeep.Received(new Envelope(ONE, Epoch.FIRST, new Address.Replica(new ReplicaId(replica)), reply)),
                NOW));
    }

    private static List<IrMessage> sent(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(effect -> ((Effect.Send) effect).envelope().message())
                .toList();
    }
}
