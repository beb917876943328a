package dev.danta.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors that its authors publish: key 00, 01, ..., 0f; input 00, 01, ... */
class KeyedHashTest {
    @ParameterizedTest
    @CsvSource({"0, 726fdb47dd0e0e31", "1, 74f839c593dc67fd", "8, 93f5f5799a932462", "15, a129ca6149be45e5"})
    void isSipHash(int size, String expected) {
        KeyedHash hash = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        for (int i = 0; i < size; i++) {
            hash.add((byte) i);
        }

        assertThat(Long.toHexString(hash.end())).isEqualTo(expected);
    }

    /** Eight bytes at once, wherever they begin, are those eight bytes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 7, 8, 15, 16, 41})
    void whatIsAddedAtOnceIsAddedByteByByte(int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (200 - 37 * i);
        }
        for (int before = 0; before < Long.BYTES; before++) {
            KeyedHash together = new KeyedHash(1, 2);
            KeyedHash single = new KeyedHash(1, 2);
            for (int i = 0; i < before; i++) {
                together.add((byte) -i);
                single.add((byte) -i);
            }
            together.add(Bytes.copyOf(content));
            for (int i = 0; i < Long.BYTES; i++) {
                single.add(i == 0 ? (byte) size : 0);
            }
            for (byte one : content) {
                single.add(one);
            }

            assertThat(together.end()).isEqualTo(single.end());
        }
    }
}
