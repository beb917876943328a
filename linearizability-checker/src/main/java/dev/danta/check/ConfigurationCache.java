package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The configurations that a search has visited, each with the way it was reached.
 *
 * <p>A set of linearized operations is kept relative to its frontier: everything completed before the frontier is in
 * it, everything invoked after the frontier is not, so only the operations open at the frontier need a bit. Those of
 * known answer share bits (slots) over time; those of unknown outcome, open for ever, have one each. An entry thus
 * costs a few words however long the history is, where a set of all operations would make the cache quadratic.
 *
 * <p>Invariant: comparison is exact, hashes only find the bucket. Entry numbers grow and are never reused.
 *
 * <p>Dominance: with {@code dominance}, a configuration also counts as visited if one is here with the same frontier,
 * state and linearized known operations that used up a subset of its operations of unknown outcome. Whatever the
 * larger one could still do, the smaller one can: operations of unknown outcome need never be linearized.
 */
final class ConfigurationCache {
    /** The answer of {@link #visit} for a configuration that was here before. */
    static final int SEEN = -1;

    private static final int NONE = -1;
    private static final int CHUNK_BITS = 8;
    private static final int CHUNK_ENTRIES = 1 << CHUNK_BITS;
    /** Words of an entry before its mask: state and frontier, parent and operation. */
    private static final int HEAD_WORDS = 2;

    private final MemoryAccount memory;
    private final int words;
    private final int stride;
    private final long[] exactMask;
    private final List<long[]> chunks = new ArrayList<>();
    private final List<int[]> chains = new ArrayList<>();
    private int[] buckets = new int[64];
    private int size;

    /**
     * @param words length of a mask
     * @param unknownMask the bits of operations of unknown outcome
     */
    ConfigurationCache(MemoryAccount memory, int words, long[] unknownMask, boolean dominance) {
        this.memory = memory;
        this.words = words;
        this.stride = HEAD_WORDS + words;
        this.exactMask = new long[words];
        for (int w = 0; w < words; w++) {
            exactMask[w] = dominance ? ~unknownMask[w] : -1L;
        }
        memory.reserve(4L * buckets.length + 8L * words);
        Arrays.fill(buckets, NONE);
    }

    int size() {
        return size;
    }

    /**
     * Adds a configuration.
     *
     * @param parent the entry it was reached from, or -1
     * @param operation the operation that led here, or -1
     * @return the number of the new entry, or {@link #SEEN}
     */
    int visit(int state, int frontier, long[] mask, int parent, int operation) {
        long key = pack(state, frontier);
        int hash = hash(key, mask, 0);
        int bucket = hash & (buckets.length - 1);
        for (int entry = buckets[bucket]; entry != NONE; entry = chain(entry)) {
            if (covers(entry, key, mask)) {
                return SEEN;
            }
        }
        if (size == buckets.length) {
            grow();
            bucket = hash & (buckets.length - 1);
        }
        int entry = size;
        if (entry >>> CHUNK_BITS == chunks.size()) {
            memory.reserve((8L * stride + 4L) * CHUNK_ENTRIES);
            chunks.add(new long[stride * CHUNK_ENTRIES]);
            chains.add(new int[CHUNK_ENTRIES]);
        }
        size = Math.addExact(size, 1);
        long[] chunk = chunk(entry);
        int base = base(entry);
        chunk[base] = key;
        chunk[base + 1] = pack(parent, operation);
        System.arraycopy(mask, 0, chunk, base + HEAD_WORDS, words);
        chains.get(entry >>> CHUNK_BITS)[entry & (CHUNK_ENTRIES - 1)] = buckets[bucket];
        buckets[bucket] = entry;
        return entry;
    }

    int state(int entry) {
        return (int) (chunk(entry)[base(entry)] >>> 32);
    }

    int frontier(int entry) {
        return (int) chunk(entry)[base(entry)];
    }

    int parent(int entry) {
        return (int) (chunk(entry)[base(entry) + 1] >>> 32);
    }

    int operation(int entry) {
        return (int) chunk(entry)[base(entry) + 1];
    }

    void copyMask(int entry, long[] into) {
        System.arraycopy(chunk(entry), base(entry) + HEAD_WORDS, into, 0, words);
    }

    private boolean covers(int entry, long key, long[] mask) {
        long[] chunk = chunk(entry);
        int base = base(entry);
        if (chunk[base] != key) {
            return false;
        }
        for (int w = 0; w < words; w++) {
            long seen = chunk[base + HEAD_WORDS + w];
            long differing = (seen ^ mask[w]) & exactMask[w];
            if (differing != 0 || (seen & ~mask[w]) != 0) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        buckets = memory.doubled(buckets);
        Arrays.fill(buckets, NONE);
        for (int entry = 0; entry < size; entry++) {
            long[] chunk = chunk(entry);
            int base = base(entry);
            int bucket = hash(chunk[base], chunk, base + HEAD_WORDS) & (buckets.length - 1);
            chains.get(entry >>> CHUNK_BITS)[entry & (CHUNK_ENTRIES - 1)] = buckets[bucket];
            buckets[bucket] = entry;
        }
    }

    private int hash(long key, long[] mask, int offset) {
        long h = spread(key);
        for (int w = 0; w < words; w++) {
            h = spread(h ^ (mask[offset + w] & exactMask[w]));
        }
        return (int) (h ^ (h >>> 32));
    }

    /** The finalizer of SplitMix64: every input bit reaches every output bit. */
    private static long spread(long value) {
        long h = value + 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }

    private static long pack(int high, int low) {
        return ((long) high << 32) | (low & 0xFFFFFFFFL);
    }

    private long[] chunk(int entry) {
        return chunks.get(entry >>> CHUNK_BITS);
    }

    private int base(int entry) {
        return (entry & (CHUNK_ENTRIES - 1)) * stride;
    }

    private int chain(int entry) {
        return chains.get(entry >>> CHUNK_BITS)[entry & (CHUNK_ENTRIES - 1)];
    }
}
