package dev.danta.config.raft;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.state.ClusterState;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the leader tells a node that does not vote.
 *
 * @param voters the numbers of those that do
 * @param newer the configuration, or null if the node has it
 */
record Gossip(List<Integer> voters, @Nullable ClusterState newer) {
    private static final int VOTERS_MAX = 100;

    Gossip {
        voters = List.copyOf(voters);
    }

    byte[] encode() {
        byte[] state = newer == null ? new byte[0] : ConfigCodec.encode(newer);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (1 + voters.size()) + state.length);
        bytes.putInt(voters.size());
        voters.forEach(bytes::putInt);
        return bytes.put(state).array();
    }

    /** Throws {@link MalformedConfigException}. */
    static Gossip decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        List<Integer> voters = new ArrayList<>();
        try {
            int count = bytes.getInt();
            if (count < 0 || count > VOTERS_MAX) {
                throw new MalformedConfigException(count + " nodes cannot vote");
            }
            while (voters.size() < count) {
                voters.add(bytes.getInt());
            }
        } catch (BufferUnderflowException tooShort) {
            throw new MalformedConfigException("news of the configuration end too early", tooShort);
        }
        byte[] state = new byte[bytes.remaining()];
        bytes.get(state);
        return new Gossip(voters, state.length == 0 ? null : ConfigCodec.decodeState(state));
    }
}
