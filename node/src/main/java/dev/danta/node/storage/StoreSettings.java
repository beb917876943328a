package dev.danta.node.storage;

/**
 * How much LMDB may map, and when it syncs.
 *
 * @param mapSizeBytes what is mapped at first; a large map costs address space only, a small one a pause at each growth
 * @param mapSizeBytesMax up to which the map is doubled when it is full; it caps the size of the store's file
 * @param durability whether a commit waits for the disk; without, it is fast and a restart of the machine loses the replica
 * @param snapshotsMax how many snapshots may be read at the same time; more readers than that wait for one another
 */
public record StoreSettings(long mapSizeBytes, long mapSizeBytesMax, int snapshotsMax, Durability durability) {
    /** Below this LMDB cannot even create the databases. */
    public static final long MAP_SIZE_BYTES_MIN = 64 * 1024;

    /** A map that no first store outgrows, and a cap that stops a store before it fills most disks. */
    public static final StoreSettings DEFAULT = new StoreSettings(4L << 30, 256L << 30, 256);

    /** One that syncs each commit. */
    public StoreSettings(long mapSizeBytes, long mapSizeBytesMax, int snapshotsMax) {
        this(mapSizeBytes, mapSizeBytesMax, snapshotsMax, Durability.SYNC);
    }

    public StoreSettings {
        if (mapSizeBytes < MAP_SIZE_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "a map has at least " + MAP_SIZE_BYTES_MIN + " bytes, not " + mapSizeBytes);
        }
        if (mapSizeBytesMax < mapSizeBytes) {
            throw new IllegalArgumentException(
                    "a map of " + mapSizeBytes + " bytes is larger than its maximum, " + mapSizeBytesMax);
        }
        if (snapshotsMax < 1 || snapshotsMax > 10_000) {
            throw new IllegalArgumentException("snapshots are 1 to 10000, not " + snapshotsMax);
        }
    }
}
