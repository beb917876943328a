package dev.danta.wire.admin;

import dev.danta.ir.id.Bytes;
import java.util.List;

/** What a node answers to an {@link AdminRequest}. */
public sealed interface AdminReply {
    /**
     * It is agreed; whatever takes time is under way and can be watched ({@link AdminRequest.Status}).
     *
     * @param what one sentence
     * @param version of the configuration that has it
     */
    record Done(String what, long version) implements AdminReply {}

    /**
     * What would be done.
     *
     * @param moves none if nothing would move
     */
    record Plan(List<Move> moves) implements AdminReply {
        public Plan {
            moves = List.copyOf(moves);
        }
    }

    /**
     * The members of one shard, now and then.
     *
     * @param members now
     * @param next afterwards
     */
    record Move(int shard, List<Integer> members, List<Integer> next) {
        public Move {
            members = List.copyOf(members);
            next = List.copyOf(next);
        }
    }

    /**
     * Nothing is changed.
     *
     * @param why one sentence
     */
    record Refused(Kind kind, String why) implements AdminReply {
        /** Whose matter it is. */
        public enum Kind {
            /** The cluster's rules. */
            REFUSED,
            /** The request names what is not there, or makes no sense. */
            INPUT,
            /** The configuration has no majority now; what it would say is not known. */
            UNAVAILABLE,
            /** The node belongs to another cluster. */
            WRONG_CLUSTER,
            /** The node belongs to no cluster yet. */
            NOT_CREATED
        }
    }

    /**
     * The collection is there.
     *
     * @param type that its values have, now and for good; it need not be the one that was declared
     * @param indexes the names of the collections of the same space that begin with its name and a {@code #}, ascending; at
     *     most the first {@value #INDEXES_MAX}
     */
    record Declared(String type, List<String> indexes) implements AdminReply {
        public static final int INDEXES_MAX = 100;

        public Declared {
            indexes = List.copyOf(indexes);
        }
    }

    /**
     * The configuration, as it writes itself.
     *
     * @param state empty if there is none
     */
    record Known(Bytes state) implements AdminReply {}

    /** What the configuration says, as it writes it. */
    record Answered(Bytes answer) implements AdminReply {}

    /**
     * How a node is.
     *
     * @param incarnation of its folder
     * @param cluster empty if it belongs to none yet
     * @param uptimeMillis since it started
     * @param configuration the newest that it knows
     * @param replicas that it has open, ascending by shard
     * @param running changes that it is looking after
     * @param note what is the matter with it, if anything; else empty
     */
    record NodeStatus(
            int node,
            long incarnation,
            String cluster,
            String address,
            long uptimeMillis,
            Configuration configuration,
            List<Replica> replicas,
            List<Running> running,
            String note)
            implements AdminReply {
        public NodeStatus {
            replicas = List.copyOf(replicas);
            running = List.copyOf(running);
        }
    }

    /**
     * The configuration as a node knows it.
     *
     * @param version grows with each change; 0 is none
     * @param reachable whether a majority of its voters answers
     * @param leader the node that leads it, and looks after changes; 0 if none is known
     * @param voters the nodes that keep it
     * @param replication how many replicas a shard is to have
     */
    record Configuration(
            long version,
            boolean reachable,
            int leader,
            List<Integer> voters,
            int replication,
            List<Node> nodes,
            List<Shard> shards) {
        public Configuration {
            voters = List.copyOf(voters);
            nodes = List.copyOf(nodes);
            shards = List.copyOf(shards);
        }
    }

    /**
     * A node of the cluster.
     *
     * @param address where clients reach it
     * @param configAddress where the other keepers of the configuration do
     * @param leaving whether it is being removed
     * @param draining whether clients are to leave it alone
     * @param lost whether its disk was given up: it is to come with an empty folder
     */
    record Node(
            int node,
            String address,
            String configAddress,
            long incarnation,
            boolean leaving,
            boolean draining,
            boolean lost) {}

    /**
     * A shard of the cluster.
     *
     * @param epoch the active one
     * @param members of that
     * @param wanted the members that it is to have
     * @param next the members of the next epoch if a change is under way, else none
     * @param attempt at that change
     * @param settled whether nothing is left to be done about it
     * @param awaited the wanted ones whose disk nobody has seen yet: a change waits for them
     */
    record Shard(
            int shard,
            long epoch,
            List<Integer> members,
            List<Integer> wanted,
            List<Integer> next,
            long attempt,
            boolean settled,
            List<Integer> awaited) {
        public Shard {
            members = List.copyOf(members);
            wanted = List.copyOf(wanted);
            next = List.copyOf(next);
            awaited = List.copyOf(awaited);
        }
    }

    /** What a replica does. */
    enum Standing {
        /** It has no state yet and waits for an install. */
        JOINING,
        SERVING,
        /** A change is under way. */
        SEALED,
        /** It is no member any more, and waits until others have what only it has. */
        DRAINING,
        STOPPED
    }

    /**
     * A replica on the node that answers.
     *
     * @param logEnd the last number of its log
     * @param behind for each other member, how much of its log is still to be pulled
     * @param held transactions that hold keys
     * @param undecided transactions whose outcome it does not know
     * @param hash of all that it holds; empty unless asked for
     */
    record Replica(
            int shard,
            long epoch,
            Standing standing,
            long logEnd,
            List<Pulled> behind,
            long held,
            long undecided,
            long records,
            long diskBytes,
            String hash) {
        public Replica {
            behind = List.copyOf(behind);
        }
    }

    /**
     * How far a replica has pulled another's log.
     *
     * @param behind entries still to come
     */
    record Pulled(int peer, long behind) {}

    /**
     * A change under way.
     *
     * @param epoch that it leaves
     * @param next members that it leads to
     * @param phase of it, in a word
     * @param done so much of it, in {@code unit}
     * @param of so much; 0 if nobody knows
     * @param millis since it began
     * @param tries that it took so far
     * @param trouble what went wrong last; empty if nothing did
     */
    record Running(
            int shard,
            long epoch,
            List<Integer> next,
            String phase,
            long done,
            long of,
            String unit,
            long millis,
            int tries,
            String trouble) {
        public Running {
            next = List.copyOf(next);
        }
    }
}
