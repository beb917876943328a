package dev.danta.sim.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Transport;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimNetworkTest {
    private static final Address CLIENT = new Address.Client(new ClientId(0, 1));
    private static final Address NODE = new Address.Replica(new ReplicaId(1));

    private final EventQueue events = new EventQueue();
    private final SimNetwork network = new SimNetwork(events, new SimRandom(1), new Coverage());
    private final List<List<Long>> arrived = new ArrayList<>();
    private final Transport fromClient = network.transportOf(CLIENT);

    SimNetworkTest() {
        network.link(CLIENT, NODE, LinkProfile.CLOUD);
        network.join(CLIENT, batch -> {});
        network.join(
                NODE,
                batch -> arrived.add(batch.stream()
                        .map(envelope -> ((IrMessage.DecisionAcknowledged) envelope.message())
                                .id()
                                .timeMicros())
                        .toList()));
    }

    private void send(long number) {
        IrMessage message = new IrMessage.DecisionAcknowledged(new Timestamp(number, ClientId.NONE));
        fromClient.send(NODE, new Envelope(new ShardId(0), Epoch.FIRST, CLIENT, message));
    }

    private void runDry() {
        boolean more = true;
        while (more) {
            more = events.runNext(Long.MAX_VALUE);
        }
    }

    @Test
    void whatIsFlushedTogetherArrivesTogetherAndInOrder() {
        send(1);
        send(2);
        fromClient.flush();
        send(3);
        fromClient.flush();
        runDry();

        assertThat(arrived).containsExactly(List.of(1L, 2L), List.of(3L));
        assertThat(events.nowNanos()).isPositive();
    }

    @Test
    void aBlockedLinkIsBlockedOneWayAndAsOftenAsItWasBlocked() {
        network.block(CLIENT, NODE);
        network.block(CLIENT, NODE);
        network.unblock(CLIENT, NODE);

        assertThat(network.isBlocked(CLIENT, NODE)).isTrue();
        assertThat(network.isBlocked(NODE, CLIENT)).isFalse();
        send(1);
        fromClient.flush();
        network.unblock(CLIENT, NODE);
        send(2);
        fromClient.flush();
        runDry();

        assertThat(arrived).containsExactly(List.of(2L));
    }

    @Test
    void aCloggedLinkKeepsEverythingAndDeliversItAtOnce() {
        network.clog(CLIENT, NODE);
        for (long i = 0; i < 3; i++) {
            send(i);
            fromClient.flush();
        }
        runDry();
        assertThat(arrived).isEmpty();

        network.burst(CLIENT, NODE);
        runDry();
        assertThat(arrived).containsExactly(List.of(0L), List.of(1L), List.of(2L));

        send(3);
        fromClient.flush();
        runDry();
        assertThat(arrived).hasSize(3);

        network.unclog(CLIENT, NODE);
        runDry();
        assertThat(arrived).hasSize(4);
    }

    @Test
    void lateMessagesComeSecondsLaterAndAreOvertaken() {
        network.setWeather(new Weather(0, 0, 0, 0, 1));
        send(1);
        fromClient.flush();
        network.setWeather(Weather.FAIR);
        send(2);
        fromClient.flush();
        runDry();

        assertThat(arrived).containsExactly(List.of(2L), List.of(1L));
        assertThat(events.nowNanos()).isGreaterThan(300_000_000);
    }

    @Test
    void whoeverLivesOnAHostSharesItsLinks() {
        Address lodger = new Address.Client(new ClientId(0, 9));
        List<String> heard = new ArrayList<>();
        network.join(lodger, NODE, batch -> heard.add("lodger"));
        IrMessage message = new IrMessage.DecisionAcknowledged(new Timestamp(1, ClientId.NONE));
        Envelope envelope = new Envelope(new ShardId(0), Epoch.FIRST, CLIENT, message);

        network.block(CLIENT, NODE);
        fromClient.send(lodger, envelope);
        fromClient.flush();
        runDry();
        assertThat(heard).isEmpty();

        network.unblock(CLIENT, NODE);
        fromClient.send(lodger, envelope);
        fromClient.flush();
        runDry();
        assertThat(heard).containsExactly("lodger");
    }

    @Test
    void badWeatherLosesRepeatsAndReorders() {
        network.setWeather(new Weather(0.3, 0.3, 0.5, 0, 0));
        for (long i = 0; i < 500; i++) {
            send(i);
            fromClient.flush();
        }
        runDry();

        List<Long> numbers = arrived.stream().map(batch -> batch.get(0)).toList();
        assertThat(numbers.stream().distinct().count()).isBetween(250L, 450L);
        assertThat(numbers).hasSizeGreaterThan((int) numbers.stream().distinct().count());
        assertThat(numbers).isNotEqualTo(numbers.stream().sorted().toList());
    }
}
