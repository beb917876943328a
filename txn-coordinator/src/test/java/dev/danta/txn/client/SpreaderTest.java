package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 4.3: decisions and updates are repeated to each replica until that replica has acknowledged. */
class SpreaderTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final Spreader.Target ONE = target(1);
    private static final Spreader.Target TWO = target(2);
    private static final long MIN = 100;
    private static final long MAX = 450;

    private final Spreader spreader = new Spreader(settings(2));
    private long now = 1_000;

    private static Spreader.Target target(int replica) {
        return new Spreader.Target(SHARD, new ReplicaId(replica));
    }

    private static ClientSettings settings(int window) {
        return new ClientSettings(
                1, 1, MIN, MAX, 1, 1, window, 1_000, 1, RecoverySettings.DEFAULTS, 1, 0, 1_000_000, 1_000_000);
    }

    private static IrMessage.Request decide(int number) {
        return new IrMessage.Decide(id(number), new Decision.Abort(), null);
    }

    private static Timestamp id(int number) {
        return new Timestamp(number, new ClientId(0, 1));
    }

    private static ShardRequest request(Spreader.Target target, int number) {
        return new ShardRequest(target.shard(), target.replica(), decide(number));
    }

    private Spreader.Upshot add(int number, Spreader.Target... targets) {
        List<ShardRequest> requests = new ArrayList<>();
        for (Spreader.Target target : targets) {
            requests.add(request(target, number));
        }
        return spreader.add(id(number), requests, 10, now);
    }

    private Spreader.Upshot acknowledged(Spreader.Target target, int number) {
        return spreader.onAcknowledged(target, id(number), now);
    }

    private Spreader.Upshot fire(Spreader.Target target, long later) {
        now += later;
        return spreader.onTimer(target, now);
    }

    @Test
    void whatIsTakenOnIsSentAtOnceAndTheTimerArmedOncePerReplica() {
        Spreader.Upshot first = add(1, ONE, TWO);
        assertThat(first.requests()).containsExactly(request(ONE, 1), request(TWO, 1));
        assertThat(first.timers()).isEqualTo(Map.of(ONE, MIN, TWO, MIN));
        assertThat(add(2, ONE).timers()).isEmpty();
    }

    @Test
    void noMoreThanTheWindowIsUnacknowledgedAtOneReplica() {
        add(1, ONE);
        add(2, ONE);
        assertThat(add(3, ONE).requests()).isEmpty();
        assertThat(add(3, TWO).requests()).containsExactly(request(TWO, 3));
        assertThat(acknowledged(ONE, 1).requests()).containsExactly(request(ONE, 3));
    }

    @Test
    void acknowledgementsOutOfOrderAreTakenAndThoseUnknownIgnored() {
        add(1, ONE);
        add(2, ONE);
        add(3, ONE);
        assertThat(acknowledged(ONE, 2).requests()).containsExactly(request(ONE, 3));
        assertThat(acknowledged(ONE, 2).requests()).isEmpty();
        assertThat(acknowledged(TWO, 1).requests()).isEmpty();
        assertThat(spreader.unacknowledged()).isEqualTo(2);
        acknowledged(ONE, 3);
        acknowledged(ONE, 1);
        assertThat(spreader.unacknowledged()).isZero();
        assertThat(spreader.bytes()).isZero();
    }

    @Test
    void whatIsAcknowledgedBeforeItWasSentIsNotSent() {
        add(1, ONE);
        add(2, ONE);
        add(3, ONE);
        acknowledged(ONE, 3);
        assertThat(spreader.unacknowledged()).isEqualTo(2);
        assertThat(acknowledged(ONE, 1).requests()).isEmpty();
    }

    @Test
    void bytesAreCountedForEachReplica() {
        add(1, ONE, TWO);
        add(2, ONE);
        assertThat(spreader.bytes()).isEqualTo(30);
        acknowledged(ONE, 1);
        assertThat(spreader.bytes()).isEqualTo(20);
    }

    @Test
    void theSilentAreAskedAgainEverMoreSlowlyUpToABound() {
        add(1, ONE);
        List<Long> delays = new ArrayList<>();
        long delay = MIN;
        for (int i = 0; i < 5; i++) {
            Spreader.Upshot upshot = fire(ONE, delay);
            assertThat(upshot.requests()).containsExactly(request(ONE, 1));
            delay = upshot.timers().getOrDefault(ONE, -1L);
            delays.add(delay);
        }
        assertThat(delays).containsExactly(200L, 400L, 450L, 450L, 450L);
    }

    @Test
    void anAcknowledgementMakesItImpatientAgain() {
        add(1, ONE);
        add(2, ONE);
        fire(ONE, MIN);
        fire(ONE, 2 * MIN);
        acknowledged(ONE, 1);
        assertThat(fire(ONE, MIN).requests()).containsExactly(request(ONE, 2));
    }

    @Test
    void onlyWhatHasBeenSilentForLongIsRepeated() {
        add(1, ONE);
        now += MIN / 2;
        add(2, ONE);
        Spreader.Upshot upshot = fire(ONE, MIN / 2);
        assertThat(upshot.requests()).containsExactly(request(ONE, 1));
        assertThat(upshot.timers()).containsOnlyKeys(ONE);
    }

    @Test
    void theTimerIsNotArmedAgainOnceAllIsAcknowledged() {
        add(1, ONE);
        acknowledged(ONE, 1);
        Spreader.Upshot upshot = fire(ONE, MIN);
        assertThat(upshot.requests()).isEmpty();
        assertThat(upshot.timers()).isEmpty();
        assertThat(add(2, ONE).timers()).isEqualTo(Map.of(ONE, MIN));
    }

    @Test
    void aReplicaThatComesBackIsSentItsWindowAtOnce() {
        add(1, ONE, TWO);
        add(2, ONE);
        add(3, ONE);
        fire(ONE, MIN);
        fire(ONE, 2 * MIN);
        Spreader.Upshot upshot = spreader.onConnected(ONE.replica(), now);
        assertThat(upshot.requests()).containsExactly(request(ONE, 1), request(ONE, 2));
        assertThat(fire(ONE, MIN).requests()).containsExactly(request(ONE, 1), request(ONE, 2));
    }

    @Test
    void theTimersOfReplicasThatWereNeverSentAnythingDoNothing() {
        Spreader.Upshot upshot = fire(TWO, MIN);
        assertThat(upshot.requests()).isEmpty();
        assertThat(upshot.timers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverIsLostEverythingArrivesAndThenAllIsQuiet(long seed) {
        Random random = new Random(seed);
        Spreader busy = new Spreader(settings(3));
        TreeSet<Spreader.Target> armed = new TreeSet<>();
        TreeSet<String> arrived = new TreeSet<>();
        List<ShardRequest> wire = new ArrayList<>();
        int taken = 0;
        long clock = 0;
        for (int step = 0; step < 100_000 && (taken < 200 || busy.unacknowledged() > 0); step++) {
            clock += random.nextInt(20);
            Spreader.Upshot upshot;
            if (taken < 200 && random.nextInt(3) == 0) {
                taken++;
                upshot = busy.add(
                        id(taken), List.of(request(ONE, taken), request(TWO, taken)), 1 + random.nextInt(9), clock);
            } else if (!wire.isEmpty() && random.nextBoolean()) {
                ShardRequest got = wire.remove(random.nextInt(wire.size()));
                Timestamp id = ((IrMessage.Decide) got.request()).id();
                arrived.add(got.to() + " " + id);
                boolean lost = random.nextInt(4) == 0;
                upshot = lost
                        ? new Spreader.Upshot(List.of(), Map.of())
                        : busy.onAcknowledged(new Spreader.Target(SHARD, got.to()), id, clock);
            } else if (!armed.isEmpty() && random.nextInt(4) == 0) {
                Spreader.Target due = random.nextBoolean() ? armed.first() : armed.last();
                armed.remove(due);
                upshot = busy.onTimer(due, clock + MAX);
            } else {
                upshot = new Spreader.Upshot(List.of(), Map.of());
            }
            for (ShardRequest request : upshot.requests()) {
                if (random.nextInt(4) > 0) {
                    wire.add(request);
                }
            }
            armed.addAll(upshot.timers().keySet());
        }
        assertThat(busy.unacknowledged()).as("seed %d", seed).isZero();
        assertThat(busy.bytes()).as("seed %d", seed).isZero();
        assertThat(arrived).as("seed %d", seed).hasSize(400);
        for (Spreader.Target due : armed) {
            Spreader.Upshot upshot = busy.onTimer(due, clock + 10 * MAX);
            assertThat(upshot.requests()).as("seed %d", seed).isEmpty();
            assertThat(upshot.timers()).as("seed %d", seed).isEmpty();
        }
    }
}
