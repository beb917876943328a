package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.replica.PageLimits;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.upkeep.CatchUp;
import dev.danta.ir.upkeep.Upkeep;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.relaxed.LwwSet;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.participant.Participant;
import dev.danta.wire.WireLimits;
import dev.danta.wire.codec.EnvelopeCodec;
import dev.danta.wire.codec.StorageCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * T8: what two replicas send each other that differ in a few of a set's many elements, where no log says which. Both have their
 * part in it: each looks after what it lacks, and answers the other.
 */
final class SpreadSetTravelTest {
    private static final int ELEMENTS = 100_000;
    private static final int PAGES = 4_096;
    private static final int DIFFERENT = 10;

    private static final Collection SETS = Collection.ofPages("shop", "tags", Collection.Kind.SET, PAGES);
    private static final Key A = Key.of("a");
    private static final ClientId WRITER = new ClientId(7, 7);
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId ONE = new ReplicaId(1);
    private static final ReplicaId OTHER = new ReplicaId(2);
    private static final Membership MEMBERS = new Membership(SHARD, Epoch.FIRST, List.of(ONE, OTHER, new ReplicaId(3)));
    private static final Moment NOW = new Moment(1, 1_000_000);
    private static final int LOG_ENTRIES = 3;

    private final Map<ReplicaId, Half> halves = new TreeMap<>();
    private final ArrayDeque<Effect.Send> underWay = new ArrayDeque<>();
    private final EnvelopeCodec codec = new EnvelopeCodec(WireLimits.DEFAULT);
    private final List<IrMessage> sent = new ArrayList<>();
    private long bytes;
    private long changes;

    /** A node's replica, and what has it catch up. */
    private static final class Half {
        private final MemoryStore store = new MemoryStore();
        private final Set<Timer> timers = new LinkedHashSet<>();
        private final IrReplica replica;
        private final CatchUp catchUp;

        Half(ReplicaId id) {
            replica = new IrReplica(
                    id,
                    MEMBERS,
                    new IrReplica.Settings(1_000_000, LOG_ENTRIES, 0, PageLimits.DEFAULTS),
                    store,
                    new Participant(store, store, store, new Participant.Settings(1_000_000)));
            UpkeepSettings settings = new UpkeepSettings(1, 1, 0, new UpkeepSettings.Comparing(1, 0, 32));
            catchUp = new CatchUp(id, new ClientId(9, id.number()), new Memberships(List.of(MEMBERS)), settings);
        }
    }

    SpreadSetTravelTest() {
        halves.put(ONE, new Half(ONE));
        halves.put(OTHER, new Half(OTHER));
    }

    private Half half(ReplicaId id) {
        Half half = halves.get(id);
        if (half == null) {
            throw new IllegalArgumentException(id + " has no part in it");
        }
        return half;
    }

    private void receive(ReplicaId whom, Envelope envelope) {
        Half half = halves.get(whom);
        if (half == null) {
            return;
        }
        if (envelope.message() instanceof IrMessage.Reply) {
            run(half, half.catchUp.handle(new Upkeep.Received(envelope), NOW));
        } else {
            run(half, half.replica.handle(new IrReplica.Input.Received(envelope), NOW));
        }
    }

