package dev.danta.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@link ClusterConfig} promises, whoever keeps it. The cluster has 2 shards and replication factor 3. */
public abstract class ClusterConfigContract {
    protected static final Duration LONG = Duration.ofSeconds(60);

    /** One of a cluster that {@link Requests#create} has begun, with 2 shards and replication factor 3. */
    protected abstract ClusterConfig config();

    /** From now on nobody answers. */
    protected abstract void goOut() throws Exception;

    private ClusterAnswer ask(ClusterRequest request) {
        return config().ask(request, LONG).join();
    }

    @Test
    void whatWasDoneIsKnownToWhoeverAsksNext() {
        ClusterAnswer added = ask(Requests.add(2));
        assertThat(added.done()).isTrue();
        ClusterState read = ask(new ClusterRequest.Read()).state();
        assertThat(read).isEqualTo(added.state());
        assertThat(read.nodes()).containsKey(Requests.node(2));
    }

    @Test
    void whatIsKnownIsNeverOlderThanAnAnswerThatCame() {
        ClusterAnswer added = ask(Requests.add(2));
        assertThat(config().known().version())
                .isGreaterThanOrEqualTo(added.state().version());
    }

    @Test
    void aRefusalSaysWhyAndChangesNothing() {
        ClusterState before = ask(new ClusterRequest.Read()).state();
        ClusterRequest clash = new ClusterRequest.AddNode(
                Requests.node(2), Requests.address(1), Requests.configAddress(2), Requests.folder(2));
        ClusterAnswer refused = ask(clash);
        assertThat(refused.done()).isFalse();
        assertThat(refused.why()).isEqualTo(Requests.address(1) + " is the address of node 1 already");
        assertThat(refused.state()).isEqualTo(before);
    }

    @Test
    void whoeverAsksTwiceGetsTheSameAnswer() {
        List<ClusterRequest> requests = List.of(
                Requests.add(2),
                new ClusterRequest.Drain(Requests.node(2), Requests.folder(2).incarnation(), true),
                new ClusterRequest.StartNode(Requests.node(2), new NodeIdentity(20, 2, 5)),
                new ClusterRequest.ReplaceNode(Requests.node(2), 20),
                new ClusterRequest.Declare(new CollectionName("shop", "orders"), new CollectionEntry("register")),
                Requests.register(1, 0, 0, 1));
        for (ClusterRequest request : requests) {
            ClusterAnswer first = ask(request);
            ClusterAnswer second = ask(request);
            assertThat(first.done()).as("first %s: %s", request, first.why()).isTrue();
            assertThat(second.done()).as("second %s: %s", request, second.why()).isTrue();
            assertThat(second.state()).as("%s", request).isEqualTo(first.state());
        }
    }

    @Test
    void aCollectionHasTheTypeThatWasDeclaredFirst() {
        CollectionName orders = new CollectionName("shop", "orders");
        CollectionEntry table = new CollectionEntry("strict table of json");
        ClusterAnswer declared = ask(new ClusterRequest.Declare(orders, table));
        assertThat(declared.done()).isTrue();
        ClusterAnswer other = ask(new ClusterRequest.Declare(orders, new CollectionEntry("relaxed set of strings")));
        assertThat(other.done()).isFalse();
        assertThat(other.why())
                .isEqualTo("collection shop/orders has values of type strict table of json, not relaxed set of"
                        + " strings");
        assertThat(other.state()).isEqualTo(declared.state());
        assertThat(other.state().collections().get(orders)).isEqualTo(table);
        assertThat(ask(new ClusterRequest.Declare(new CollectionName("bank", "orders"), new CollectionEntry("counter")))
                        .done())
                .as("the same name in another space")
                .isTrue();
    }

    @Test
    void attemptsAreNumberedAndOnlyTheLatestIsActivated() {
        ShardId shard = new ShardId(1);
        ask(Requests.register(1, 1, 0, 1));
        ClusterRequest propose = new ClusterRequest.OfShard(
                shard,
                new ConfigRequest.Propose(
                        Epoch.FIRST, new TreeMap<>(Map.of(Requests.node(1), Requests.store(1, 1, 0)))));
        ShardConfig first = shard(ask(propose), shard);
        ShardConfig second = shard(ask(propose), shard);
        assertThat(second.lastAttempt()).isEqualTo(first.lastAttempt() + 1);
        Epoch next = new Epoch(2);
        assertThat(ask(new ClusterRequest.OfShard(shard, new ConfigRequest.Activate(next, first.lastAttempt())))
                        .done())
                .isFalse();
        ClusterRequest activate =
                new ClusterRequest.OfShard(shard, new ConfigRequest.Activate(next, second.lastAttempt()));
        assertThat(ask(activate).done()).isTrue();
        assertThat(ask(activate).done()).as("again").isTrue();
        assertThat(ask(new ClusterRequest.Read()).state().shards().get(shard).finished())
                .isFalse();
    }

    private static ShardConfig shard(ClusterAnswer answer, ShardId shard) {
        return answer.state().shards().get(shard).config();
    }

    @Test
    void requestsOfManyTakeEffectOneAfterTheOther() {
        List<CompletableFuture<ClusterAnswer>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(config().ask(
                            new ClusterRequest.Declare(
                                    new CollectionName("shop", "c" + i % 20), new CollectionEntry("type " + i)),
                            LONG));
        }
        List<ClusterAnswer> answers =
                asked.stream().map(CompletableFuture::join).toList();
        List<Long> versions = answers.stream()
                .filter(ClusterAnswer::done)
                .map(answer -> answer.state().version())
                .toList();
        assertThat(versions)
                .as("each name once, each a version of its own")
                .hasSize(20)
                .doesNotHaveDuplicates();
        assertThat(ask(new ClusterRequest.Read()).state().collections()).hasSize(20);
    }

    @Test
    void listenersHearOfNewerConfigurationsInOrder() throws Exception {
        BlockingQueue<ClusterState> heard = new LinkedBlockingQueue<>();
        ClusterState last;
        try (ClusterConfig.Subscription subscription = config().listen(heard::add)) {
            assertThat(subscription).isNotNull();
            ask(Requests.add(2));
            last = ask(Requests.add(3)).state();
            List<Long> versions = new ArrayList<>();
            do {
                ClusterState next = heard.poll(LONG.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).as("after versions %s", versions).isNotNull();
                versions.add(next.version());
            } while (versions.get(versions.size() - 1) < last.version());
            assertThat(versions).isSorted().doesNotHaveDuplicates();
        }
        assertThat(config().known()).isEqualTo(last);
    }

    @Test
    void outOfReachAsksFailWithASentenceAndWhatIsKnownIsKnownStill() throws Exception {
        ClusterState before = ask(Requests.add(2)).state();
        goOut();
        assertThatThrownBy(() ->
                        config().ask(Requests.add(3), Duration.ofMillis(700)).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(ConfigUnavailableException.class)
                .hasMessageStartingWith("the configuration ");
        assertThat(config().known()).isEqualTo(before);
    }
}
