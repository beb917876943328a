package dev.danta.wire;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.AccessSet;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What may travel in one message. Both ends of a cluster must use the same; whoever receives more refuses it.
 *
 * @param messageBytesMax of a client's message and frame; high lets one transaction touch much, low bounds what a stranger
 *     can make a node allocate
 * @param replyBytesMax of a node's message and frame; an answer or refusal carries up to keysPerTransactionMax values, and
 *     one that would be larger is lost
 * @param valueBytesMax of one value
 * @param keysPerTransactionMax reads and writes of one transaction on one shard together, and keys of one question
 * @param participantsMax shards of one transaction
 * @param envelopesPerFrameMax messages of one frame; high saves calls under load, low keeps a burst from delaying others
 * @param counterEntriesMax clients of one counter
 * @param textCharsMax of an explanation in words; longer ones are cut
 */
public record WireLimits(
        int messageBytesMax,
        int replyBytesMax,
        int valueBytesMax,
        int keysPerTransactionMax,
        int participantsMax,
        int envelopesPerFrameMax,
        int counterEntriesMax,
        int textCharsMax) {

    public static final WireLimits DEFAULT = new WireLimits(4 << 20, 16 << 20, 1 << 20, 4096, 1024, 1024, 65_536, 1000);

    /** What an envelope and a frame add around the largest message. */
    private static final int ENVELOPE_BYTES_MAX = 384;
    /** What the encoding adds to a key and its value, at most: a timestamp, tags and lengths. */
    private static final int ACCESS_BYTES_MAX = 48;

    public WireLimits {
        requireAtLeast("messageBytesMax", messageBytesMax, 4096);
        requireAtLeast("replyBytesMax", replyBytesMax, 4096);
        requireAtLeast("valueBytesMax", valueBytesMax, 0);
        requireAtLeast("keysPerTransactionMax", keysPerTransactionMax, 1);
        requireAtLeast("participantsMax", participantsMax, 1);
        requireAtLeast("envelopesPerFrameMax", envelopesPerFrameMax, 1);
        requireAtLeast("counterEntriesMax", counterEntriesMax, 1);
        requireAtLeast("textCharsMax", textCharsMax, 16);
        if (valueBytesMax > Math.min(messageBytesMax, replyBytesMax) - 2048) {
            throw new IllegalArgumentException("valueBytesMax must be at least 2048 below messageBytesMax and"
                    + " replyBytesMax, or the largest value could not travel: " + valueBytesMax);
        }
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
    }

    /** Why one shard's part of a transaction cannot travel, as a sentence without its subject; empty if it can. */
    public Optional<String> complaintAbout(AccessSet accesses) {
        int keys = accesses.size();
        if (keys > keysPerTransactionMax) {
            return Optional.of("touches " + keys + " keys on one shard, over the limit of " + keysPerTransactionMax);
        }
        long bytes = 0;
        for (Read read : accesses.seen()) {
            bytes += ACCESS_BYTES_MAX + read.key().bytes().size();
        }
        for (RangeRead range : accesses.ranges()) {
            bytes += ACCESS_BYTES_MAX
                    + range.range().from().bytes().size()
                    + range.range().to().bytes().size();
        }
        for (Write write : accesses.writes()) {
            Optional<String> complaint = complaintAbout(write.value());
            if (complaint.isPresent()) {
                return complaint.map(text -> "writes " + write.key() + ": " + text);
            }
            bytes += ACCESS_BYTES_MAX + write.key().bytes().size() + sizeOf(write.value());
        }
        long most = transactionBytesMax();
        return bytes <= most
                ? Optional.empty()
                : Optional.of("takes " + bytes + " bytes on one shard, over the limit of " + most);
    }

    /** Why a value cannot travel, as a sentence without its subject; empty if it can. */
    public Optional<String> complaintAbout(@Nullable Bytes value) {
        return sizeOf(value) <= valueBytesMax
                ? Optional.empty()
                : Optional.of("a value of " + sizeOf(value) + " bytes is over the limit of " + valueBytesMax);
    }

    /** Bytes left to the keys and values of one shard's part of a transaction when everything around them is largest. */
    private long transactionBytesMax() {
        return (long) messageBytesMax - ENVELOPE_BYTES_MAX - 5L * Math.min(participantsMax, messageBytesMax / 16);
    }

    private static int sizeOf(@Nullable Bytes value) {
        return value == null ? 0 : value.size();
    }
}
