package dev.danta.txn.participant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochChange;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.replica.PutWatermarks;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.KeyStates;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.MemoryStore;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 9: replica 4 takes the place of replica 3; what is brought to whom, before the seals and after them. */
class Section9CopyingTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final int KEYS = 3_000;
    private static final int OUTCOMES = 9_000;
    private static final Key ALLOTMENT = AllotmentKey.of(KeyLayout.key("shop", "stock", List.of("apple")), at(60_000));
    private static final Moment NOW = new Moment(0, 1_000_000);

    private final TreeMap<Integer, MemoryStore> stores = new TreeMap<>();
    private final TreeMap<Integer, IrReplica> replicas = new TreeMap<>();
    private final ArrayDeque<Effect.Send> underWay = new ArrayDeque<>();
    private final List<IrMessage> beforeTheSeals = new ArrayList<>();
    private final List<IrMessage> afterTheSeals = new ArrayList<>();
    private ShardConfig config = ShardConfig.first(members(Epoch.FIRST, 1, 2, 3), disks(1, 2, 3));
    private EpochChange driver = driver(1);
    private @Nullable Timer armed;
    private boolean sealed;
    private Runnable whenCopied = () -> {};

    private static Membership members(Epoch epoch, int... numbers) {
        return new Membership(SHARD, epoch, List.copyOf(disks(numbers).keySet()));
    }

    private static SortedMap<ReplicaId, Long> disks(int... numbers) {
        TreeMap<ReplicaId, Long> disks = new TreeMap<>();
        for (int number : numbers) {
            disks.put(new ReplicaId(number), 10L * number);
        }
        return disks;
    }

    private static EpochChange driver(int life) {
        return new EpochChange(
                new ClientId(7, life),
                Epoch.FIRST,
                disks(1, 2, 4),
                EpochRules.PROTOCOL,
                new EpochChange.Settings(1_000, 100));
    }

    private static Timestamp at(long micros) {
        return new Timestamp(micros, new ClientId(1, 2));
    }

    private static Key key(int number) {
        return new Key(Bytes.utf8(String.format(Locale.ROOT, "key%06d", number)));
    }

    private static Mutation put(int key, long micros) {
        return new PutVersion(key(key), new Version(at(micros), Bytes.utf8("value" + micros)));
    }

    private static Mutation aborted(long micros) {
        return new PutRecord(OpRecord.blank(at(micros)).withDecision(new Decision.Abort()));
    }

    private MemoryStore store(int number) {
        return stores.computeIfAbsent(number, one -> new MemoryStore(10L * one));
    }

    private void members(Mutation mutation) {
        for (int i = 1; i <= 3; i++) {
            store(i).apply(mutation);
        }
    }

    /** What has been done to the disks since a process began is known to the next only. */
    private void restart(int number) {
        MemoryStore store = store(number);
        IrReplica replica = new IrReplica(
                new ReplicaId(number),
                members(Epoch.FIRST, 1, 2, 3),
                new IrReplica.Settings(1_000_000),
                store,
                new Participant(store, store, store, new Participant.Settings(1_000_000)));
        replicas.put(number, replica);
        replica.handle(new IrReplica.Input.Started(), NOW);
    }

    @BeforeEach
    void threeMembersAreEqual() {
        for (int i = 0; i < KEYS; i++) {
            members(put(i, 100 + i));
        }
        for (int i = 0; i < OUTCOMES; i++) {
            members(aborted(100_000 + i));
        }
        members(new PutRelaxed(key(5), Counter.of(new ClientId(5, 6), new Counter.Total(1, 5))));
        store(4).apply(new PutEpoch(EpochState.outside(members(Epoch.FIRST, 1, 2, 3))));
        for (int i = 1; i <= 4; i++) {
            restart(i);
        }
    }

    private void take(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                underWay.add(send);
            } else if (effect instanceof Effect.Arm arm) {
                armed = arm.timer();
            } else if (effect instanceof Effect.Tell tell && tell.report() instanceof ConfigRequest request) {
                ShardConfig.Answer answer = config.take(request, EpochRules.PROTOCOL);
                config = answer.config();
                take(driver.handle(new EpochChange.Input.Configured(answer), NOW));
            }
        }
    }

    /** Nothing is lost: a timer fires where nothing is under way. */
    private void runUntilOver() {
        take(driver.handle(new EpochChange.Input.Begun(), NOW));
        for (int i = 0; i < 100_000 && !driver.isOver(); i++) {
            deliverNext();
        }
        assertThat(driver.isOver()).isTrue();
        assertThat(config.active()).isEqualTo(members(new Epoch(2), 1, 2, 4));
    }

    private void deliverNext() {
        Effect.Send next = underWay.poll();
        if (next == null) {
            assertThat(armed).isNotNull();
            take(driver.handle(new EpochChange.Input.TimerFired(armed), NOW));
        } else if (next.to() instanceof Address.Replica replica) {
            note(next.envelope().message());
            MemoryStore store = store(replica.id().number());
            List<Effect> effects =
                    replicas.get(replica.id().number()).handle(new IrReplica.Input.Received(next.envelope()), NOW);
            effects.forEach(effect -> {
                if (effect instanceof Effect.Persist persist) {
                    store.apply(persist.mutation());
                }
            });
            take(effects);
        } else {
            take(driver.handle(new EpochChange.Input.Received(next.envelope()), NOW));
        }
    }

    private void note(IrMessage message) {
        if (message instanceof IrMessage.Seal && !sealed) {
            sealed = true;
            whenCopied.run();
        }
        (sealed ? afterTheSeals : beforeTheSeals).add(message);
    }

    private static List<Key> keysBrought(List<IrMessage> said) {
        List<Key> keys = new ArrayList<>();
        for (IrMessage message : said) {
            if (message instanceof IrMessage.TakeState take && take.part() instanceof KeyStates states) {
                states.keys().forEach(state -> keys.add(state.key()));
            }
        }
        return keys;
    }

    private static long outcomesBrought(List<IrMessage> said) {
        return said.stream()
                .mapToLong(message -> message instanceof IrMessage.TakeState take
                        ? take.decided().size()
                        : 0)
                .sum();
    }

    private static long looks(List<IrMessage> said) {
        return said.stream().filter(IrMessage.HashState.class::isInstance).count();
    }

    private void assertEqualToMember(int number) {
        for (int i = 0; i < KEYS + 1; i++) {
            assertThat(store(number).newest(key(i))).as("key %d", i).isEqualTo(store(1).newest(key(i)));
        }
        assertThat(store(number).relaxed(key(5))).isEqualTo(store(1).relaxed(key(5)));
        assertThat(store(number).records(Timestamp.ZERO, at(Long.MAX_VALUE), 2 * OUTCOMES))
                .isEqualTo(store(1).records(Timestamp.ZERO, at(Long.MAX_VALUE), 2 * OUTCOMES));
    }

    /** Six keys and two outcomes are news when the members are sealed; one of each is known to one of them only. */
    @Test
    void whileAllStandStillOnlyWhatDiffersIsBrought() {
        whenCopied = () -> {
            for (int i = 0; i < 5; i++) {
                members(put(500 * i, 50_000));
            }
            members(aborted(200_000));
            store(1).apply(put(KEYS, 50_001));
            store(1).apply(aborted(200_001));
        };

        runUntilOver();

        assertThat(keysBrought(beforeTheSeals)).hasSize(KEYS);
        assertThat(outcomesBrought(beforeTheSeals)).isEqualTo(OUTCOMES);
        assertThat(keysBrought(afterTheSeals))
                .as("six to replica 4, one to replica 2, with the key before it in the same range")
                .containsExactlyInAnyOrder(
                        key(0),
                        key(500),
                        key(1_000),
                        key(1_500),
                        key(2_000),
                        key(KEYS - 1),
                        key(KEYS),
                        key(KEYS - 1),
                        key(KEYS));
        assertThat(outcomesBrought(afterTheSeals)).isEqualTo(3);
        assertThat(looks(afterTheSeals)).isLessThan(30);
        assertEqualToMember(2);
        assertEqualToMember(4);
    }

    /** It is on the new disk only, and nobody knows any more that it was deleted. */
    @Test
    void whatIsDeletedAndForgottenAfterItWasCopiedIsGone() {
        whenCopied = () -> {
            members(new DropVersions(key(7), at(10_000)));
            members(new PutWatermarks(new Watermarks(at(10_000), at(10_000), at(10_000))));
            for (int i = 1; i <= 3; i++) {
                restart(i);
            }
        };

        runUntilOver();

        assertThat(keysBrought(beforeTheSeals)).contains(key(7));
        assertThat(store(4).newest(key(7))).isEqualTo(Version.NEVER_THERE);
        assertEqualToMember(4);
    }

    /** The members have not all forgotten as much, and who is read first still has the deletion. */
    @Test
    void whatIsDeletedAndForgottenByOneIsGone() {
        whenCopied = () -> {
            members(new PutVersion(key(7), new Version(at(9_000), null)));
            store(2).apply(new DropVersions(key(7), at(10_000)));
            store(2).apply(new PutWatermarks(new Watermarks(at(10_000), at(10_000), at(10_000))));
            restart(2);
        };

        runUntilOver();

        assertThat(store(4).newest(key(7)).value()).isNull();
        assertThat(store(4).newest(key(8))).isEqualTo(store(1).newest(key(8)));
    }

    /** The second one begins from what is there: what is equal costs hashes. */
    @Test
    void whatADriverHasCopiedBeforeItDiedIsNotCopiedAgain() {
        take(driver.handle(new EpochChange.Input.Begun(), NOW));
        while (keysBrought(beforeTheSeals).size() < KEYS / 2) {
            deliverNext();
        }
        int copied = keysBrought(beforeTheSeals).size();
        underWay.clear();
        driver = driver(2);

        runUntilOver();

        assertThat(keysBrought(beforeTheSeals).size()).isLessThan(KEYS + KEYS / 4);
        assertThat(copied).isGreaterThanOrEqualTo(KEYS / 2);
        assertEqualToMember(4);
    }

    /** A page of another transfer that was under way for long must not come between. */
    @Test
    void whatAnEarlierDriverStillBringsIsRefused() {
        take(driver.handle(new EpochChange.Input.Begun(), NOW));
        while (keysBrought(beforeTheSeals).size() < KEYS / 2) {
            deliverNext();
        }
        IrMessage late = beforeTheSeals.stream()
                .filter(message -> message instanceof IrMessage.TakeState take && take.part() != null)
                .findFirst()
                .orElseThrow();
        underWay.clear();
        driver = driver(2);
        whenCopied = () -> {
            Envelope page = new Envelope(SHARD, Epoch.FIRST, new Address.Client(new ClientId(7, 1)), late);
            List<Effect> effects = replicas.get(4).handle(new IrReplica.Input.Received(page), NOW);
            assertThat(effects)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Effect.Send.class,
                            send -> assertThat(send.envelope().message())
                                    .isInstanceOfSatisfying(
                                            IrMessage.StateTaken.class,
                                            taken -> assertThat(taken.taken()).isFalse()));
        };

        runUntilOver();

        assertEqualToMember(4);
    }

    private IrMessage answerOf(int number, RelaxedState change) {
        IrMessage execute =
                new IrMessage.Execute(new OpId(new ClientId(5, 6), 9), new RelaxedUpdate(ALLOTMENT, change));
        Envelope asked = new Envelope(SHARD, new Epoch(2), new Address.Client(new ClientId(5, 6)), execute);
        List<Effect> effects = replica(number).handle(new IrReplica.Input.Received(asked), NOW);
        return ((Effect.Send) effects.get(effects.size() - 1)).envelope().message();
    }

    private IrReplica replica(int number) {
        return Objects.requireNonNull(replicas.get(number));
    }

    /**
     * Any q of the old members have the fence, and any q have what was final before: so whoever is sealed, each member of the
     * new epoch has both when it serves, the new one and those that had neither.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFenceAndWhatWasFinalBeforeItAreAtEveryMemberOfTheNextEpoch(boolean afterCopying) {
        Runnable spendsAndFences = () -> {
            // Final at 1 and 3; then fenced at 2 and 3. Replica 3 goes.
            store(1).apply(new PutRelaxed(ALLOTMENT, Spending.of(2, 5)));
            store(2).apply(new PutRelaxed(ALLOTMENT, new Spending(1, 3, true)));
            store(3).apply(new PutRelaxed(ALLOTMENT, new Spending(2, 5, true)));
        };
        if (afterCopying) {
            whenCopied = spendsAndFences;
        } else {
            spendsAndFences.run();
        }

        runUntilOver();

        for (int number : List.of(1, 2, 4)) {
            assertThat(store(number).relaxed(ALLOTMENT))
                    .as("replica %d", number)
                    .isEqualTo(new Spending(2, 5, true));
            assertThat(answerOf(number, Spending.of(3, 6)))
                    .as("replica %d", number)
                    .isInstanceOf(IrMessage.ExecuteRefused.class);
        }
    }
}