    private void run(Half half, List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                half.store.apply(persist.mutation());
            } else if (effect instanceof Effect.Arm arm) {
                half.timers.add(arm.timer());
            } else if (effect instanceof Effect.Send send) {
                underWay.add(send);
            }
        }
    }

    /** Everything that both of them have to say before the next tick, and how many bytes it is. */
    private void tick() {
        for (Half half : halves.values()) {
            List<Timer> due = List.copyOf(half.timers);
            half.timers.clear();
            due.forEach(timer -> run(half, half.catchUp.handle(new Upkeep.TimerFired(timer), NOW)));
        }
        boolean more = true;
        while (more) {
            deliver();
            more = false;
            for (Half half : halves.values()) {
                List<Timer> pages = half.timers.stream()
                        .filter(timer -> timer.getClass().getSimpleName().equals("NextPage"))
                        .toList();
                pages.forEach(half.timers::remove);
                pages.forEach(timer -> run(half, half.catchUp.handle(new Upkeep.TimerFired(timer), NOW)));
                more |= !pages.isEmpty();
            }
        }
    }

    private void deliver() {
        while (!underWay.isEmpty()) {
            Effect.Send send = underWay.remove();
            // Nobody knows the number of the client that catches up but its node.
            ReplicaId to = send.to() instanceof Address.Replica replica
                    ? replica.id()
                    : new ReplicaId((int) ((Address.Client) send.to()).id().low());
            boolean isToItself = send.envelope().from() instanceof Address.Replica from
                    ? from.id().equals(to)
                    : send.envelope().from().equals(new Address.Client(new ClientId(9, to.number())));
            if (halves.containsKey(to) && !isToItself) {
                bytes += codec.encode(send.envelope()).getSerializedSize();
                sent.add(send.envelope().message());
            }
            receive(to, send.envelope());
        }
    }

    private void change(ReplicaId whom, int page, LwwSet change) {
        IrMessage.Execute execute =
                new IrMessage.Execute(new OpId(WRITER, changes++), new RelaxedUpdate(SETS.encodePage(A, page), change));
        Half half = half(whom);
        half.replica
                .handle(
                        new IrReplica.Input.Received(
                                new Envelope(SHARD, Epoch.FIRST, new Address.Client(WRITER), execute)),
                        NOW)
                .forEach(effect -> {
                    if (effect instanceof Effect.Persist persist) {
                        half.store.apply(persist.mutation());
                    }
                });
    }

    private static Bytes element(int number) {
        return Bytes.utf8("element-" + number);
    }

    private static Timestamp stamp(long micros) {
        return new Timestamp(micros, WRITER);
    }

    /** Both have all elements, in pages; returns how many bytes that is on disk. */
    private long fill() {
        Map<Integer, List<Bytes>> pages = new TreeMap<>();
        for (int i = 0; i < ELEMENTS; i++) {
            pages.computeIfAbsent(SETS.pageOf(element(i)), page -> new ArrayList<>())
                    .add(element(i));
        }
        long all = 0;
        for (Map.Entry<Integer, List<Bytes>> page : pages.entrySet()) {
            LwwSet set = LwwSet.change(page.getValue(), List.of(), stamp(1_000));
            change(ONE, page.getKey(), set);
            change(OTHER, page.getKey(), set);
            all += StorageCodec.encodeRelaxed(set).length;
        }
        return all;
    }

    /** From both at once, until they are equal and no longer. */
    private long bytesUntilEqual() {
        bytes = 0;
        sent.clear();
        tick();
        while (!isEqual()) {
            tick();
        }
        return bytes;
    }

    private boolean isEqual() {
        return IntStream.range(0, PAGES)
                .mapToObj(page -> SETS.encodePage(A, page))
                .allMatch(page -> Objects.equals(
                        half(ONE).store.relaxed(page), half(OTHER).store.relaxed(page)));
    }

    @Test
    void tenDifferencesInAHundredThousandElementsMoveLessThanAHundredthOfThemAndThenNothing() {
        long all = fill();
        halves.values().forEach(half -> run(half, half.catchUp.handle(new Upkeep.Started(), NOW)));
        for (int i = 0; i < 10; i++) {
            tick();
        }
        for (int i = 0; i < DIFFERENT; i++) {
            Bytes element = element(i * (ELEMENTS / DIFFERENT));
            LwwSet change = i % 2 == 0
                    ? LwwSet.change(List.of(), List.of(element), stamp(2_000 + i))
                    : LwwSet.change(List.of(element), List.of(), stamp(2_000 + i));
            change(OTHER, SETS.pageOf(element), change);
        }

        long moved = bytesUntilEqual();
        assertThat(sent.stream().anyMatch(SpreadSetTravelTest::isOfTheLog))
                .as("the log had it")
                .isFalse();
        assertThat(moved).isLessThan(all / 100);

        for (int i = 0; i < 10; i++) {
            tick();
        }
        sent.clear();
        tick();
        assertThat(sent.stream().anyMatch(message -> message instanceof IrMessage.Compared one && one.part() != null))
                .as("states are sent though nothing differs")
                .isFalse();
        assertThat(sent.stream().anyMatch(SpreadSetTravelTest::isOfTheLog))
                .as("an echo")
                .isFalse();
    }

    private static boolean isOfTheLog(IrMessage message) {
        return message instanceof IrMessage.Pulled pulled && !pulled.items().isEmpty();
    }
}
