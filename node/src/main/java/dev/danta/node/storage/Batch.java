package dev.danta.node.storage;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.replica.AppendLog;
import dev.danta.ir.replica.DropRecord;
import dev.danta.ir.replica.InstallRecord;
import dev.danta.ir.replica.PutCursor;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.replica.PutWatermarks;
import dev.danta.ir.replica.StartLog;
import dev.danta.ir.replica.TruncateLog;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Mutation;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.txn.participant.DropRelaxed;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.Thinning;
import dev.danta.wire.codec.StorageCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.lmdbjava.Dbi;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/** A write transaction, and reads that see what it has changed. Belongs to the thread that began it. */
final class Batch {
    private final Tables tables;
    private final Txn<ByteBuffer> txn;
    private final Reader reader;
    private final WriteBuffers buffers;

    Batch(Tables tables, Txn<ByteBuffer> txn, WriteBuffers buffers) {
        this.tables = tables;
        this.txn = txn;
        this.reader = new Reader(tables, txn);
        this.buffers = buffers;
    }

    Reader reader() {
        return reader;
    }

    void apply(Mutation mutation) {
        if (mutation instanceof PutRecord put) {
            put(put.record());
        } else if (mutation instanceof InstallRecord install) {
            put(install.record());
        } else if (mutation instanceof PutEpoch put) {
            putMeta(Reader.EPOCH.getBytes(StandardCharsets.US_ASCII), StorageCodec.encodeEpoch(put.epoch()));
        } else if (mutation instanceof StartLog start) {
            tables.log().drop(txn);
            putMeta(
                    Reader.LOG_EPOCH.getBytes(StandardCharsets.US_ASCII),
                    ByteBuffer.allocate(Long.BYTES)
                            .putLong(start.epoch().number())
                            .array());
        } else if (mutation instanceof PutVersion put) {
            put(put.key(), put.version());
        } else if (mutation instanceof PutRelaxed put) {
            ByteBuffer value = buffers.value(StorageCodec.encodeRelaxed(put.state()));
            tables.relaxed().put(txn, buffers.key(key -> StoredKeys.putPlain(key, put.key())), value);
        } else if (mutation instanceof DropRelaxed drop) {
            tables.relaxed().delete(txn, buffers.key(key -> StoredKeys.putPlain(key, drop.key())));
        } else if (mutation instanceof Thinning thinning) {
            thin(thinning);
        } else if (mutation instanceof AppendLog append) {
            ByteBuffer entry = buffers.value(StorageCodec.encodeLogEntry(append.entry()));
            tables.log().put(txn, buffers.key(key -> key.putLong(append.number())), entry);
        } else if (mutation instanceof PutCursor put) {
            ByteBuffer position =
                    buffers.value(StorageCodec.encodePosition(put.cursor().position()));
            int source = put.cursor().source().number();
            tables.cursors().put(txn, buffers.key(key -> key.putInt(source)), position);
        } else if (mutation instanceof PutWatermarks put) {
            putMeta(
                    Reader.WATERMARKS.getBytes(StandardCharsets.US_ASCII),
                    StorageCodec.encodeWatermarks(put.watermarks()));
        } else if (mutation instanceof TruncateLog truncate) {
            for (long number = truncate.first(); number <= truncate.last(); number++) {
                long dropped = number;
                tables.log().delete(txn, buffers.key(key -> key.putLong(dropped)));
            }
        } else if (mutation instanceof DropRecord drop) {
            ByteBuffer id = buffers.key(key -> StoredKeys.putTimestamp(key, drop.id()));
            tables.records().delete(txn, id);
            tables.undecided().delete(txn, id);
        } else {
            Invariant.check(false, "the store knows this kind of change", mutation);
        }
    }

    private void thin(Thinning thinning) {
        TreeMap<Timestamp, Version> kept = new TreeMap<>();
        // Not the ones above: of a busy key those are all that a minute has brought, and it is thinned with each of its
        // writes.
        reader.versions(thinning.key(), thinning.upTo()).forEach(version -> kept.put(version.timestamp(), version));
        List<Timestamp> before = List.copyOf(kept.keySet());
        thinning.thin(kept);
        for (Timestamp timestamp : before) {
            if (!kept.containsKey(timestamp)) {
                tables.versions().delete(txn, place(thinning.key(), timestamp));
            }
        }
    }

    private ByteBuffer place(Key key, Timestamp timestamp) {
        return buffers.key(target -> {
            StoredKeys.putGrouped(target, key);
            StoredKeys.putInverted(target, timestamp);
        });
    }

    private void put(OpRecord known) {
        ByteBuffer id = buffers.key(key -> StoredKeys.putTimestamp(key, known.id()));
        tables.records().put(txn, id, buffers.value(StorageCodec.encodeRecord(known)));
        if (known.decision() == null) {
            tables.undecided().put(txn, id, buffers.value(new byte[0]));
        } else {
            tables.undecided().delete(txn, id);
        }
    }

    private void put(Key key, Version version) {
        Timestamp timestamp = version.timestamp();
        ByteBuffer value = buffers.value(StorageCodec.encodeVersion(version));
        tables.versions().put(txn, place(key, timestamp), value, PutFlags.MDB_NOOVERWRITE);
    }

    void putMeta(byte[] name, byte[] fact) {
        put(tables.meta(), name, fact);
    }

    private void put(Dbi<ByteBuffer> table, byte[] name, byte[] fact) {
        table.put(txn, buffers.key(key -> key.put(name)), buffers.value(fact));
    }

    void commit() {
        reader.commit();
    }

    void abort() {
        reader.close();
    }

    /** The memory through which keys and values go to LMDB; used for one put after the other. */
    static final class WriteBuffers {
        private static final int VALUE_BYTES_AT_FIRST = 4096;

        private final ByteBuffer key = ByteBuffer.allocateDirect(StoredKeys.KEY_BYTES_MAX);
        private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES_AT_FIRST);

        ByteBuffer key(Consumer<ByteBuffer> content) {
            key.clear();
            content.accept(key);
            return key.flip();
        }

        ByteBuffer value(byte[] content) {
            if (content.length > value.capacity()) {
                value = ByteBuffer.allocateDirect(Integer.highestOneBit(content.length) * 2);
            }
            value.clear();
            return value.put(content).flip();
        }
    }
}
