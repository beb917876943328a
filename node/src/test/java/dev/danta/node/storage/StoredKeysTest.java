package dev.danta.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredKeysTest {
    @Test
    void theLongestKeyFitsWithItsTimestamp() {
        byte[] ones = new byte[Key.SIZE_MAX];
        Arrays.fill(ones, (byte) -1);
        ByteBuffer target = ByteBuffer.allocate(StoredKeys.KEY_BYTES_MAX);
        StoredKeys.putGrouped(target, new Key(Bytes.wrap(ones)));
        StoredKeys.putInverted(target, Timestamp.ZERO);
        assertThat(target.remaining()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void groupedKeysAreOrderedAsKeysAndNoneBeginsAnother(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Key one = new Key(Bytes.wrap(content(random, 1 + random.nextInt(70))));
            Key other = neighbour(random, one);
            byte[] first = grouped(one);
            byte[] second = grouped(other);
            assertThat(Integer.signum(Arrays.compareUnsigned(first, second)))
                    .isEqualTo(Integer.signum(one.compareTo(other)));
            if (!one.equals(other)) {
                int common = Arrays.mismatch(first, second);
                assertThat(common).isLessThan(Math.min(first.length, second.length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void timestampsComeBackAndInvertedOnesAreOrderedBackwards(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            Timestamp one = timestamp(random);
            Timestamp other = timestamp(random);
            ByteBuffer plain = ByteBuffer.allocate(StoredKeys.TIMESTAMP_BYTES);
            StoredKeys.putTimestamp(plain, one);
            assertThat(StoredKeys.takeTimestamp(plain.flip())).isEqualTo(one);
            byte[] first = inverted(one);
            byte[] second = inverted(other);
            assertThat(Integer.signum(Arrays.compareUnsigned(second, first)))
                    .isEqualTo(Integer.signum(one.compareTo(other)));
            assertThat(StoredKeys.takeInverted(ByteBuffer.wrap(first))).isEqualTo(one);
        }
    }

    private static byte[] inverted(Timestamp timestamp) {
        byte[] target = new byte[StoredKeys.TIMESTAMP_BYTES];
        StoredKeys.putInverted(ByteBuffer.wrap(target), timestamp);
        return target;
    }

    private static Timestamp timestamp(Random random) {
        long time = random.nextInt(4) == 0 ? 5 : random.nextLong() & Long.MAX_VALUE;
        return new Timestamp(time, new ClientId(random.nextInt(3) - 1, random.nextLong()));
    }

    private static byte[] grouped(Key key) {
        byte[] bytes = new byte[StoredKeys.KEY_BYTES_MAX];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        StoredKeys.putGrouped(target, key);
        return Arrays.copyOf(bytes, target.position());
    }

    /** Often {@code key} itself with something cut off or put behind. */
    private static Key neighbour(Random random, Key key) {
        byte[] bytes = key.bytes().toArray();
        if (random.nextBoolean()) {
            return new Key(Bytes.wrap(Arrays.copyOf(bytes, 1 + random.nextInt(70))));
        }
        bytes[random.nextInt(bytes.length)]++;
        return new Key(Bytes.wrap(bytes));
    }

    private static byte[] content(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
        }
        return bytes;
    }
}
