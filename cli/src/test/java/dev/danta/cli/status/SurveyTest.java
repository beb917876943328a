package dev.danta.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SurveyTest {
    private static Overview survey(Nodes nodes, String... seeds) throws InterruptedException {
        return new Survey(nodes, List.of(seeds).stream().map(HostAndPort::parse).toList()).take(false);
    }

    @Test
    void oneSeedThatLivesIsEnough() throws InterruptedException {
        Overview overview = survey(Samples.wellCluster(2), "10.0.0.9:1", "127.0.0.1:7402");

        assertThat(overview.nodes()).containsOnlyKeys(1, 2, 3);
        assertThat(overview.nodes().values()).allMatch(seen -> seen instanceof Overview.Seen.Up);
    }

    @Test
    void theNewestConfigurationCounts() throws InterruptedException {
        AdminReply.Configuration newest = Samples.configuration(3, 2);
        AdminReply.Configuration old =
                new AdminReply.Configuration(3, true, 2, List.of(1), 1, newest.nodes(), newest.shards());
        Samples samples = Samples.of(newest)
                .answer("127.0.0.1:7401", Samples.status(old.nodes().get(0), old));

        assertThat(survey(samples, "127.0.0.1:7401").configuration()).isEqualTo(newest);
    }

    @Test
    void whatOneKnowsToBeReachableIsReachable() throws InterruptedException {
        AdminReply.Configuration reachable = Samples.configuration(3, 2);
        AdminReply.Configuration not = new AdminReply.Configuration(
                reachable.version(), false, 0, List.of(1, 2, 3), 3, reachable.nodes(), reachable.shards());
        Samples samples = Samples.of(reachable)
                .answer("127.0.0.1:7401", Samples.status(not.nodes().get(0), not));

        assertThat(survey(samples, "127.0.0.1:7401").configuration().reachable())
                .isTrue();
    }

    /** Who is silent is waited for together with the others, not one after the other. */
    @Test
    void silentNodesCostTheirPatienceTogether() throws InterruptedException {
        Samples samples = Samples.wellCluster(1);
        CountDownLatch bothAsked = new CountDownLatch(2);
        Queue<Duration> patiences = new ConcurrentLinkedQueue<>();
        Nodes slow = (node, cluster, request, patience) -> {
            patiences.add(patience);
            if (node.port() != 7401) {
                bothAsked.countDown();
                await(bothAsked);
                throw new NoAnswerException("no answer within 2 s");
            }
            return samples.ask(node, cluster, request, patience);
        };

        Overview overview = survey(slow, "127.0.0.1:7401");

        assertThat(overview.nodes().get(2)).isEqualTo(new Overview.Seen.Silent("no answer within 2 s"));
        assertThat(overview.nodes().get(3)).isEqualTo(new Overview.Seen.Silent("no answer within 2 s"));
        assertThat(patiences).hasSize(3).containsOnly(Duration.ofSeconds(2));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void nobodyIsAFailureThatNamesEverySeedAndItsReason() {
        assertThatThrownBy(() -> survey(new Samples(), "10.0.0.8:1", "10.0.0.9:1"))
                .isInstanceOfSatisfying(
                        Survey.FailedException.class,
                        failed -> assertThat(failed.isUsage()).isFalse())
                .hasMessage("none of these tells of a cluster: 10.0.0.8:1: no answer within 2 s;"
                        + " 10.0.0.9:1: no answer within 2 s");
    }

    @Test
    void aNodeThatWaitsTellsOfNoCluster() {
        Samples samples = new Samples().answer("127.0.0.1:7401", Samples.waiting(1, "127.0.0.1:7401"));

        assertThatThrownBy(() -> survey(samples, "127.0.0.1:7401"))
                .hasMessage("nothing is known of the cluster: 127.0.0.1:7401: node 1 belongs to no cluster yet");
    }

    @Test
    void seedsOfTwoClustersAreRefused() {
        AdminReply.Configuration other = Samples.configuration(1, 1);
        Samples samples = Samples.wellCluster(1)
                .answer(
                        "10.0.0.9:7401",
                        new AdminReply.NodeStatus(1, 7, "toys", "10.0.0.9:7401", 0, other, List.of(), List.of(), ""));

        assertThatThrownBy(() -> survey(samples, "127.0.0.1:7401", "10.0.0.9:7401"))
                .isInstanceOfSatisfying(
                        Survey.FailedException.class,
                        failed -> assertThat(failed.isUsage()).isTrue())
                .hasMessageContaining("cluster toys")
                .hasMessageContaining("cluster shop")
                .hasMessageEndingWith("ask one cluster at a time");
    }

    @Test
    void anotherClustersNodeAtAMembersAddressIsNoMember() throws InterruptedException {
        AdminReply.Configuration other = Samples.configuration(1, 1);
        Samples samples = Samples.wellCluster(1)
                .answer(
                        "127.0.0.1:7403",
                        new AdminReply.NodeStatus(3, 7, "toys", "127.0.0.1:7403", 0, other, List.of(), List.of(), ""));

        assertThat(survey(samples, "127.0.0.1:7401").nodes().get(3))
                .isEqualTo(new Overview.Seen.Silent("there is a node of cluster toys at this address"));
    }

    @Test
    void aRefusalIsAReason() throws InterruptedException {
        Samples samples = Samples.wellCluster(1)
                .answer(
                        "127.0.0.1:7403",
                        new AdminReply.Refused(
                                AdminReply.Refused.Kind.WRONG_CLUSTER, "this node belongs to cluster toys"));

        assertThat(survey(samples, "127.0.0.1:7401").troubles())
                .containsExactly("node 3 (127.0.0.1:7403): this node belongs to cluster toys");
    }

    @Test
    void hashesAreAskedForWithMorePatience() throws InterruptedException {
        Samples samples = Samples.wellCluster(1);
        Queue<AdminRequest> requests = new ConcurrentLinkedQueue<>();
        Queue<Duration> patiences = new ConcurrentLinkedQueue<>();
        new Survey(
                        (node, cluster, request, patience) -> {
                            requests.add(request);
                            patiences.add(patience);
                            return samples.ask(node, cluster, request, patience);
                        },
                        List.of(HostAndPort.parse("127.0.0.1:7401")))
                .take(true);

        assertThat(requests).containsOnly(new AdminRequest.Status(true));
        assertThat(patiences).allMatch(patience -> patience.compareTo(Duration.ofSeconds(30)) > 0);
    }
}
