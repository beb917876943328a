package dev.danta.sim.fault;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.net.Weather;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Something that goes wrong in the simulated world. Nodes are named by the number of their replicas, clients by their
 * number in the run, which is the lower half of their ids. {@link FaultText} has words for each of them.
 */
public sealed interface Fault {
    /** What coverage calls it. */
    String label();

    /** Nodes and clients that it is about. */
    List<Address> concerned();

    /**
     * The processes of {@code nodes} die at such a moment, and start again from their disks after a while.
     *
     * @param after the how-manieth change or message it is, from 1, where the moment is one of many
     */
    record Crash(List<ReplicaId> nodes, CrashMoment moment, int after, long downNanos) implements Fault {
        public Crash {
            nodes = List.copyOf(nodes);
            if (nodes.isEmpty() || after < 1 || downNanos < 0) {
                throw new IllegalArgumentException("a crash hits a node, at a first, second, ... moment");
            }
        }

        @Override
        public String label() {
            return "fault crash " + moment.words();
        }

        @Override
        public List<Address> concerned() {
            return Fault.addresses(nodes);
        }
    }

    /** When exactly a process dies: the boundaries between the effects of a step, and one moment within. */
    enum CrashMoment {
        /** At once, whatever it is doing. */
        AT_ONCE,
        /** As the n-th change of its next batch is written: none of the batch is kept. */
        AT_PERSIST,
        /** When its next batch has been handled, before its commit has begun: the batch is lost. */
        BEFORE_COMMIT,
        /** While its next batch is being synced: the batch is lost. */
        IN_SYNC,
        /**
         * While its next batch is being committed, with the n-th change on the platter and the page that makes them valid
         * torn: a store that keeps its promise finds the batch before (LMDB has two meta pages for this).
         */
        TORN_COMMIT,
        /** When its next batch has become durable and nothing of it was sent yet. */
        BEFORE_SEND,
        /** When the n-th message from now has been sent, and the one after it was not. */
        AMID_SENDS;

        /** In lower case, with blanks. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** Whether there are many such moments in a batch, so that one has to say which. */
        public boolean isOneOfMany() {
            return this == AT_PERSIST || this == TORN_COMMIT || this == AMID_SENDS;
        }
    }

    /** Nothing gets from {@code senders} to {@code receivers}, and the other way round if {@code bothWays}. */
    record Cut(List<Address> senders, List<Address> receivers, boolean bothWays, long nanos) implements Fault {
        public Cut {
            senders = List.copyOf(senders);
            receivers = List.copyOf(receivers);
            Fault.requireLasting(nanos);
        }

        @Override
        public String label() {
            String ways = bothWays ? "both ways" : "one way";
            return isBetweenNodes() ? "fault cut nodes " + ways : "fault cut " + ways;
        }

        @Override
        public List<Address> concerned() {
            return Fault.both(senders, receivers);
        }

        private boolean isBetweenNodes() {
            return senders.stream().anyMatch(Address.Replica.class::isInstance)
                    && receivers.stream().anyMatch(Address.Replica.class::isInstance);
        }
    }

    /** A cut that comes and goes: the links are whole for {@code upNanos}, then cut for {@code downNanos}, and so on. */
    record Flap(
            List<Address> senders, List<Address> receivers, boolean bothWays, long upNanos, long downNanos, long nanos)
            implements Fault {
        public Flap {
            senders = List.copyOf(senders);
            receivers = List.copyOf(receivers);
            Fault.requireLasting(upNanos);
            Fault.requireLasting(downNanos);
            Fault.requireLasting(nanos);
        }

        @Override
        public String label() {
            return "fault flapping links";
        }

        @Override
        public List<Address> concerned() {
            return Fault.both(senders, receivers);
        }
    }

    /** Links deliver nothing, but keep it: all that has gathered arrives at once every {@code burstNanos}, and in the end. */
    record Clog(List<Address> senders, List<Address> receivers, boolean bothWays, long burstNanos, long nanos)
            implements Fault {
        public Clog {
            senders = List.copyOf(senders);
            receivers = List.copyOf(receivers);
            Fault.requireLasting(burstNanos);
            Fault.requireLasting(nanos);
        }

        @Override
        public String label() {
            return "fault clogged links";
        }

        @Override
        public List<Address> concerned() {
            return Fault.both(senders, receivers);
        }
    }

