package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.codec.RequestCodec;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a node does when it is asked about its cluster, or to have the configuration change it. */
final class NodeDesk implements AdminDesk, AutoCloseable {
    private static final Duration THERE_MAX = Duration.ofSeconds(2);
    /** What an answer may take to its asker. */
    private static final Duration WAY_MAX = Duration.ofMillis(500);

    /** What stands between a table's name and that of an index of it. */
    private static final String INDEX_MARK = "#";

    private static final int THREADS = 2;
    private static final int WAITING_MAX = 64;
    /** The greatest number that a node can be asked to have, whoever asks. */
    private static final int NODE_MAX = 1 << 20;

    private final NodeSettings settings;
    private final Office office;
    private final ThreadPoolExecutor thinking;

    /** What the desk needs of its node. */
    interface Office {
        ClusterConfig config();

        /** How it is. */
        AdminReply.NodeStatus status(boolean hashes);

        /**
         * Has a node that waits come to a cluster; blocks.
         *
         * @throws StorageException with a sentence, if that cannot be
         * @throws IllegalStateException with a sentence, if it does not wait
         */
        void enter(Start start) throws InterruptedException;
    }

    NodeDesk(NodeSettings settings, Office office) {
        this.settings = settings;
        this.office = office;
        this.thinking = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING_MAX), task -> {
                    Thread thread =
                            new Thread(task, "danta-" + settings.node().id().number() + "-desk");
                    thread.setDaemon(true);
                    return thread;
                });
        this.thinking.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<AdminReply> ask(AdminRequest request, Duration patience) {
        CompletableFuture<AdminReply> reply = new CompletableFuture<>();
        try {
            thinking.execute(() -> think(request, patience, reply));
        } catch (RejectedExecutionException full) {
            reply.complete(new AdminReply.Refused(
                    AdminReply.Refused.Kind.UNAVAILABLE, "this node is asked too much, or is stopping"));
        }
        return reply;
    }

    private void think(AdminRequest request, Duration patience, CompletableFuture<AdminReply> reply) {
        try {
            CompletableFuture<?> unused = answer(request, lessTheWay(patience)).whenComplete((done, failed) -> {
                if (done != null) {
                    reply.complete(done);
                } else {
                    reply.complete(unavailable(failed));
                }
            });
        } catch (InterruptedException stopping) {
            reply.complete(refused(AdminReply.Refused.Kind.UNAVAILABLE, "this node is stopping"));
        } catch (MalformedConfigException | IllegalArgumentException malformed) {
            reply.complete(refused(AdminReply.Refused.Kind.INPUT, String.valueOf(malformed.getMessage())));
        } catch (StorageException | IllegalStateException cannot) {
            reply.complete(refused(AdminReply.Refused.Kind.REFUSED, String.valueOf(cannot.getMessage())));
        }
    }

    /** Why something is not done is only heard by those who still wait. */
    private static Duration lessTheWay(Duration patience) {
        Duration quarter = patience.dividedBy(4);
        return patience.minus(quarter.compareTo(WAY_MAX) < 0 ? quarter : WAY_MAX);
    }

    private static AdminReply.Refused unavailable(Throwable failed) {
        Throwable why = failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        return refused(AdminReply.Refused.Kind.UNAVAILABLE, String.valueOf(why.getMessage()));
    }

    private static AdminReply.Refused refused(AdminReply.Refused.Kind kind, String why) {
        return new AdminReply.Refused(kind, why);
    }

    private CompletableFuture<AdminReply> answer(AdminRequest request, Duration patience) throws InterruptedException {
        ClusterState known = office.config().known();
        if (request instanceof AdminRequest.Status status) {
            return now(office.status(status.hashes()));
        }
        if (request instanceof AdminRequest.Configuration) {
            return now(new AdminReply.Known(known.isCreated() ? Bytes.wrap(ConfigCodec.encode(known)) : Bytes.EMPTY));
        }
        if (request instanceof AdminRequest.Create create) {
            office.enter(new Start.Init(create.cluster(), create.shards(), create.replication()));
            return now(done("cluster " + create.cluster() + " has begun"));
        }
        if (request instanceof AdminRequest.Join join) {
            office.enter(
                    new Start.Join(join.seeds().stream().map(HostAndPort::parse).toList()));
            return now(done("it has joined cluster " + office.config().known().cluster()));
        }
        if (!known.isCreated()) {
            return now(refused(
                    AdminReply.Refused.Kind.NOT_CREATED,
                    "this node belongs to no cluster yet: start it with --init NAME or --join ADDRESS"));
        }
        if (request instanceof AdminRequest.Ask ask) {
            return office.config()
                    .ask(RequestCodec.decode(ask.request().toArray()), patience)
                    .thenApply(answer -> new AdminReply.Answered(Bytes.wrap(ConfigCodec.encode(answer))));
        }
        if (request instanceof AdminRequest.Declare declare) {
            return declare(declare, known, patience);
        }
        return change(request, known, patience);
    }

    /** A type never changes, so what is known here needs nobody's consent; only what is new does. */
    private CompletableFuture<AdminReply> declare(AdminRequest.Declare declare, ClusterState known, Duration patience) {
        CollectionName name = new CollectionName(declare.space(), declare.collection());
        CollectionEntry wanted = new CollectionEntry(declare.type());
        CollectionEntry there = known.collections().get(name);
        if (there != null) {
            return now(declared(known, name, there));
        }
        return office.config()
                .ask(new ClusterRequest.Declare(name, wanted), patience)
                .thenApply(answer -> {
                    CollectionEntry agreed = answer.state().collections().get(name);
                    return agreed == null
                            ? refused(AdminReply.Refused.Kind.REFUSED, answer.why())
                            : declared(answer.state(), name, agreed);
                });
    }

    private static AdminReply declared(ClusterState state, CollectionName name, CollectionEntry entry) {
        List<String> indexes = state.collections().keySet().stream()
                .filter(one ->
                        one.space().equals(name.space()) && one.collection().startsWith(name.collection() + INDEX_MARK))
                .map(CollectionName::collection)
                .limit(AdminReply.Declared.INDEXES_MAX)
                .toList();
        return new AdminReply.Declared(entry.type(), indexes);
    }

    private static CompletableFuture<AdminReply> now(AdminReply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private AdminReply.Done done(String what) {
        return new AdminReply.Done(what, office.config().known().version());
    }

    /** What an operator wants, as the configuration is asked it: for the disks and epochs that are known here. */
    private CompletableFuture<AdminReply> change(AdminRequest request, ClusterState known, Duration patience) {
        if (request instanceof AdminRequest.Add add) {
            ClusterRequest adding = Plans.add(id(add.node()), add.address());
            return now(plan(known, adding));
        }
        if (request instanceof AdminRequest.Remove remove) {
            NodeEntry entry = entry(known, remove.node());
            if (remove.lost()) {
                requireGone(known, remove.node(), entry);
            }
            ClusterRequest leaving =
                    new ClusterRequest.LeaveNode(id(remove.node()), entry.incarnation(), remove.lost());
            return decide(leaving, remove.dryRun(), known, patience, "node " + remove.node() + " is leaving");
        }
        if (request instanceof AdminRequest.Replace replace) {
            NodeEntry entry = entry(known, replace.node());
            requireGone(known, replace.node(), entry);
            ClusterRequest replacing = new ClusterRequest.ReplaceNode(id(replace.node()), entry.incarnation());
            return decide(
                    replacing,
                    replace.dryRun(),
                    known,
                    patience,
                    "the disk of node " + replace.node() + " is given up: start it with an empty folder");
        }
        if (request instanceof AdminRequest.MoveShard move) {
            ShardEntry entry = shard(known, move.shard());
            ClusterRequest moving = new ClusterRequest.MoveReplica(
                    new ShardId(move.shard()), entry.config().active().epoch(), id(move.from()), id(move.to()));
            return decide(
                    moving,
                    move.dryRun(),
                    known,
                    patience,
                    "shard " + move.shard() + " moves from node " + move.from() + " to node " + move.to());
        }
        AdminRequest.Drain drain = (AdminRequest.Drain) request;
        NodeEntry entry = entry(known, drain.node());
        ClusterRequest draining = new ClusterRequest.Drain(id(drain.node()), entry.incarnation(), drain.on());
        return decide(
                draining,
                false,
                known,
                patience,
                "clients " + (drain.on() ? "leave node " : "come back to node ") + drain.node()
                        + (drain.on() ? " alone" : ""));
    }

    /** A disk whose node answers from it is not lost, whatever was typed. */
    private void requireGone(ClusterState known, int node, NodeEntry entry) {
        AdminReply reply;
        try {
            reply = AdminClient.ask(
                    settings.wayTo(entry.address()), known.cluster(), new AdminRequest.Status(false), THERE_MAX);
        } catch (AdminUnreachableException gone) {
            return;
        }
        if (reply instanceof AdminReply.NodeStatus status
                && status.node() == node
                && status.incarnation() == entry.incarnation()
                && status.cluster().equals(known.cluster())) {
            throw new IllegalStateException("node " + node + " is up, and has the disk that the cluster knows: stop it"
                    + " first if its disk is to be given up");
        }
    }

    private static ReplicaId id(int node) {
        if (node < 1 || node > NODE_MAX) {
            throw new IllegalArgumentException("nodes are numbered from 1 on, not " + node);
        }
        return new ReplicaId(node);
    }

    private static NodeEntry entry(ClusterState known, int node) {
        NodeEntry entry = known.nodes().get(id(node));
        if (entry == null) {
            throw new IllegalArgumentException("node " + node + " is not in cluster " + known.cluster());
        }
        return entry;
    }

    private static ShardEntry shard(ClusterState known, int shard) {
        @Nullable ShardEntry entry = shard < 0 ? null : known.shards().get(new ShardId(shard));
        if (entry == null) {
            throw new IllegalArgumentException("there is no shard " + shard + ": cluster " + known.cluster() + " has "
                    + known.shards().size() + ", from 0 on");
        }
        return entry;
    }

    private CompletableFuture<AdminReply> decide(
            ClusterRequest request, boolean dryRun, ClusterState known, Duration patience, String what) {
        if (dryRun) {
            return now(plan(known, request));
        }
        return office.config().ask(request, patience).thenApply(answer -> told(answer, what));
    }

    private static AdminReply told(ClusterAnswer answer, String what) {
        return answer.done()
                ? new AdminReply.Done(
                        answer.why().isEmpty() ? what : answer.why(),
                        answer.state().version())
                : refused(AdminReply.Refused.Kind.REFUSED, answer.why());
    }

    private static AdminReply plan(ClusterState known, ClusterRequest request) {
        ClusterAnswer answer = known.take(request, EpochRules.PROTOCOL);
        return answer.done()
                ? new AdminReply.Plan(moves(known, answer.state()))
                : refused(AdminReply.Refused.Kind.REFUSED, answer.why());
    }

    private static List<AdminReply.Move> moves(ClusterState before, ClusterState after) {
        List<AdminReply.Move> moves = new ArrayList<>();
        after.shards().forEach((shard, entry) -> {
            ShardEntry was = before.shards().get(shard);
            if (was != null
                    && (!was.wanted().equals(entry.wanted()) || was.hasWantedMembers() != entry.hasWantedMembers())) {
                moves.add(new AdminReply.Move(
                        shard.number(), StatusReport.numbers(was.wanted()), StatusReport.numbers(entry.wanted())));
            }
        });
        return moves;
    }

    @Override
    public void close() {
        thinking.shutdownNow();
    }
}
