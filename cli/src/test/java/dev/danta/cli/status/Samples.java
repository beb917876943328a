package dev.danta.cli.status;

import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Clusters that are made up: each node says what it is told to say. */
public class Samples implements Nodes {
    private final Map<String, AdminReply> answers = new TreeMap<>();
    private final List<AdminRequest> requests = new ArrayList<>();

    /** A cluster of three nodes, all well. */
    public static Samples wellCluster(int shards) {
        return of(configuration(3, shards));
    }

    /** Every node answers with this configuration, and has the replicas that it says. */
    public static Samples of(AdminReply.Configuration configuration) {
        Samples samples = new Samples();
        configuration.nodes().forEach(node -> samples.answer(node.address(), status(node, configuration)));
        return samples;
    }

    public static AdminReply.Configuration configuration(int nodes, int shards) {
        List<Integer> members = IntStream.rangeClosed(1, nodes).boxed().toList();
        return new AdminReply.Configuration(
                17,
                true,
                1,
                members,
                3,
                members.stream().map(id -> node(id, "127.0.0.1:" + (7400 + id))).toList(),
                IntStream.range(0, shards).mapToObj(id -> shard(id, members)).toList());
    }

    public static AdminReply.Configuration with(
            AdminReply.Configuration one, List<AdminReply.Node> nodes, List<AdminReply.Shard> shards) {
        return new AdminReply.Configuration(
                one.version(), one.reachable(), one.leader(), one.voters(), one.replication(), nodes, shards);
    }

    public static AdminReply.Node node(int id, String address) {
        return new AdminReply.Node(id, address, "127.0.0.1:" + (8400 + id), 0xabc0L + id, false, false, false);
    }

    public static AdminReply.Shard shard(int id, List<Integer> members) {
        return new AdminReply.Shard(id, 1, members, members, List.of(), 0, true, List.of());
    }

    public static AdminReply.NodeStatus status(AdminReply.Node node, AdminReply.Configuration configuration) {
        List<AdminReply.Replica> replicas = configuration.shards().stream()
                .filter(shard -> shard.members().contains(node.node()))
                .map(shard -> replica(shard.shard(), shard.epoch(), 0))
                .toList();
        return new AdminReply.NodeStatus(
                node.node(),
                node.incarnation(),
                "shop",
                node.address(),
                190_000,
                configuration,
                replicas,
                List.of(),
                "");
    }

    public static AdminReply.Replica replica(int shard, long epoch, long behind) {
        return new AdminReply.Replica(
                shard,
                epoch,
                AdminReply.Standing.SERVING,
                1000,
                List.of(new AdminReply.Pulled(2, behind)),
                1,
                2,
                2_500,
                3 << 20,
                "");
    }

    public static AdminReply.NodeStatus waiting(int id, String address) {
        return new AdminReply.NodeStatus(
                id,
                0xabc0L + id,
                "",
                address,
                1_000,
                new AdminReply.Configuration(0, false, 0, List.of(), 3, List.of(), List.of()),
                List.of(),
                List.of(),
                "");
    }

    public Samples answer(String address, AdminReply reply) {
        answers.put(address, reply);
        return this;
    }

    /** Nobody is there any more. */
    public Samples silence(String address) {
        answers.remove(address);
        return this;
    }

    /** What the others were asked, in its order; not the questions how they are. */
    public List<AdminRequest> requests() {
        return requests;
    }

    @Override
    public synchronized AdminReply ask(HostAndPort node, String cluster, AdminRequest request, Duration patience) {
        AdminReply answer = answers.get(node.toString());
        if (answer == null) {
            throw new NoAnswerException("no answer within " + patience.toSeconds() + " s");
        }
        if (request instanceof AdminRequest.Status) {
            return answer;
        }
        requests.add(request);
        return take(node, request);
    }

    /** What is answered to what is no question how it is. */
    protected AdminReply take(HostAndPort node, AdminRequest request) {
        return new AdminReply.Refused(AdminReply.Refused.Kind.REFUSED, "not here");
    }

    public static Overview overview(Nodes nodes) throws InterruptedException {
        return new Survey(nodes, List.of(new HostAndPort("127.0.0.1", 7401))).take(false);
    }
}
