package dev.danta.ir.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** protocol.md 9: what a driver says, and when. */
class EpochChangeTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId ONE = new ReplicaId(1);
    private static final ReplicaId TWO = new ReplicaId(2);
    private static final ReplicaId THREE = new ReplicaId(3);
    private static final ReplicaId FOUR = new ReplicaId(4);
    private static final Epoch SECOND = new Epoch(2);
    private static final Membership AT_FIRST = new Membership(SHARD, Epoch.FIRST, List.of(ONE, TWO, THREE));
    private static final Membership ACTIVE = new Membership(SHARD, SECOND, List.of(ONE, TWO, FOUR));
    private static final SortedMap<ReplicaId, Long> DISKS = new TreeMap<>(Map.of(ONE, 11L, TWO, 22L, FOUR, 44L));
    private static final SortedMap<ReplicaId, Long> WANTED = new TreeMap<>(Map.of(ONE, 12L, TWO, 22L, FOUR, 44L));

    private final EpochChange driver = new EpochChange(
            new ClientId(7, 7), SECOND, WANTED, EpochRules.PROTOCOL, new EpochChange.Settings(1_000, 100));

    private static ShardConfig.Answer ask(ShardConfig config, ConfigRequest request) {
        return config.take(request, EpochRules.PROTOCOL);
    }

    /** Epoch 2 has become active; then the disk of replica 1 was lost, and a change was begun that names its new one. */
    private List<Effect> begunWhenNobodyHadHeardOfTheActiveEpoch() {
        SortedMap<ReplicaId, Long> old = new TreeMap<>(Map.of(ONE, 11L, TWO, 22L, THREE, 33L));
        ShardConfig config = ShardConfig.first(AT_FIRST, old);
        config = ask(config, new ConfigRequest.Propose(Epoch.FIRST, DISKS)).config();
        config = ask(config, new ConfigRequest.Activate(SECOND, 1)).config();
        driver.handle(new EpochChange.Input.Begun(), new Moment(0, 0));
        return driver.handle(
                new EpochChange.Input.Configured(ask(config, new ConfigRequest.Propose(SECOND, WANTED))),
                new Moment(0, 0));
    }

    private List<Effect> again() {
        return driver.handle(new EpochChange.Input.TimerFired(new EpochChange.Again()), new Moment(0, 0));
    }

    /** Nobody copies anything to replica 1, and it is left behind. */
    private List<Effect> sealing() {
        List<Effect> effects = begunWhenNobodyHadHeardOfTheActiveEpoch();
        for (int i = 0; i < 20 && to(TWO, effects).stream().noneMatch(IrMessage.Seal.class::isInstance); i++) {
            effects = again();
        }
        return effects;
    }

    private List<Effect> from(ReplicaId replica, Epoch epoch, IrMessage reply) {
        return driver.handle(
                new EpochChange.Input.Received(new Envelope(SHARD, epoch, new Address.Replica(replica), reply)),
                new Moment(0, 0));
    }

    private static List<IrMessage> to(ReplicaId replica, List<Effect> effects) {
        return effects.stream()
                .filter(effect ->
                        effect instanceof Effect.Send send && send.to().equals(new Address.Replica(replica)))
                .map(effect -> ((Effect.Send) effect).envelope().message())
                .toList();
    }

    /**
     * The simulation's seed 90758: the driver of epoch 2 had died when it was active and nobody knew. The next one sealed and
     * sealed, and was told of epoch 1 for ever.
     */
    @Test
    void whoSealsTellsMembersThatTheirEpochHasBegun() {
        assertThat(to(TWO, sealing())).containsExactly(new IrMessage.Seal(SECOND, 2));

        assertThat(to(TWO, from(TWO, Epoch.FIRST, new IrMessage.WrongEpoch(AT_FIRST))))
                .containsExactly(new IrMessage.Activate(ACTIVE, 1));
        assertThat(to(THREE, from(THREE, Epoch.FIRST, new IrMessage.WrongEpoch(AT_FIRST))))
                .as("no member of it")
                .isEmpty();
    }

    /** A member that missed the install of the active epoch is needed for a quorum of seals: one that is sealed fills it. */
    @Test
    void whoSealsFillsMembersThatHaveNothing() {
        sealing();
        from(TWO, SECOND, new IrMessage.Sealed(SECOND, 2, 22));

        List<Effect> effects = from(FOUR, SECOND, new IrMessage.Activated(SECOND, false, 44));

        assertThat(to(TWO, effects)).singleElement().isInstanceOf(IrMessage.ReadOpen.class);
    }

    /** Every source was tried with a new member that answered none of the questions: with five members longer than a driver lives. */
    @Test
    void aNewMemberThatDoesNotAnswerIsLeftBehindHoweverManyThereAre() {
        List<Effect> effects = begunWhenNobodyHadHeardOfTheActiveEpoch();
        int ticks = 0;
        while (to(TWO, effects).stream().noneMatch(IrMessage.Seal.class::isInstance)) {
            effects = again();
            ticks++;
        }
        assertThat(ticks).isEqualTo(8);
    }

    /** The member that is copied from is none of those that a driver before this one had sealed. */
    @Test
    void whereAnyMemberIsSealedNothingIsCopiedFirst() {
        List<Effect> begun = begunWhenNobodyHadHeardOfTheActiveEpoch();
        IrMessage.ReadOpen look = (IrMessage.ReadOpen) to(FOUR, begun).get(0);
        assertThat(to(FOUR, from(FOUR, SECOND, looked(look, 43, true))))
                .as("another disk")
                .isEmpty();
        assertThat(to(FOUR, from(FOUR, SECOND, looked(look, 44, false))))
                .as("not sealed")
                .isEmpty();
        assertThat(driver.progress().pages()).as("to look is not to come on").isEqualTo(0);

        assertThat(to(FOUR, from(FOUR, SECOND, looked(look, 44, true)))).containsExactly(new IrMessage.Seal(SECOND, 2));
    }

    private static IrMessage looked(IrMessage.ReadOpen look, long disk, boolean sealed) {
        return new IrMessage.RecordPage(look.id(), disk, List.of(), Watermarks.NONE, null, sealed);
    }

    private static IrMessage.ListDecided listing(List<Effect> effects) {
        return (IrMessage.ListDecided) to(ONE, effects).get(0);
    }

    /** The new disk of replica 1 names nothing, replica 2 has nothing: then all has been copied. */
    private List<Effect> copied(boolean sealed) {
        IrMessage.ListDecided list = listing(begunWhenNobodyHadHeardOfTheActiveEpoch());
        List<Effect> asked =
                from(ONE, SECOND, new IrMessage.DecidedListed(list.id(), Watermarks.NONE, List.of(), null));
        IrMessage.ReadDecided read = (IrMessage.ReadDecided) to(TWO, asked).get(0);
        List<Effect> paged =
                from(TWO, SECOND, new IrMessage.RecordPage(read.id(), 22, List.of(), Watermarks.NONE, null, sealed));
        if (sealed) {
            return paged;
        }
        IrMessage.HashState hash = (IrMessage.HashState) to(ONE, paged).get(0);
        RangeHash all = new RangeHash(Bytes.EMPTY, 1);
        List<Effect> hashed =
                from(ONE, SECOND, new IrMessage.Summarized(hash.view().id(), Watermarks.NONE, List.of(all)));
        IrMessage.CompareState compare =
                (IrMessage.CompareState) to(TWO, hashed).get(0);
        return from(
                TWO,
                SECOND,
                new IrMessage.Compared(compare.view().id(), Watermarks.NONE, List.of(), null, Bytes.EMPTY));
    }

    @Test
    void nobodyIsSealedBeforeANewMemberHasBeenCopiedTo() {
        List<Effect> copied = copied(false);
        assertThat(to(TWO, copied)).containsExactly(new IrMessage.Seal(SECOND, 2));
        assertThat(to(FOUR, copied)).containsExactly(new IrMessage.Seal(SECOND, 2));
    }

    /** What stands still is not made to wait: a driver before this one had sealed it. */
    @Test
    void whereAMemberIsSealedNothingIsCopiedFirst() {
        assertThat(to(FOUR, copied(true))).containsExactly(new IrMessage.Seal(SECOND, 2));
    }

    /** What was equal, or copied, before the seals counts for nothing: it goes on in one transfer, from the beginning. */
    @Test
    void whoWasCopiedToIsComparedWithAllThatAreSealed() {
        copied(false);
        from(TWO, SECOND, new IrMessage.Sealed(SECOND, 2, 22));
        List<Effect> reading = from(FOUR, SECOND, new IrMessage.Sealed(SECOND, 2, 44));
        List<Effect> installing = List.of();
        for (ReplicaId source : List.of(TWO, FOUR)) {
            IrMessage.ReadOpen read = (IrMessage.ReadOpen) to(source, reading).get(0);
            long disk = source.equals(TWO) ? 22 : 44;
            installing = from(
                    source, SECOND, new IrMessage.RecordPage(read.id(), disk, List.of(), Watermarks.NONE, null, true));
        }
        IrMessage.ListDecided again = listing(installing);
        assertThat(again.number()).isEqualTo(2);
        assertThat(again.after()).isEqualTo(Timestamp.ZERO);
        assertThat(listing(begunAnew()).fill()).isNotEqualTo(again.fill());
    }

    private List<Effect> begunAnew() {
        IrMessage refused = new IrMessage.StateTaken(listing(again()).id(), false);
        from(ONE, SECOND, refused);
        return again();
    }

    /** A member whose disk is lost will never serve, and another change will replace it: what is to be brought is, without it. */
    @Test
    void nobodyWaitsForAMemberThatIsGone() {
        EpochChange finishing = EpochChange.finishing(
                new ClientId(8, 8),
                SECOND,
                List.of(),
                List.of(FOUR),
                EpochRules.PROTOCOL,
                new EpochChange.Settings(1_000, 100));
        ShardConfig config = ShardConfig.first(AT_FIRST, new TreeMap<>(Map.of(ONE, 11L, TWO, 22L, THREE, 33L)));
        config = ask(config, new ConfigRequest.Propose(Epoch.FIRST, DISKS)).config();
        config = ask(config, new ConfigRequest.Activate(SECOND, 1)).config();
        finishing.handle(new EpochChange.Input.Begun(), new Moment(0, 0));
        finishing.handle(new EpochChange.Input.Configured(ask(config, new ConfigRequest.Read())), new Moment(0, 0));
        config.incarnations().forEach((member, incarnation) -> {
            assertThat(finishing.isOver()).as("before %s serves", member).isEqualTo(member.equals(FOUR));
            IrMessage serves = new IrMessage.Activated(SECOND, true, incarnation);
            if (!member.equals(FOUR)) {
                finishing.handle(
                        new EpochChange.Input.Received(
                                new Envelope(SHARD, SECOND, new Address.Replica(member), serves)),
                        new Moment(0, 0));
            }
        });
        assertThat(finishing.isOver()).isTrue();
    }

    /** What a removed member has would be mixed with what a waiting replica is being filled with. */
    @Test
    void whatARemovedMemberHasIsBroughtToThoseThatServe() {
        EpochChange finishing = EpochChange.finishing(
                new ClientId(8, 8), SECOND, List.of(THREE), EpochRules.PROTOCOL, new EpochChange.Settings(1_000, 100));
        SortedMap<ReplicaId, Long> old = new TreeMap<>(Map.of(ONE, 11L, TWO, 22L, THREE, 33L));
        ShardConfig config = ShardConfig.first(AT_FIRST, old);
        config = ask(config, new ConfigRequest.Propose(Epoch.FIRST, DISKS)).config();
        config = ask(config, new ConfigRequest.Activate(SECOND, 1)).config();
        finishing.handle(new EpochChange.Input.Begun(), new Moment(0, 0));
        List<Effect> begun = finishing.handle(
                new EpochChange.Input.Configured(ask(config, new ConfigRequest.Read())), new Moment(0, 0));
        assertThat(to(TWO, begun)).noneMatch(IrMessage.ListDecided.class::isInstance);

        IrMessage serves = new IrMessage.Activated(SECOND, true, 22);
        finishing.handle(
                new EpochChange.Input.Received(new Envelope(SHARD, SECOND, new Address.Replica(TWO), serves)),
                new Moment(0, 0));
        List<Effect> later =
                finishing.handle(new EpochChange.Input.TimerFired(new EpochChange.Again()), new Moment(0, 0));
        assertThat(to(TWO, later))
                .filteredOn(IrMessage.ListDecided.class::isInstance)
                .hasSize(1);
    }
}
