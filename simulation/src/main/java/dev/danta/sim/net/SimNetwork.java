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
 * Carries batches of messages between hosts, and loses, repeats, delays and reorders them. A host is a node, addressed by
 * the number of its replicas, or a client; more parties may live on a host and share its links, such as a node's settler.
 * What happens on one link is drawn from a stream of that link. Not thread-safe.
 */
public final class SimNetwork {
    /** Messages that travel together at most, as in the real transport. */
    private static final int BATCH_MAX = 64;

    private static final long LATE_BASE_NANOS = 300_000_000;
    private static final long LATE_MEAN_NANOS = 2_000_000_000;
    private static final long LATE_MAX_NANOS = 20_000_000_000L;

    private final EventQueue events;
    private final SimRandom random;
    private final Coverage coverage;
    private final Map<Address, Resident> residents = new HashMap<>();
    private final Map<Address, Map<Address, Link>> links = new HashMap<>();
    private Weather weather = Weather.FAIR;

    /** Whoever messages arrive at; one that is down lets them fall. */
    public interface Party {
        void arrive(List<Envelope> batch);

        /** Changes when its process dies or starts. */
        default long life() {
            return 0;
        }
    }

    private record Resident(Address host, Party party) {}

    private record Parcel(Resident receiver, List<Envelope> batch) {}

    private static final class Link {
        private final SimRandom random;
        private final List<Parcel> held = new ArrayList<>();
        private LinkProfile profile;
        private int blocks;
        private int clogs;
        private long latestArrivalNanos;

        Link(LinkProfile profile, SimRandom random) {
            this.profile = profile;
            this.random = random;
        }
    }

    public SimNetwork(EventQueue events, SimRandom random, Coverage coverage) {
        this.events = events;
        this.random = random;
        this.coverage = coverage;
    }

    /** A host joins. */
    public void join(Address host, Party party) {
        join(host, host, party);
    }

    /** Somebody begins to live on a host, and reaches whatever the host has links to. */
    public void join(Address address, Address host, Party party) {
        residents.put(address, new Resident(host, party));
    }

    /** Lays a link each way between two hosts, or from a host to itself. */
    public void link(Address one, Address other, LinkProfile profile) {
        lay(one, other, profile);
        if (!one.equals(other)) {
            lay(other, one, profile);
        }
    }

    private void lay(Address from, Address to, LinkProfile profile) {
        coverage.count(profile.label());
        links.computeIfAbsent(from, a -> new HashMap<>()).put(to, new Link(profile, new SimRandom(random.next())));
    }

    private Resident resident(Address address) {
        Resident resident = residents.get(address);
        if (resident == null) {
            throw new IllegalStateException("nobody lives at " + address);
        }
        return resident;
    }

    private Link between(Address fromHost, Address toHost) {
        Map<Address, Link> outgoing = links.get(fromHost);
        Link link = outgoing == null ? null : outgoing.get(toHost);
        if (link == null) {
            throw new IllegalStateException("there is no link from " + fromHost + " to " + toHost);
        }
        return link;
    }

    /** Whether there is a link in this direction at all. */
    public boolean isLinked(Address fromHost, Address toHost) {
        Map<Address, Link> outgoing = links.get(fromHost);
        return outgoing != null && outgoing.containsKey(toHost);
    }

    /** Lets nothing through in this direction, until {@link #unblock} was called as often. */
    public void block(Address fromHost, Address toHost) {
        between(fromHost, toHost).blocks++;
    }

    public void unblock(Address fromHost, Address toHost) {
        between(fromHost, toHost).blocks--;
    }

    public boolean isBlocked(Address fromHost, Address toHost) {
        return between(fromHost, toHost).blocks > 0;
    }

    /** Keeps whatever is sent in this direction, until {@link #unclog} was called as often. */
    public void clog(Address fromHost, Address toHost) {
        between(fromHost, toHost).clogs++;
    }

    /** What was kept arrives. */
    public void unclog(Address fromHost, Address toHost) {
        between(fromHost, toHost).clogs--;
        burst(fromHost, toHost);
    }

    /** What was kept so far arrives at once. */
    public void burst(Address fromHost, Address toHost) {
        Link link = between(fromHost, toHost);
        if (!link.held.isEmpty()) {
            coverage.count("network burst");
            List<Parcel> parcels = List.copyOf(link.held);
            link.held.clear();
            events.after(link.profile.delayNanos(link.random), () -> {
                for (Parcel parcel : parcels) {
                    parcel.receiver.party.arrive(parcel.batch);
                }
            });
        }
    }

    public void setWeather(Weather newWeather) {
        weather = newWeather;
    }

    /** Fair weather, and every link as in a rack: how long a backlog takes on a slow one says nothing. */
    public void heal() {
        weather = Weather.FAIR;
        links.values().forEach(outgoing -> outgoing.values().forEach(link -> link.profile = LinkProfile.RACK));
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
            coverage.countMessage(envelope.message());
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
        Resident sender = resident(from);
        Resident receiver = resident(to);
        Link link = between(sender.host, receiver.host);
        if (batch.size() > 1 && link.random.chance(weather.scattering())) {
            coverage.count("network scattered");
            batch.forEach(envelope -> travel(link, sender, new Parcel(receiver, List.of(envelope))));
        } else {
            travel(link, sender, new Parcel(receiver, batch));
        }
    }

    private void travel(Link link, Resident sender, Parcel parcel) {
        if (link.blocks > 0) {
            coverage.count("network cut off");
            return;
        }
        if (link.random.chance(weather.loss()) || link.profile.loses(link.random)) {
            coverage.count("network lost");
            return;
        }
        deliver(link, sender, parcel);
        if (link.random.chance(weather.duplication())) {
            coverage.count("network repeated");
            deliver(link, sender, parcel);
        }
    }

    private void deliver(Link link, Resident sender, Parcel parcel) {
        if (weather.lateness() > 0 && link.random.chance(weather.lateness())) {
            deliverLate(link, sender, parcel);
            return;
        }
        if (link.clogs > 0) {
            coverage.count("network clogged");
            link.held.add(parcel);
            return;
        }
        long delay = link.profile.delayNanos(link.random);
        long arrival = events.nowNanos() + delay;
        if (link.random.chance(weather.reordering())) {
            coverage.count("network reordered");
            arrival += link.random.exponential(10 * delay);
        } else {
            arrival = Math.max(arrival, link.latestArrivalNanos);
            link.latestArrivalNanos = arrival;
        }
        events.after(arrival - events.nowNanos(), () -> parcel.receiver.party.arrive(parcel.batch));
    }

    private void deliverLate(Link link, Resident sender, Parcel parcel) {
        coverage.count("network late");
        long life = sender.party.life();
        long delay = LATE_BASE_NANOS + Math.min(link.random.exponential(LATE_MEAN_NANOS), LATE_MAX_NANOS);
        events.after(delay, () -> {
            if (sender.party.life() != life) {
                coverage.count("network late from a dead process");
            }
            parcel.receiver.party.arrive(parcel.batch);
        });
    }
}
