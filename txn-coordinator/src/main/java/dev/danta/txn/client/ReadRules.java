package dev.danta.txn.client;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Version;
import dev.danta.txn.ReadAnswer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rules by which a client counts the answers to strict reads (protocol.md 5.1), takes those to feeds (7), and takes what it
 * remembers for fresh. Tests of the simulator break them.
 */
public interface ReadRules {
    /** The protocol's. */
    ReadRules PROTOCOL = new ReadRules() {};

    /** How feeds vouch for what is remembered of relaxed reads. */
    default FreshRules fresh() {
        return FreshRules.PROTOCOL;
    }

    /** Whether {@code answer} is one of the q that a key read needs: nobody is about to write the key there. */
    default boolean counts(ReadAnswer.KeyRead answer) {
        return answer.writer() == null;
    }

    /** Whether {@code answer} is one of the q of its shard that a validation needs. */
    default boolean counts(ReadAnswer answer) {
        return answer instanceof ReadAnswer.Valid;
    }

    /** Whether what was read of several keys, here and there, must be validated before it is an answer. */
    default boolean mustValidate() {
        return true;
    }

    /**
     * The timestamp by which versions of one key are merged: "never there" ranks as a deletion at the {@code deletedBelow}
     * of the replica that says so (protocol.md 4.1).
     */
    default Timestamp rank(Version version, Timestamp deletedBelow) {
        return version.equals(Version.NEVER_THERE) ? deletedBelow : version.timestamp();
    }

    /** Whether the first version of a key that a transaction sees is the one that it records (protocol.md 4.1). */
    default boolean keepsFirst() {
        return true;
    }

    /**
     * Those of the shards on which a range was read that take part, with what was seen there: also where that was nothing
     * (protocol.md 4.1).
     */
    default SortedMap<ShardId, RangeRead> participants(SortedMap<ShardId, RangeRead> shares) {
        return shares;
    }

    /**
     * What of one shard's answers to a round counts in the next one, which is begun because a replica had forgotten more
     * than this round allowed: nothing.
     */
    default SortedMap<ReplicaId, ReadAnswer> carriedOver(SortedMap<ReplicaId, ReadAnswer> answers) {
        return new TreeMap<>();
    }

    /** Whether an answer up to {@code upTo} goes on from {@code after}, a feed's cursor: only in the same log, and not back. */
    default boolean goesOn(LogPosition after, LogPosition upTo) {
        return after.isAtOrBefore(upTo);
    }
}
