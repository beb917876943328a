package dev.danta.node.storage;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.runtime.StorageException;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.wire.codec.StorageCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/**
 * Reads the tables within one transaction, which it owns. Everything is copied out: what LMDB hands back is its own memory,
 * and the next call repoints it. Not thread-safe, but not bound to a thread either.
 */
final class Reader implements LmdbReplicaStore.View {
    static final String WATERMARKS = "watermarks";
    static final String EPOCH = "epoch";
    static final String LOG_EPOCH = "log-epoch";

    private final Tables tables;
    private final Txn<ByteBuffer> txn;
    private final ByteBuffer key = ByteBuffer.allocateDirect(StoredKeys.KEY_BYTES_MAX);
    private @Nullable Cursor<ByteBuffer> versions;

    Reader(Tables tables, Txn<ByteBuffer> txn) {
        this.tables = tables;
        this.txn = txn;
    }

    Txn<ByteBuffer> txn() {
        return txn;
    }

    /** Lets go of the snapshot but keeps the transaction for {@link #renew()}; of read transactions only. */
    void reset() {
        txn.reset();
    }

    /** Takes a snapshot of what is durable now. */
    void renew() {
        txn.renew();
        if (versions != null) {
            versions.renew(txn);
        }
    }

    /** Ends the transaction without its changes, if it had any. */
    void close() {
        closeCursor();
        txn.close();
    }

    /** Makes the changes of the transaction durable, and ends it. */
    void commit() {
        closeCursor();
        txn.commit();
        txn.close();
    }

    private void closeCursor() {
        if (versions != null) {
            versions.close();
            versions = null;
        }
    }

    @Nullable
    OpRecord record(Timestamp id) {
        byte[] stored = get(tables.records(), keyOf(id));
        return stored == null ? null : StorageCodec.decodeRecord(id, stored);
    }

    byte @Nullable [] meta(byte[] name) {
        return get(tables.meta(), key.clear().put(name).flip());
    }

    List<Timestamp> undecided() {
        List<Timestamp> ids = new ArrayList<>();
        try (Cursor<ByteBuffer> cursor = tables.undecided().openCursor(txn)) {
            for (boolean found = cursor.first(); found; found = cursor.next()) {
                ids.add(StoredKeys.takeTimestamp(cursor.key()));
            }
        }
        return ids;
    }

    List<OpRecord> records(Timestamp after, Timestamp upTo, int most) {
        List<OpRecord> found = new ArrayList<>();
        try (Cursor<ByteBuffer> cursor = tables.records().openCursor(txn)) {
            boolean more = cursor.get(keyOf(after), GetOp.MDB_SET_RANGE);
            while (more && found.size() < most) {
                Timestamp id = StoredKeys.takeTimestamp(cursor.key());
                if (id.isAbove(upTo)) {
                    break;
                }
                if (id.isAbove(after)) {
                    found.add(StorageCodec.decodeRecord(id, copyOf(cursor.val())));
                }
                more = cursor.next();
            }
        }
        return found;
    }

    long recordCount() {
        return tables.records().stat(txn).entries;
    }

    long undecidedCount() {
        return tables.undecided().stat(txn).entries;
    }

    Timestamp greatestId() {
        try (Cursor<ByteBuffer> cursor = tables.records().openCursor(txn)) {
            return cursor.last() ? StoredKeys.takeTimestamp(cursor.key()) : Timestamp.ZERO;
        }
    }

    Watermarks watermarks() {
        byte[] stored = meta(WATERMARKS.getBytes(StandardCharsets.US_ASCII));
        return stored == null ? Watermarks.NONE : StorageCodec.decodeWatermarks(stored);
    }

    @Nullable
    EpochState epoch() {
        byte[] stored = meta(EPOCH.getBytes(StandardCharsets.US_ASCII));
        return stored == null ? null : StorageCodec.decodeEpoch(stored);
    }

    @Override
    public LogIncarnation logIncarnation() {
        byte[] disk = meta(FolderFacts.INCARNATION_KEY.getBytes(StandardCharsets.US_ASCII));
        if (disk == null) {
            throw new StorageException("a folder that was founded has an incarnation");
        }
        return new LogIncarnation(ByteBuffer.wrap(disk).getLong(), logEpoch());
    }

