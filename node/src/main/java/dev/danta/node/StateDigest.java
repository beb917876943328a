package dev.danta.node;

import dev.danta.ir.id.Bytes;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.ClosedAllotments;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A hash of everything that a replica shows: of each key the newest value with its timestamp, and each relaxed value. Two
 * replicas that have heard of the same say the same; deletions do not count, for each drops them in its own time.
 */
final class StateDigest {
    private static final int RELAXED_AT_ONCE = 1_000;
    private static final int SHOWN_BYTES = 8;
    private static final KeyRange ALL = new KeyRange(new Key(Bytes.wrap(new byte[1])), new Key(greatest()));

    private final MessageDigest digest;

    private StateDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    static String of(LmdbReplicaStore.View view) {
        StateDigest state = new StateDigest();
        view.scan(ALL, (key, version) -> {
            if (version.value() != null) {
                state.add(key.bytes());
                state.add(version.timestamp().toString());
                state.add(version.value());
            }
            return true;
        });
        Bytes after = Bytes.EMPTY;
        List<Key> page = view.relaxedKeys(after, RELAXED_AT_ONCE);
        while (!page.isEmpty()) {
            for (Key key : page) {
                // Others may have dropped it already.
                if (!ClosedAllotments.isForgotten(view, key, view.deletedBelow())) {
                    RelaxedState value = view.relaxed(key);
                    state.add(key.bytes());
                    state.add(String.valueOf(value));
                }
                after = key.bytes();
            }
            page = view.relaxedKeys(after, RELAXED_AT_ONCE);
        }
        return HexFormat.of().formatHex(state.digest.digest(), 0, SHOWN_BYTES);
    }

    private void add(Bytes bytes) {
        add(bytes.toArray());
    }

    private void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static Bytes greatest() {
        byte[] bytes = new byte[Key.SIZE_MAX];
        Arrays.fill(bytes, (byte) 0xFF);
        return Bytes.wrap(bytes);
    }
}
