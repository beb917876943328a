package dev.danta.sim.fault;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/** Who takes part in a run, as faults name them. */
record Cast(List<ReplicaId> nodes, List<Address> clients) {
    Cast {
        nodes = List.copyOf(nodes);
        clients = List.copyOf(clients);
    }

    static Cast of(int nodes, int clients) {
        List<ReplicaId> replicas = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            replicas.add(new ReplicaId(i));
        }
        List<Address> addresses = new ArrayList<>();
        for (int i = 1; i <= clients; i++) {
            addresses.add(client(i));
        }
        return new Cast(replicas, addresses);
    }

    static Address client(long number) {
        return new Address.Client(new ClientId(0, number));
    }

    List<Address> nodeAddresses() {
        List<Address> addresses = new ArrayList<>();
        nodes.forEach(node -> addresses.add(new Address.Replica(node)));
        return addresses;
    }

    List<Address> everybody() {
        List<Address> all = new ArrayList<>(clients);
        all.addAll(nodeAddresses());
        return all;
    }

    /** At least one of {@code all}, in the same order. */
    static <T> List<T> some(List<T> all, SimRandom random) {
        List<T> chosen = new ArrayList<>(all);
        int size = 1 + random.below(all.size());
        while (chosen.size() > size) {
            chosen.remove(random.below(chosen.size()));
        }
        return chosen;
    }
}