    /** The epoch with which the log began. */
    private Epoch logEpoch() {
        byte[] stored = meta(LOG_EPOCH.getBytes(StandardCharsets.US_ASCII));
        return stored == null ? Epoch.FIRST : new Epoch(ByteBuffer.wrap(stored).getLong());
    }

    @Override
    public List<Key> relaxedKeys(Bytes after, int most) {
        List<Key> found = new ArrayList<>();
        key.clear();
        key.put(after.toArray()).flip();
        try (Cursor<ByteBuffer> cursor = tables.relaxed().openCursor(txn)) {
            boolean more = after.size() == 0 ? cursor.first() : cursor.get(key, GetOp.MDB_SET_RANGE);
            while (more && found.size() < most) {
                Key name = new Key(Bytes.wrap(copyOf(cursor.key())));
                if (name.bytes().compareTo(after) > 0) {
                    found.add(name);
                }
                more = cursor.next();
            }
        }
        return found;
    }

    @Override
    public long logStart() {
        try (Cursor<ByteBuffer> cursor = tables.log().openCursor(txn)) {
            return cursor.first() ? cursor.key().getLong() : 1;
        }
    }

    @Override
    public long logEnd() {
        try (Cursor<ByteBuffer> cursor = tables.log().openCursor(txn)) {
            return cursor.last() ? cursor.key().getLong() : 0;
        }
    }

    @Override
    public List<LogEntry> log(long after, int most) {
        List<LogEntry> entries = new ArrayList<>();
        try (Cursor<ByteBuffer> cursor = tables.log().openCursor(txn)) {
            boolean more = cursor.get(key.clear().putLong(after + 1).flip(), GetOp.MDB_SET_RANGE);
            while (more && entries.size() < most) {
                entries.add(StorageCodec.decodeLogEntry(copyOf(cursor.val())));
                more = cursor.next();
            }
        }
        return entries;
    }

    List<LogCursor> cursors() {
        List<LogCursor> cursors = new ArrayList<>();
        try (Cursor<ByteBuffer> cursor = tables.cursors().openCursor(txn)) {
            for (boolean found = cursor.first(); found; found = cursor.next()) {
                ReplicaId source = new ReplicaId(cursor.key().getInt());
                cursors.add(new LogCursor(source, StorageCodec.decodePosition(copyOf(cursor.val()))));
            }
        }
        return cursors;
    }

    /** All versions of {@code wanted} at or below {@code upTo}, the newest first. */
    List<Version> versions(Key wanted, Timestamp upTo) {
        List<Version> found = new ArrayList<>();
        key.clear();
        StoredKeys.putGrouped(key, wanted);
        int shared = key.position();
        StoredKeys.putInverted(key, upTo);
        key.flip();
        try (Cursor<ByteBuffer> cursor = tables.versions().openCursor(txn)) {
            boolean more = cursor.get(key, GetOp.MDB_SET_RANGE);
            while (more) {
                ByteBuffer place = cursor.key();
                if (place.remaining() != shared + StoredKeys.TIMESTAMP_BYTES
                        || !place.slice(0, shared).equals(key.slice(0, shared))) {
                    break;
                }
                place.position(shared);
                Timestamp timestamp = StoredKeys.takeInverted(place);
                found.add(StorageCodec.decodeVersion(timestamp, copyOf(cursor.val())));
                more = cursor.next();
            }
        }
        return found;
    }

    @Override
    public Timestamp deletedBelow() {
        return watermarks().deletedBelow();
    }

    @Override
    public Version newest(Key wanted) {
        key.clear();
        StoredKeys.putGrouped(key, wanted);
        key.flip();
        Cursor<ByteBuffer> cursor = versionsCursor();
        if (!cursor.get(key, GetOp.MDB_SET_RANGE)) {
            return Version.NEVER_THERE;
        }
        ByteBuffer found = cursor.key();
        int shared = key.limit();
        if (found.remaining() != shared + StoredKeys.TIMESTAMP_BYTES
                || !found.slice(0, shared).equals(key)) {
            return Version.NEVER_THERE;
        }
        found.position(shared);
        Timestamp timestamp = StoredKeys.takeInverted(found);
        return StorageCodec.decodeVersion(timestamp, copyOf(cursor.val()));
    }

