package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Space;
import dev.danta.client.Table;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** protocol.md 7, as an application sees it. */
@Timeout(120)
final class ForgottenOutcomeTest {
    /** A transaction of 2001: whether there was one nobody knows any more, and nobody says that it was aborted. */
    private static final String LONG_AGO = "1000000000000000@00000000000000000000000000000007/0";

    @Test
    void whatIsForgottenIsUnknownAndNotAborted() {
        Duration often = Duration.ofMillis(50);
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                        .shards(1)
                        .forgetting(Duration.ofSeconds(5), often)
                        .build();
                DantaClient client =
                        cluster.clientBuilder().deadline(Duration.ofSeconds(60)).build()) {
            // Until replicas have deleted anything, it is one that nobody has heard of, and asking aborts it.
            Outcome outcome = Outcome.NOT_APPLIED;
            while (outcome != Outcome.UNKNOWN) {
                outcome = client.outcomeOf(LONG_AGO).resolve(Duration.ofSeconds(30));
            }
            Space shop = client.space("shop");
            Table<String> table = shop.table("stock", Codecs.STRING, Mode.STRICT);
            shop.run(tx -> {
                tx.put(table, Key.of("a"), "later");
                return null;
            });
            String read = shop.run(tx -> tx.get(table, Key.of("a")).orElse("nothing"));
            assertThat(read).isEqualTo("later");
        }
    }
}
