package dev.danta.node.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/**
 * The databases of one environment.
 *
 * @param meta name of a fact about the folder to the fact
 * @param records id to what is known of the operation
 * @param undecided id of each record without a decision to nothing
 * @param versions key and inverted timestamp to the version
 * @param relaxed key to state
 * @param log number to entry
 * @param cursors number of a peer to how far its log was absorbed
 */
record Tables(
        Dbi<ByteBuffer> meta,
        Dbi<ByteBuffer> records,
        Dbi<ByteBuffer> undecided,
        Dbi<ByteBuffer> versions,
        Dbi<ByteBuffer> relaxed,
        Dbi<ByteBuffer> log,
        Dbi<ByteBuffer> cursors) {
    static final int COUNT = 7;

    static Tables open(Env<ByteBuffer> env, Txn<ByteBuffer> txn) {
        return new Tables(
                database(env, txn, "meta"),
                database(env, txn, "records"),
                database(env, txn, "undecided"),
                database(env, txn, "versions"),
                database(env, txn, "relaxed"),
                database(env, txn, "log"),
                database(env, txn, "cursors"));
    }

    private static Dbi<ByteBuffer> database(Env<ByteBuffer> env, Txn<ByteBuffer> txn, String name) {
        @Nullable Comparator<ByteBuffer> ownOrder = null;
        return env.openDbi(txn, name.getBytes(StandardCharsets.US_ASCII), ownOrder, false, DbiFlags.MDB_CREATE);
    }
}