    /** Messages are lost, repeated, reordered and late for a while. */
    record Gale(Weather weather, long nanos) implements Fault {
        public Gale {
            Fault.requireLasting(nanos);
        }

        @Override
        public String label() {
            return weather.lateness() > 0 ? "fault gale with late messages" : "fault gale";
        }

        @Override
        public List<Address> concerned() {
            return List.of();
        }
    }

    /** What the network is like between gales from now on, until everything heals. */
    record Climate(Weather weather) implements Fault {
        @Override
        public String label() {
            return "fault bad climate";
        }

        @Override
        public List<Address> concerned() {
            return List.of();
        }
    }

    /** A process stands still, as in a long collection of garbage, and then goes on. */
    record Pause(Address whose, long nanos) implements Fault {
        public Pause {
            Fault.requireLasting(nanos);
        }

        @Override
        public String label() {
            return whose instanceof Address.Client ? "fault pause of client" : "fault pause of node";
        }

        @Override
        public List<Address> concerned() {
            return List.of(whose);
        }
    }

    /** A node's syncs take {@code factor} times as long. */
    record SlowDisk(ReplicaId node, int factor, long nanos) implements Fault {
        public SlowDisk {
            Fault.requireLasting(nanos);
            Fault.requireLasting(factor);
        }

        @Override
        public String label() {
            return "fault slow disk";
        }

        @Override
        public List<Address> concerned() {
            return Fault.addresses(List.of(node));
        }
    }

    /** All that a node does takes {@code factor} times as long: handling, syncing, answering. */
    record SlowMachine(ReplicaId node, int factor, long nanos) implements Fault {
        public SlowMachine {
            Fault.requireLasting(nanos);
            Fault.requireLasting(factor);
        }

        @Override
        public String label() {
            return "fault slow machine";
        }

        @Override
        public List<Address> concerned() {
            return Fault.addresses(List.of(node));
        }
    }

    /**
     * A node's disk takes no more writes: whoever commits is told so, and the process stops. It is started again every
     * {@code retryNanos}.
     */
    record DiskFull(ReplicaId node, long retryNanos, long nanos) implements Fault {
        public DiskFull {
            Fault.requireLasting(retryNanos);
            Fault.requireLasting(nanos);
        }

        @Override
        public String label() {
            return "fault disk full";
        }

        @Override
        public List<Address> concerned() {
            return Fault.addresses(List.of(node));
        }
    }

    /** Somebody's wall clock is set. */
    record ClockJump(Address whose, long micros) implements Fault {
        /** From here on, a clock is off as by a wrong time zone or a dead battery. */
        public static final long FAR_MICROS = 60_000_000;

        @Override
        public String label() {
            return Math.abs(micros) >= FAR_MICROS ? "fault clock far off" : "fault clock jump";
        }

        @Override
        public List<Address> concerned() {
            return List.of(whose);
        }
    }

    /** Somebody's clock, timers too, runs faster by so many millionths for a while, or slower. */
    record Drift(Address whose, long ppm, long nanos) implements Fault {
        public static final long PPM_MAX = 500_000;

        public Drift {
            Fault.requireLasting(nanos);
            if (Math.abs(ppm) > PPM_MAX) {
                throw new IllegalArgumentException("a clock is off by at most " + PPM_MAX + " ppm: " + ppm);
            }
        }

        @Override
        public String label() {
            return "fault clock drift";
        }

        @Override
        public List<Address> concerned() {
            return List.of(whose);
        }
    }

    /**
     * A client's process dies, for good: nobody goes on with what it had under way. The first one is spared.
     *
     * @param afterSends how many messages it still sends; 0 if it dies at once
     */
    record ClientDies(Address whose, int afterSends) implements Fault {
        public ClientDies {
            if (afterSends < 0) {
                throw new IllegalArgumentException("a client sends none or more messages: " + afterSends);
            }
        }

        @Override
        public String label() {
            return afterSends == 0 ? "fault client dies" : "fault client dies amid sends";
        }

        @Override
        public List<Address> concerned() {
            return List.of(whose);
        }
    }

    private static List<Address> addresses(List<ReplicaId> nodes) {
        return nodes.stream().<Address>map(Address.Replica::new).toList();
    }

    private static List<Address> both(List<Address> senders, List<Address> receivers) {
        return Stream.concat(senders.stream(), receivers.stream()).toList();
    }

    private static void requireLasting(long number) {
        if (number <= 0) {
            throw new IllegalArgumentException("a fault has an extent: " + number);
        }
    }
}
