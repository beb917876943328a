package dev.danta.sim.net;

import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Transport;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries batches of messages between clients and nodes, and loses, repeats, delays and reorders them. A node is
 * addressed by the number of its replicas. Not thread-safe.
 */
public final class SimNetwork {
    /** Messages that travel together at most, as in the real transport. */
    private static final int BATCH_MAX = 64;

    private final EventQueue events;
    private final SimRandom random;
    private final Coverage coverage;
    private final Map<Address, Party> parties = new HashMap<>();
    private final Map<Address, Map<Address, Link>> links = new HashMap<>();
    private Weather weather = Weather.FAIR;

    /** Whoever messages arrive at; one that is down lets them fall. */
    public interface Party {
        void arrive(List<Envelope> batch);
    }

    private static final class Link {
        private final LinkProfile profile;
        private int blocks;
        private long latestArrivalNanos;

        Link(LinkProfile profile) {
            this.profile = profile;
        }
    }

    public SimNetwork(EventQueue events, SimRandom random, Coverage coverage) {
        this.events = events;
        this.random = random;
        this.coverage = coverage;
    }

    public void join(Address address, Party party) {
        parties.put(address, party);
    }

    /** Lays a link each way between two parties. */
    public void link(Address one, Address other, LinkProfile profile) {
        links.computeIfAbsent(one, a -> new HashMap<>()).put(other, new Link(profile));
        links.computeIfAbsent(other, a -> new HashMap<>()).put(one, new Link(profile));
    }

    private Link between(Address from, Address to) {
        Map<Address, Link> outgoing = links.get(from);
        Link link = outgoing == null ? null : outgoing.get(to);
        if (link == null) {
            throw new IllegalStateException("there is no link from " + from + " to " + to);
        }
        return link;
    }

    /** Lets nothing through in this direction, until {@link #unblock} was called as often. */
    public void block(Address from, Address to) {
        between(from, to).blocks++;
    }

    public void unblock(Address from, Address to) {
        between(from, to).blocks--;
    }

    public boolean isBlocked(Address from, Address to) {
        return between(from, to).blocks > 0;
    }

    public void setWeather(Weather newWeather) {
        weather = newWeather;
    }

    /** A sender's end: messages wait for {@link Transport#flush} and then leave as one batch for each receiver. */
    public Transport transportOf(Address from) {
        return new Outbox(from);
    }

    private final class Outbox implements Transport {
        private final Address from;
        private final Map<Address, List<Envelope>> queued = new LinkedHashMap<>();

        Outbox(Address from) {
            this.from = from;
        }

        @Override
        public void send(Address to, Envelope envelope) {
            List<Envelope> batch = queued.computeIfAbsent(to, a -> new ArrayList<>());
            batch.add(envelope);
            if (batch.size() == BATCH_MAX) {
                queued.remove(to);
                launch(from, to, batch);
            }
        }

        @Override
        public void flush() {
            queued.forEach((to, batch) -> launch(from, to, batch));
            queued.clear();
        }
    }

    private void launch(Address from, Address to, List<Envelope> batch) {
        Link link = between(from, to);
        if (batch.size() > 1 && random.chance(weather.scattering())) {
            coverage.count("network scattered");
            batch.forEach(envelope -> travel(link, to, List.of(envelope)));
        } else {
            travel(link, to, batch);
        }
    }

    private void travel(Link link, Address to, List<Envelope> batch) {
        if (link.blocks > 0) {
            coverage.count("network cut off");
            return;
        }
        if (random.chance(weather.loss())) {
            coverage.count("network lost");
            return;
        }
        deliver(link, to, batch);
        if (random.chance(weather.duplication())) {
            coverage.count("network repeated");
            deliver(link, to, batch);
        }
    }

    private void deliver(Link link, Address to, List<Envelope> batch) {
        long delay = link.profile.delayNanos(random);
        long arrival = events.nowNanos() + delay;
        if (random.chance(weather.reordering())) {
            coverage.count("network reordered");
            arrival += random.exponential(10 * delay);
        } else {
            arrival = Math.max(arrival, link.latestArrivalNanos);
            link.latestArrivalNanos = arrival;
        }
        Party party = parties.get(to);
        if (party == null) {
            throw new IllegalStateException("nobody lives at " + to);
        }
        events.after(arrival - events.nowNanos(), () -> party.arrive(batch));
    }
}
