package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.testkit.EmbeddedCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code danta txn status}. */
final class TxnCommandTest {
    private static final String CLIENT = "@0123456789abcdef0123456789abcdef";

    @Test
    void itSaysWhatBecameOfATransaction() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).build();
                DantaClient client = cluster.client()) {
            String at = String.join(",", cluster.endpoints());
            Space space = client.space("shop");
            Table<Long> stock = space.table("stock", Codecs.LONG, Mode.STRICT);
            String committed;
            try (Tx tx = space.begin()) {
                tx.put(stock, Key.of("a"), 1L);
                committed = tx.commit().timestamp();
            }

            Danta known = Danta.run("txn", "status", committed, "--at", at);
            assertThat(known.out()).isEqualTo(committed + " took effect\n");
            assertThat(known.exitCode()).isZero();

            long now = System.currentTimeMillis() * 1_000;
            Danta nobody = Danta.run("txn", "status", now + CLIENT, "--at", at, "--within", "300ms");
            assertThat(nobody.out()).contains("nobody knows");
            assertThat(nobody.exitCode()).isEqualTo(3);

            String handle = now + CLIENT + "/0";
            Danta never = Danta.run("txn", "status", handle, "--at", at, "--json");
            assertThat(never.out()).isEqualTo("{\"id\":\"" + handle + "\",\"outcome\":\"not_applied\"}\n");
            assertThat(never.exitCode()).isZero();

            for (String id : List.of("x", "1@2", "5" + CLIENT + "/x", "")) {
                Danta wrong = Danta.run("txn", "status", id, "--at", at);
                assertThat(wrong.err())
                        .contains("'" + id + "' is not a transaction's id or handle")
                        .doesNotContain("\tat ");
                assertThat(wrong.exitCode()).isEqualTo(2);
            }
        }
    }

    @Test
    void withoutAClusterItFailsInTime() {
        Danta alone = Danta.run("txn", "status", "1" + CLIENT, "--at", "127.0.0.1:1", "--within", "2s");

        assertThat(alone.err()).contains("no node answered within 2000 ms: 127.0.0.1:1");
        assertThat(alone.exitCode()).isEqualTo(1);
    }
}
