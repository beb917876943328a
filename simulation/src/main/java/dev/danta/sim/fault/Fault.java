package dev.danta.sim.fault;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.net.Weather;
import java.util.List;
import java.util.Locale;

/** Something that goes wrong in the simulated world. Nodes are named by the number of their replicas. */
public sealed interface Fault {
    /** What coverage and traces call it. */
    String label();

    /** The processes of {@code nodes} die at such a moment, and start again from their disks after a while. */
    record Crash(List<ReplicaId> nodes, CrashMoment moment, long downNanos) implements Fault {
        public Crash {
            nodes = List.copyOf(nodes);
        }

        @Override
        public String label() {
            return "fault crash " + moment.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** When exactly a process dies. */
    enum CrashMoment {
        /** At once, whatever it is doing. */
        AT_ONCE,
        /** While its next batch is being synced: the batch is lost. */
        IN_SYNC,
        /** When its next batch has become durable and nothing of it was sent yet. */
        BEFORE_SEND
    }

    /** Nothing gets from {@code senders} to {@code receivers}, and the other way round if {@code bothWays}. */
    record Cut(List<Address> senders, List<Address> receivers, boolean bothWays, long nanos) implements Fault {
        public Cut {
            senders = List.copyOf(senders);
            receivers = List.copyOf(receivers);
        }

        @Override
        public String label() {
            return bothWays ? "fault cut both ways" : "fault cut one way";
        }
    }

    /** Messages are lost, repeated and reordered for a while. */
    record Gale(Weather weather, long nanos) implements Fault {
        @Override
        public String label() {
            return "fault gale";
        }
    }

    /** A process stands still, as in a long collection of garbage, and then goes on. */
    record Pause(Address whose, long nanos) implements Fault {
        @Override
        public String label() {
            return whose instanceof Address.Client ? "fault pause of client" : "fault pause of node";
        }
    }

    /** A node's syncs take {@code factor} times as long. */
    record SlowDisk(ReplicaId node, int factor, long nanos) implements Fault {
        @Override
        public String label() {
            return "fault slow disk";
        }
    }

    /** Somebody's wall clock is set. */
    record ClockJump(Address whose, long micros) implements Fault {
        @Override
        public String label() {
            return "fault clock jump";
        }
    }

    /** A client's process dies, for good: nobody goes on with what it had under way. */
    record ClientDies(Address whose) implements Fault {
        @Override
        public String label() {
            return "fault client dies";
        }
    }
}
