package dev.danta.cli.campaign;

import dev.danta.client.DantaClient;
import dev.danta.testkit.fault.NodeProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Node processes for an application, behind a network that can be cut, and its clients: each lives beside one of the nodes, so
 * that who is cut off is cut off with it. Nodes are numbered from 1 on, clients from 0 on. For one thread.
 */
public final class ApplicationNodes implements AutoCloseable {
    private final NodeProcesses processes;
    private final ClusterWatch watch;
    private final String name;
    private final int count;
    private final List<String> clients = new ArrayList<>();

    /**
     * None yet.
     *
     * @param folder for data and what nodes say; it stays when this is closed
     * @param program starts {@code danta}: {@link NodeProcesses#thisJava}
     * @param name of the cluster
     * @param patience how long anything may take to come about
     */
    public ApplicationNodes(Path folder, List<String> program, String name, int count, Duration patience) {
        this.processes = new NodeProcesses(folder, program);
        this.watch = new ClusterWatch(processes, patience);
        this.name = name;
        this.count = count;
    }

    /**
     * Starts them and waits until each is a member of every shard.
     *
     * @throws CampaignException if that does not come about
     */
    public void start(int shards) throws InterruptedException {
        watch.found(name, count, shards);
    }

    /** One more client. */
    public DantaClient connect(Duration deadline) {
        String caller = "c" + clients.size();
        clients.add(caller);
        SortedMap<String, String> doors = new TreeMap<>();
        for (int node = 1; node <= count; node++) {
            doors.put(processes.address(node), processes.addressFor(caller, node));
        }
        return DantaClient.builder()
                .endpoints(List.copyOf(doors.values()))
                .addressTranslator(address -> doors.getOrDefault(address, address))
                .cluster(name)
                .deadline(deadline)
                .build();
    }

    /** Beside which node a client lives. */
    public int besideWhom(int client) {
        return 1 + client % count;
    }

    /** As {@code kill -9} does. */
    public void kill(int node) throws InterruptedException {
        processes.kill(node);
    }

    /** Starts a node again, in its folder, and waits until it serves. */
    public void restart(int node) throws InterruptedException {
        processes.start(node);
        watch.awaitServing(node);
    }

    /** Nothing gets from a node and the clients beside it to the others any more, nor back. */
    public void cutOff(int node) {
        List<String> inside = new ArrayList<>();
        List<String> outside = new ArrayList<>();
        for (int other = 1; other <= count; other++) {
            List<String> side = other == node ? inside : outside;
            side.add(NodeProcesses.party(other));
            side.add(NodeProcesses.configParty(other));
        }
        for (int client = 0; client < clients.size(); client++) {
            (besideWhom(client) == node ? inside : outside).add(clients.get(client));
        }
        processes.network().part(inside, outside);
    }

    /** Nobody is cut off any more. */
    public void heal() {
        processes.network().heal();
    }

    /**
     * Waits until all nodes serve, and all members of each shard hold the same.
     *
     * @throws CampaignException if that does not come about
     */
    public void awaitEqual() throws InterruptedException {
        for (int node = 1; node <= count; node++) {
            watch.awaitServing(node);
        }
        String unused = watch.awaitEqualHashes();
    }

    /** Deletes the folder with all that nodes had and said. After {@link #close}. */
    public void deleteFolder() {
        processes.deleteFolder();
    }

    /** Ends all nodes. */
    @Override
    public void close() {
        processes.close();
    }
}
