package dev.danta.config.codec;

import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.id.ReplicaId;
import java.util.TreeMap;
import java.util.TreeSet;

/** The outermost encodings: a state, an answer; for requests see {@link RequestCodec}. */
public final class ConfigCodec {
    /** Raised when a state's encoding changes; older ones stay readable. */
    private static final int STATE_VERSION = 2;

    /** Says nothing of earlier generations. */
    private static final int STATE_VERSION_FIRST = 1;

    private static final int ANSWER_VERSION = 1;

    private ConfigCodec() {}

    public static byte[] encode(ClusterState state) {
        ConfigWriter out = new ConfigWriter().octet(STATE_VERSION);
        out.text(state.cluster())
                .number(state.id())
                .number(state.version())
                .number(state.replication())
                .each(state.nodes(), (node, entry) -> node(out, node, entry))
                .each(state.shards(), (shard, entry) -> shard(out.number(shard.number()), entry))
                .each(
                        state.collections(),
                        (name, entry) ->
                                out.text(name.space()).text(name.collection()).text(entry.type()))
                .numbers(state.lost())
                .each(
                        state.before(),
                        (generation, left) -> out.number(generation).number(left));
        return out.toBytes();
    }

    private static void node(ConfigWriter out, ReplicaId node, NodeEntry entry) {
        out.number(node.number())
                .text(entry.address())
                .text(entry.configAddress())
                .identity(entry.identity())
                .flag(entry.isLeaving())
                .flag(entry.draining());
    }

    private static void shard(ConfigWriter out, ShardEntry entry) {
        out.shardConfig(entry.config())
                .each(entry.wanted(), replica -> out.number(replica.number()))
                .numbers(entry.lost())
                .flag(entry.finished());
    }

    /** Throws {@link MalformedConfigException}. */
    public static ClusterState decodeState(byte[] bytes) {
        return ConfigReader.read(bytes, "a configuration", in -> {
            int version = in.octet();
            if (version != STATE_VERSION_FIRST) {
                requireVersion(version, STATE_VERSION, "configuration");
            }
            return new ClusterState(
                    in.text(),
                    in.longNumber(),
                    in.longNumber(),
                    in.number(),
                    in.map(in::replica, () -> node(in)),
                    in.map(in::shard, () -> shard(in)),
                    in.map(() -> new CollectionName(in.text(), in.text()), () -> new CollectionEntry(in.text())),
                    in.numbers(),
                    version == STATE_VERSION_FIRST ? new TreeMap<>() : in.map(in::longNumber, in::longNumber));
        });
    }

    private static NodeEntry node(ConfigReader in) {
        NodeEntry coming = NodeEntry.coming(in.text(), in.text(), in.identity());
        NodeEntry.Standing standing = in.flag() ? NodeEntry.Standing.LEAVING : NodeEntry.Standing.MEMBER;
        return new NodeEntry(
                coming.address(),
                coming.configAddress(),
                coming.incarnation(),
                coming.starts(),
                coming.life(),
                standing,
                in.flag());
    }

    private static ShardEntry shard(ConfigReader in) {
        return new ShardEntry(in.shardConfig(), new TreeSet<>(in.list(in::replica)), in.numbers(), in.flag());
    }

    /** Of an answer, what its asker does not know: the request is left out. */
    public static byte[] encode(ClusterAnswer answer) {
        return new ConfigWriter()
                .octet(ANSWER_VERSION)
                .flag(answer.done())
                .text(answer.why())
                .blob(encode(answer.state()))
                .toBytes();
    }

    /**
     * Throws {@link MalformedConfigException}.
     *
     * @param request what it answers
     */
    public static ClusterAnswer decodeAnswer(byte[] bytes, ClusterRequest request) {
        return ConfigReader.read(bytes, "an answer", in -> {
            requireVersion(in.octet(), ANSWER_VERSION, "answer");
            boolean done = in.flag();
            String why = in.text();
            return new ClusterAnswer(request, decodeState(in.blob()), done, why);
        });
    }

    static void requireVersion(int version, int known, String what) {
        if (version != known) {
            throw new MalformedConfigException("a " + what + " of version " + version + ": this program knows version "
                    + known + ", a newer one may know it");
        }
    }
}
