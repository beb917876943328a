package dev.danta.txn.key;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which shard a key lives on: a hash of its space and its tuple's first element, not of its collection, so that rows of
 * all collections with the same first element live together (protocol.md 10).
 *
 * @param shards their number, from 1 on; fixed when the cluster is created
 */
public record ShardMap(int shards) {
    private static final long SEED = 0xcbf29ce484222325L;

    public ShardMap {
        if (shards < 1) {
            throw new IllegalArgumentException("a cluster has at least one shard, not " + shards);
        }
    }

    /**
     * The shard of {@code key}.
     *
     * @throws IllegalArgumentException if {@code key} was not made by {@link KeyLayout}
     */
    public ShardId shardOf(Key key) {
        Bytes bytes = key.bytes();
        int endOfSpace = KeyLayout.endOfElement(bytes, 0);
        int endOfCollection = KeyLayout.endOfElement(bytes, 1);
        int endOfFirst = KeyLayout.endOfElement(bytes, 2);
        long hash = hash(hash(SEED, bytes, 0, endOfSpace), bytes, endOfCollection, endOfFirst);
        return new ShardId((int) Long.remainderUnsigned(mixed(hash), shards));
    }

    /**
     * One of so many places, the same for {@code bytes} always and everywhere: by the hash that places keys on shards.
     *
     * @param places from 1 on
     */
    public static int placeOf(Bytes bytes, int places) {
        return (int) Long.remainderUnsigned(mixed(hash(SEED, bytes, 0, bytes.size())), places);
    }

    /**
     * The shards that {@code range} can have keys on: one if it names the first element of their tuples, else all of them.
     */
    public List<ShardId> shardsOf(KeyRange range) {
        Bytes from = range.from().bytes();
        int endOfFirst = KeyLayout.endOfElementIfThere(from, 2);
        if (endOfFirst > 0 && endOfFirst < Key.SIZE_MAX && range.to().compareTo(behindAll(from, endOfFirst)) <= 0) {
            return List.of(shardOf(range.from()));
        }
        return IntStream.range(0, shards).mapToObj(ShardId::new).toList();
    }

    private static Key behindAll(Bytes key, int endOfFirst) {
        byte[] behind = Arrays.copyOf(key.toArray(), endOfFirst + 1);
        behind[endOfFirst] = KeyLayout.BEHIND_ALL;
        return new Key(Bytes.wrap(behind));
    }

    /** Whether {@code key} is one of this layout that lives on {@code shard}. */
    public boolean livesOn(Key key, ShardId shard) {
        return KeyLayout.endOfElementIfThere(key.bytes(), 2) > 0 && shardOf(key).equals(shard);
    }

    /** FNV-1a, 64 bits. */
    private static long hash(long seed, Bytes bytes, int from, int to) {
        long hash = seed;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes.at(i) & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long mixed(long hash) {
        long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return h ^ (h >>> 33);
    }
}
