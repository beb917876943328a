package dev.danta.ir.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
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

/** protocol.md 7: whom a node asks for what its replicas lack. */
class CatchUpTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId SELF = new ReplicaId(1);
    private static final ReplicaId OTHER = new ReplicaId(2);
    private static final Moment NOW = new Moment(0, 0);

    private static Membership members(int epoch, List<ReplicaId> members) {
        return new Membership(SHARD, new Epoch(epoch), members);
    }

    private static List<Effect.Send> sent(CatchUp catchUp, Upkeep input) {
        return catchUp.handle(input, NOW).stream()
                .filter(Effect.Send.class::isInstance)
                .map(Effect.Send.class::cast)
                .toList();
    }

    /** Nobody else would tell it; the simulation's seed 700102. */
    private static void learnsFromItsOwnReplica(Membership known) {
        CatchUp catchUp = new CatchUp(
                SELF, new ClientId(1, 1), new Memberships(List.of(known)), new UpkeepSettings(1_000_000, 1_000_000, 0));
        List<Effect.Send> first = sent(catchUp, new Upkeep.TimerFired(new CatchUp.Tick()));
        Membership now = members(2, List.of(SELF, OTHER, new ReplicaId(3)));
        catchUp.handle(
                new Upkeep.Received(
                        new Envelope(SHARD, now.epoch(), new Address.Replica(SELF), new IrMessage.WrongEpoch(now))),
                NOW);

        assertThat(first).singleElement().satisfies(send -> {
            assertThat(send.to()).isEqualTo(new Address.Replica(SELF));
            assertThat(send.envelope().message()).isInstanceOf(IrMessage.Inspect.class);
        });
        assertThat(sent(catchUp, new Upkeep.TimerFired(new CatchUp.Tick())))
                .singleElement()
                .satisfies(send -> assertThat(send.envelope().epoch()).isEqualTo(now.epoch()));
    }

    @Test
    void aNodeThatWasAloneLearnsThatItIsNotAnyMore() {
        learnsFromItsOwnReplica(members(1, List.of(SELF)));
    }

    @Test
    void aNodeThatWasNoMemberLearnsThatItIsOne() {
        learnsFromItsOwnReplica(members(1, List.of(OTHER)));
    }

    /** What it would ask for again may be gone from the log, and what comes in its place has no records: seed 69302. */
    @Test
    void whatItsOwnReplicaSaidLongAgoDoesNotTakeItBack() {
        CatchUp catchUp = new CatchUp(
                SELF,
                new ClientId(1, 1),
                new Memberships(List.of(members(1, List.of(SELF, OTHER, new ReplicaId(3))))),
                new UpkeepSettings(1_000_000, 1_000_000, 0));
        LogIncarnation log = new LogIncarnation(1, new Epoch(1));
        catchUp.handle(
                fromItself(new IrMessage.Inspected(
                        new OpId(new ClientId(1, 1), 0), Watermarks.NONE, 0, Timestamp.ZERO, List.of())),
                NOW);
        catchUp.handle(absorbed(new LogPosition(log, 5)), NOW);

        assertThat(catchUp.handle(absorbed(new LogPosition(log, 3)), NOW)).isEmpty();

        assertThat(sent(catchUp, new Upkeep.TimerFired(new CatchUp.Tick())))
                .filteredOn(send -> send.to().equals(new Address.Replica(OTHER)))
                .singleElement()
                .satisfies(send -> assertThat(send.envelope().message())
                        .isEqualTo(new IrMessage.Pull(SELF, new LogPosition(log, 5), false)));
    }

    private static Upkeep absorbed(LogPosition upTo) {
        return fromItself(new IrMessage.Absorbed(OTHER, upTo, false));
    }

    private static Upkeep fromItself(IrMessage message) {
        return new Upkeep.Received(new Envelope(SHARD, new Epoch(1), new Address.Replica(SELF), message));
    }
}
