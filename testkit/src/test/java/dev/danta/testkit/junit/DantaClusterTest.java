package dev.danta.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.txn.AppendTxn.Step;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.testkit.EmbeddedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As an application would write its tests. */
@DantaCluster(shards = 2)
@Timeout(120)
final class DantaClusterTest {
    private static final int USERS = 4;
    private static final int EACH = 40;

    private final EmbeddedCluster own;

    DantaClusterTest(EmbeddedCluster own) {
        this.own = own;
    }

    @Test
    void nodesMayDieUnderUsersWhoseHistoryIsJudged(EmbeddedCluster cluster, DantaClient client)
            throws InterruptedException {
        assertThat(cluster).isSameAs(own);
        RecordedTable table = new RecordedTable(client, "shop", "recorded");
        CountDownLatch half = new CountDownLatch(USERS * EACH / 2);
        List<Thread> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            Random random = new Random(i);
            String name = "user " + i;
            users.add(new Thread(() -> {
                for (int n = 0; n < EACH; n++) {
                    String key = "k" + random.nextInt(3);
                    if (random.nextInt(10) == 0) {
                        table.delete(key);
                    } else if (random.nextBoolean()) {
                        table.put(key, name + ", " + n);
                    } else {
                        table.get(key);
                    }
                    half.countDown();
                }
            }));
        }
        users.forEach(Thread::start);
        assertThat(half.await(60, TimeUnit.SECONDS)).isTrue();
        cluster.killNode(3);
        for (Thread user : users) {
            user.join();
        }
        cluster.startNode(3);

        assertThat(table.answered()).isEqualTo(USERS * EACH);
        table.assertLinearizable();
    }

    @Test
    void whatNobodyWroteIsNotExplained(DantaClient client) {
        RecordedTable table = new RecordedTable(client, "shop", "written by others, too");
        table.put("k", "ours");
        Space shop = client.space("shop");
        Table<String> same = shop.table("written by others, too", Codecs.STRING, Mode.STRICT);
        shop.execute(tx -> tx.put(same, Key.of("k"), "theirs"));
        assertThat(table.get("k")).hasValue("theirs");

        assertThatThrownBy(table::assertLinearizable).isInstanceOf(AssertionError.class);
    }

    @Test
    void transactionsOverSeveralKeysAreJudgedTogether(DantaClient client) throws InterruptedException {
        RecordedLists lists = new RecordedLists(client, "shop", "lists");
        List<Thread> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            String name = "user " + i;
            users.add(new Thread(() -> {
                for (int n = 0; n < EACH; n++) {
                    lists.run(new Step.Append("a", name + ", " + n), new Step.Append("b", name + ", " + n));
                    lists.run(new Step.Read("a"), new Step.Read("b"));
                }
            }));
        }
        users.forEach(Thread::start);
        for (Thread user : users) {
            user.join();
        }

        assertThat(lists.answered()).isEqualTo(2 * USERS * EACH);
        List<List<String>> both = lists.run(new Step.Read("a"), new Step.Read("b"));
        assertThat(both.get(0)).hasSize(USERS * EACH).isEqualTo(both.get(1));
        lists.assertStrictlySerializable();
    }

    @Test
    void aNodeMayBeCutOff(EmbeddedCluster cluster, DantaClient client) {
        RecordedTable table = new RecordedTable(client, "shop", "written while one is away");
        cluster.partition(2);
        table.put("k", "by two of three");
        cluster.heal();
        assertThat(table.get("k")).hasValue("by two of three");
        table.assertLinearizable();
    }

    @Test
    void whatAnotherHasAppendedIsNotExplained(DantaClient client) {
        RecordedLists lists = new RecordedLists(client, "shop", "lists of others, too");
        lists.run(new Step.Append("a", "ours"), new Step.Append("b", "ours"));
        new RecordedLists(client, "shop", "lists of others, too").run(new Step.Append("b", "theirs"));
        assertThat(lists.by(client).run(new Step.Read("b"))).containsExactly(List.of("ours", "theirs"));

        assertThat(lists.judge().result().isValid()).isFalse();
        assertThatThrownBy(lists::assertStrictlySerializable)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("theirs");
        assertThatThrownBy(() -> lists.run(new Step.Append("a", "two\nlines")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    final class InANestedClass {
        @Test
        void itIsTheSameCluster(EmbeddedCluster cluster) {
            assertThat(cluster).isSameAs(own);
        }
    }
}
