package dev.danta.txn.participant;

/**
 * How much of its state a replica looks at, or tells, at once. None of it touches safety.
 *
 * @param keysHashedMax how many keys are looked at to say in hashes what there is, however many are asked for
 * @param keysComparedMax how many keys are looked at for ranges that somebody else has made, who may have fewer keys in them
 * @param keysSentMax how many keys go into one answer
 * @param bytesSentMax about how many bytes go into it; one key may be larger
 * @param rangeBytesMax a part of a range that is read is full when it has this many bytes of keys and values, or more by its
 *     last one
 */
public record StatePages(
        int keysHashedMax, int keysComparedMax, int keysSentMax, long bytesSentMax, long rangeBytesMax) {
    public static final StatePages DEFAULTS = new StatePages(8 * 1_024, 16 * 1_024, 256, 1 << 20, 1 << 18);

    public StatePages {
        if (keysHashedMax < 1 || keysComparedMax < 1 || keysSentMax < 1 || bytesSentMax < 1 || rangeBytesMax < 1) {
            throw new IllegalArgumentException("every answer holds something");
        }
    }
}
