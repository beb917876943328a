package dev.danta.check.generate;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.ReplicatedChange;
import dev.danta.check.txn.ReplicatedChange.Change;
import dev.danta.check.txn.ReplicatedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * Three replicas of registers, sets and sums, each of which has heard of some of the changes in the order of all. Halfway
 * and in the end all have heard of everything, and every key is read of every replica for the last time. The fault is in a
 * key of its own, the first time.
 */
final class ConvergencePlay {
    private static final int REPLICAS = 3;
    private static final int KINDS = 3;

    private final GeneratorSettings settings;
    private final Random random;
    private final List<ReplicatedChange> changes = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Operation<ReplicatedChange, ReplicatedState>> operations = new ArrayList<>();
    private final long[] processes;
    private long nextProcess;
    private long now;
    private int uniques;

    private static final class Replica {
        private final String name;
        private final Map<String, String> values = new HashMap<>();
        private final Map<String, TreeSet<String>> sets = new HashMap<>();
        private final Map<String, Long> sums = new HashMap<>();
        private int heard;

        private Replica(String name) {
            this.name = name;
        }

        private void hear(ReplicatedChange asked) {
            String key = asked.key();
            Change change = asked.change();
            if (change instanceof Change.Write write) {
                values.put(key, write.value());
            } else if (change instanceof Change.Add add) {
                sets.computeIfAbsent(key, k -> new TreeSet<>()).add(add.element());
            } else if (change instanceof Change.Remove remove) {
                sets.computeIfAbsent(key, k -> new TreeSet<>()).remove(remove.element());
            } else if (change instanceof Change.Increment increment) {
                sums.merge(key, increment.amount(), Long::sum);
            }
        }

        private ReplicatedState state(String key) {
            Long sum = sums.get(key);
            return new ReplicatedState(
                    sum == null ? values.get(key) : Long.toString(sum),
                    List.copyOf(sets.getOrDefault(key, new TreeSet<>())),
                    name);
        }
    }

    ConvergencePlay(GeneratorSettings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(new Replica("r" + i));
        }
        processes = new long[settings.processes()];
        for (int i = 0; i < processes.length; i++) {
            processes[i] = nextProcess++;
        }
    }

    History<ReplicatedChange, ReplicatedState> play() {
        int half = (settings.operations() + 1) / 2;
        turns(half);
        strike();
        quiet();
        turns(settings.operations() - half);
        quiet();
        return History.of(operations);
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            int who = random.nextInt(processes.length);
            int key = random.nextInt(settings.keys());
            Replica replica = replicas.get(random.nextInt(REPLICAS));
            hear(replica, replica.heard + random.nextInt(changes.size() - replica.heard + 1));
            if (random.nextInt(3) == 0) {
                known(processes[who], read("k" + key, false), replica.state("k" + key));
            } else if (random.nextInt(1_000) < settings.unknownPerMille()) {
                ReplicatedChange lost = change(key);
                operations.add(Operation.unknown(processes[who], lost, now++));
                processes[who] = nextProcess++;
                if (random.nextBoolean()) {
                    changes.add(lost);
                }
            } else {
                change(processes[who], change(key), replica);
            }
        }
    }

    private void change(long process, ReplicatedChange change, Replica replica) {
        changes.add(change);
        known(process, change, ReplicatedState.nothing(replica.name));
    }

    private void hear(Replica replica, int until) {
        while (replica.heard < until) {
            replica.hear(changes.get(replica.heard++));
        }
    }

    private ReplicatedChange change(int key) {
        int number = uniques++;
        Change change = switch (key % KINDS) {
            case 0 -> new Change.Write(Integer.toString(number));
            case 1 ->
                random.nextInt(4) == 0
                        ? new Change.Remove(Integer.toString(random.nextInt(number + 1)))
                        : new Change.Add(Integer.toString(number));
            default -> new Change.Increment(random.nextInt(9) - 4L);
        };
        return new ReplicatedChange("k" + key, change);
    }

    private static ReplicatedChange read(String key, boolean last) {
        return new ReplicatedChange(key, new Change.Read(last));
    }

    private void known(long process, ReplicatedChange input, ReplicatedState output) {
        operations.add(Operation.known(process, input, output, now, now + 1));
        now += 2;
    }

    /** Everybody hears of everything, and is asked for everything. */
    private void quiet() {
        for (int i = 0; i < REPLICAS; i++) {
            hear(replicas.get(i), changes.size());
            for (int key = 0; key < settings.keys(); key++) {
                known(
                        processes[i % processes.length],
                        read("k" + key, true),
                        replicas.get(i).state("k" + key));
            }
        }
    }

    private void strike() {
        Fault fault = settings.fault();
        if (fault == Fault.NONE) {
            return;
        }
        long process = processes[0];
        Replica first = replicas.get(0);
        change(process, new ReplicatedChange("fault", new Change.Add("a")), first);
        change(process, new ReplicatedChange("fault", new Change.Add("b")), first);
        List<String> all = fault == Fault.PHANTOM ? List.of("a", "b", "phantom") : List.of("a", "b");
        for (Replica replica : replicas) {
            boolean old = fault == Fault.LOST || (fault == Fault.STALE && replica != first);
            known(process, read("fault", true), new ReplicatedState(null, old ? List.of("a") : all, replica.name));
        }
    }
}
