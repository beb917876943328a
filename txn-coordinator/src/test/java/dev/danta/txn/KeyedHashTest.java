package dev.danta.txn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
