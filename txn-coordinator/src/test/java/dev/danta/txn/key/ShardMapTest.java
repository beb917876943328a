package dev.danta.txn.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.occ.Key;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 10: which shard a key lives on. The golden shards are a format: they must never change. */
class ShardMapTest {
    private static int shard(int shards, String space, Object first) {
        return new ShardMap(shards)
                .shardOf(KeyLayout.key(space, "c", List.of(first)))
                .number();
    }

    @Test
    void theseKeysLiveOnTheseShards() {
        assertThat(shard(8, "shop", "sku-1")).isEqualTo(7);
        assertThat(shard(8, "shop", "sku-2")).isEqualTo(4);
        assertThat(shard(8, "shop", 42L)).isEqualTo(0);
        assertThat(shard(8, "bank", "sku-1")).isEqualTo(2);
        assertThat(shard(64, "shop", "")).isEqualTo(17);
        assertThat(shard(64, "shop", Bytes.wrap(new byte[] {0, 7}))).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 100})
    void rowsOfAllCollectionsWithTheSameFirstElementLiveTogether(int shards) {
        ShardMap map = new ShardMap(shards);
        for (int i = 0; i < 500; i++) {
            ShardId home = map.shardOf(KeyLayout.key("shop", "orders", List.of("o" + i)));
            assertThat(map.shardOf(KeyLayout.key("shop", "lines", List.of("o" + i, 3L))))
                    .isEqualTo(home);
            assertThat(map.shardOf(KeyLayout.key("shop", "a\0b", List.of("o" + i, "", Bytes.EMPTY))))
                    .isEqualTo(home);
            assertThat(home.number()).isBetween(0, shards - 1);
        }
    }

    private static void checkSpread(int shards, IntFunction<Object> first) {
        int keys = 20_000;
        int[] counts = new int[shards];
        for (int i = 0; i < keys; i++) {
            counts[shard(shards, "shop", first.apply(i))]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(keys / shards * 8 / 10, keys / shards * 12 / 10);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 8, 16})
    void keysSpreadEvenlyOverTheShards(int shards) {
        checkSpread(shards, i -> (long) i);
        checkSpread(shards, i -> "account-" + i);
        checkSpread(shards, i -> Bytes.wrap(new byte[] {(byte) i, (byte) (i >> 8)}));
    }

    @Test
    void theseBytesBelongToThesePlaces() {
        assertThat(ShardMap.placeOf(Bytes.EMPTY, 1_000)).isEqualTo(458);
        assertThat(ShardMap.placeOf(Bytes.utf8("a"), 1_000)).isEqualTo(429);
        assertThat(ShardMap.placeOf(Bytes.utf8("red"), 1_000)).isEqualTo(425);
        assertThat(ShardMap.placeOf(Bytes.utf8("red"), 1)).isZero();
    }

    @Test
    void aClusterHasAShard() {
        assertThatThrownBy(() -> new ShardMap(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyOfAnotherLayoutHasNoShard() {
        assertThatThrownBy(() -> new ShardMap(3).shardOf(new Key(Bytes.utf8("loose"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