    @Override
    public Version newest(Key wanted, Timestamp upTo) {
        key.clear();
        StoredKeys.putGrouped(key, wanted);
        int shared = key.position();
        StoredKeys.putInverted(key, upTo);
        key.flip();
        Cursor<ByteBuffer> cursor = versionsCursor();
        if (!cursor.get(key, GetOp.MDB_SET_RANGE)) {
            return Version.NEVER_THERE;
        }
        ByteBuffer found = cursor.key();
        if (found.remaining() != shared + StoredKeys.TIMESTAMP_BYTES
                || !found.slice(0, shared).equals(key.slice(0, shared))) {
            return Version.NEVER_THERE;
        }
        found.position(shared);
        Timestamp timestamp = StoredKeys.takeInverted(found);
        return StorageCodec.decodeVersion(timestamp, copyOf(cursor.val()));
    }

    private Cursor<ByteBuffer> versionsCursor() {
        if (versions == null) {
            versions = tables.versions().openCursor(txn);
        }
        return versions;
    }

    /** The newest version of a key comes first; from there it goes on behind the oldest that the key could have. */
    @Override
    public void scan(KeyRange range, Visitor visitor) {
        Cursor<ByteBuffer> cursor = versionsCursor();
        key.clear();
        StoredKeys.putGrouped(key, range.from());
        key.flip();
        while (cursor.get(key, GetOp.MDB_SET_RANGE)) {
            ByteBuffer found = cursor.key();
            Key name = StoredKeys.takeGrouped(found);
            if (name.compareTo(range.to()) >= 0) {
                return;
            }
            Timestamp timestamp = StoredKeys.takeInverted(found);
            if (!visitor.visit(name, StorageCodec.decodeVersion(timestamp, copyOf(cursor.val())))) {
                return;
            }
            key.clear();
            StoredKeys.putGrouped(key, name);
            StoredKeys.putInverted(key, Timestamp.ZERO);
            key.flip();
        }
    }

    /** Before the versions of a key come those of the key below, the oldest last. */
    @Override
    public void scanBack(KeyRange range, Visitor visitor) {
        Cursor<ByteBuffer> cursor = versionsCursor();
        boolean isBelow = seek(cursor, range.to()) ? cursor.prev() : cursor.last();
        while (isBelow) {
            Key name = StoredKeys.takeGrouped(cursor.key());
            if (name.compareTo(range.from()) < 0 || !seek(cursor, name)) {
                return;
            }
            ByteBuffer newest = cursor.key();
            newest.position(key.limit());
            Timestamp timestamp = StoredKeys.takeInverted(newest);
            if (!visitor.visit(name, StorageCodec.decodeVersion(timestamp, copyOf(cursor.val())))) {
                return;
            }
            isBelow = cursor.prev();
        }
    }

    /** To the newest version of {@code wanted}, or to whatever comes behind it; false if nothing does. */
    private boolean seek(Cursor<ByteBuffer> cursor, Key wanted) {
        key.clear();
        StoredKeys.putGrouped(key, wanted);
        key.flip();
        return cursor.get(key, GetOp.MDB_SET_RANGE);
    }

    @Override
    public @Nullable RelaxedState relaxed(Key wanted) {
        key.clear();
        StoredKeys.putPlain(key, wanted);
        byte[] stored = get(tables.relaxed(), key.flip());
        return stored == null ? null : StorageCodec.decodeRelaxed(stored);
    }

    private ByteBuffer keyOf(Timestamp id) {
        key.clear();
        StoredKeys.putTimestamp(key, id);
        return key.flip();
    }

    private byte @Nullable [] get(Dbi<ByteBuffer> table, ByteBuffer wanted) {
        ByteBuffer found = table.get(txn, wanted);
        return found == null ? null : copyOf(found);
    }

    private static byte[] copyOf(ByteBuffer found) {
        byte[] copy = new byte[found.remaining()];
        found.get(copy);
        return copy;
    }
}
