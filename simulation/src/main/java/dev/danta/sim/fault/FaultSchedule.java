package dev.danta.sim.fault;

import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that goes wrong in a run, in order of time: drawn from its seed, or given. */
public record FaultSchedule(List<TimedFault> faults) {
    public static final FaultSchedule NONE = new FaultSchedule(List.of());

    private static final double CALM_RUNS = 0.125;
    private static final String BETWEEN = "; ";

    public FaultSchedule {
        List<TimedFault> sorted = new ArrayList<>(faults);
        sorted.sort(Comparator.comparingLong(TimedFault::atNanos));
        faults = List.copyOf(sorted);
    }

    /**
     * What a seed draws. One in eight has no faults but, perhaps, clients that die. Each family of faults has a stream of
     * its own.
     *
     * @param founders how many nodes there are in the beginning
     * @param nodes how many there are with those that join later
     * @param untilNanos when everything heals
     */
    public static FaultSchedule draw(long seed, int founders, int nodes, int clients, long untilNanos) {
        Cast cast = Cast.of(founders, clients);
        List<FaultSource> sources = new ArrayList<>();
        sources.add(new ClientDeaths(SimRandom.named(seed, "client deaths"), cast));
        if (!SimRandom.named(seed, "calm").chance(CALM_RUNS)) {
            sources.add(new FaultPlan(SimRandom.named(seed, "faults"), cast));
            sources.add(new LinkFaults(SimRandom.named(seed, "link faults"), cast));
            sources.add(new MachineFaults(SimRandom.named(seed, "machine faults"), cast));
            if (nodes > founders) {
                SimRandom random = SimRandom.named(seed, "newcomers' faults");
                sources.add(new NewcomerFaults(random, cast, Cast.of(nodes, clients)));
            }
        }
        List<TimedFault> all = new ArrayList<>();
        sources.forEach(source -> all.addAll(source.draw(untilNanos)));
        return new FaultSchedule(all);
    }

    /**
     * Reads what {@link #text} writes; line ends separate faults as semicolons do.
     *
     * @throws IllegalArgumentException if it cannot be read; the message says what is wrong, in one line
     */
    public static FaultSchedule parse(String text) {
        List<TimedFault> faults = new ArrayList<>();
        for (String one : text.split("[;\n]")) {
            if (!one.isBlank() && !one.strip().equals("none")) {
                faults.add(FaultText.parse(one.strip()));
            }
        }
        return new FaultSchedule(faults);
    }

    /** In one line, to be given to a command. */
    public String text() {
        return faults.isEmpty() ? "none" : faults.stream().map(FaultText::of).collect(Collectors.joining(BETWEEN));
    }

    /** A line for each fault. */
    public List<String> lines() {
        return faults.stream().map(FaultText::of).toList();
    }

    /** Without those that need a node or a client that is not there, or come when all has healed. */
    public FaultSchedule within(int nodes, int clients, long untilNanos) {
        List<Address> everybody = Cast.of(nodes, clients).everybody();
        return new FaultSchedule(faults.stream()
                .filter(timed -> timed.atNanos() < untilNanos
                        && everybody.containsAll(timed.fault().concerned()))
                .toList());
    }
}
