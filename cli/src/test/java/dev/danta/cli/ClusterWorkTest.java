package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.cli.status.NoAnswerException;
import dev.danta.cli.status.Samples;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
final class ClusterWorkTest {
    private static final HostAndPort FIRST = HostAndPort.parse("127.0.0.1:7401");
    private static final HostAndPort FOURTH = HostAndPort.parse("127.0.0.1:7404");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private ClusterWork work(Samples nodes, Duration within) {
        return new ClusterWork(nodes, List.of(FIRST), within, new PrintWriter(out), new PrintWriter(err));
    }

    private ClusterWork work(Samples nodes) {
        return work(nodes, Duration.ofSeconds(30));
    }

    /** A cluster that answers requests with this, and then has this configuration. */
    private static Samples answering(AdminReply reply, AdminReply.Configuration then) {
        Samples samples = new Samples() {
            @Override
            protected AdminReply take(HostAndPort node, AdminRequest request) {
                then.nodes().forEach(one -> answer(one.address(), Samples.status(one, then)));
                return reply;
            }
        };
        AdminReply.Configuration before = Samples.configuration(3, 2);
        before.nodes().forEach(node -> samples.answer(node.address(), Samples.status(node, before)));
        return samples;
    }

    private static AdminReply.Configuration version(long version, AdminReply.Configuration of) {
        return new AdminReply.Configuration(
                version, of.reachable(), of.leader(), of.voters(), of.replication(), of.nodes(), of.shards());
    }

    private static void isRefused(ThrowingCallable call, int exitCode, String sentence) {
        assertThatThrownBy(call)
                .hasMessage(sentence)
                .isInstanceOfSatisfying(
                        CommandException.class,
                        refused -> assertThat(refused.exitCode()).isEqualTo(exitCode));
    }

    @Test
    void aPlanIsPrintedAndNothingElse() throws InterruptedException {
        Samples samples = answering(
                new AdminReply.Plan(List.of(
                        new AdminReply.Move(0, List.of(1, 2, 3), List.of(1, 2, 4)),
                        new AdminReply.Move(3, List.of(1, 2, 3), List.of(2, 3, 4)))),
                Samples.configuration(3, 2));

        assertThat(work(samples).plan(new AdminRequest.Add(4, FOURTH.toString())))
                .isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "shard 0: 1 2 3 -> 1 2 4",
                        "shard 3: 1 2 3 -> 2 3 4",
                        "2 shards would get other members; nothing is changed");
        assertThat(samples.requests()).containsExactly(new AdminRequest.Add(4, "127.0.0.1:7404"));
    }

    @Test
    void aChangeIsWatchedUntilItIsComplete() throws InterruptedException {
        AdminReply.Configuration before = Samples.configuration(4, 2);
        AdminReply.Configuration after = version(
                30,
                Samples.with(
                        before,
                        before.nodes(),
                        List.of(
                                before.shards().get(0),
                                new AdminReply.Shard(
                                        1, 2, List.of(1, 2, 4), List.of(1, 2, 4), List.of(), 1, true, List.of()))));
        Samples samples = answering(new AdminReply.Done("shard 1 moves from node 3 to node 4", 20), after);

        assertThat(work(samples).change(new AdminRequest.MoveShard(1, 3, 4, false)))
                .isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0)).isEqualTo("shard 1 moves from node 3 to node 4");
        assertThat(lines.get(1)).isEqualTo("shard 1: 1 2 3 -> 1 2 4, epoch 2");
        assertThat(lines.get(2)).startsWith("complete after ");
    }

    @Test
    void whoDoesNotWaitIsToldWhereToLook() throws InterruptedException {
        Samples samples = answering(new AdminReply.Done("node 3 leaves", 99), Samples.configuration(3, 2));

        assertThat(work(samples, Duration.ZERO).remove(3, new AdminRequest.Remove(3, false, false)))
                .isZero();

        assertThat(out.toString().lines())
                .containsExactly("node 3 leaves", "it goes on: danta cluster status --watch --at 127.0.0.1:7401");
    }

    @Test
    void aChangeThatTakesLongerThanAllowedIsUndecidedAndGoesOn() {
        Samples samples = answering(new AdminReply.Done("node 3 leaves", 99), Samples.configuration(3, 2));

        isRefused(
                () -> work(samples, Duration.ofMillis(1)).remove(3, new AdminRequest.Remove(3, false, false)),
                ExitCode.UNDECIDED,
                "not complete after 0.0 s; it goes on: danta cluster status --watch --at 127.0.0.1:7401");
    }

    @Test
    void whoReplacesIsToldWhatToStart() throws InterruptedException {
        Samples samples = answering(
                new AdminReply.Done("the disk of node 3 is given up", 20), version(20, Samples.configuration(3, 2)));

        isRefused(
                () -> work(samples).replace(3, new AdminRequest.Replace(3, false)),
                ExitCode.FAILED,
                "node 3 answers at 127.0.0.1:7403 and has its folder: stop it first, if it is to be replaced all the same");
        samples.silence("127.0.0.1:7403");

        assertThat(work(samples).replace(3, new AdminRequest.Replace(3, false))).isZero();

        assertThat(out.toString().lines())
                .contains("start node 3 with an empty folder now: danta node start --id 3 --listen 127.0.0.1:7403"
                        + " --data NEW-FOLDER --join 127.0.0.1:7401,127.0.0.1:7402");
    }

    @ParameterizedTest
    @CsvSource({"REFUSED,1", "UNAVAILABLE,1", "NOT_CREATED,1", "INPUT,2", "WRONG_CLUSTER,2"})
    void aRefusalIsOneSentenceAndAnExitCode(AdminReply.Refused.Kind kind, int exitCode) {
        Samples samples = answering(new AdminReply.Refused(kind, "why not"), Samples.configuration(3, 2));

        isRefused(() -> work(samples).change(new AdminRequest.Remove(3, false, false)), exitCode, "why not");
    }

    @Test
    void aChangeWithoutAnAnswerIsUndecided() {
        Samples samples = new Samples() {
            @Override
            protected AdminReply take(HostAndPort node, AdminRequest request) {
                throw new NoAnswerException("no answer within 30 s");
            }
        };
        AdminReply.Configuration configuration = Samples.configuration(3, 2);
        configuration.nodes().forEach(node -> samples.answer(node.address(), Samples.status(node, configuration)));
        isRefused(
                () -> work(samples).change(new AdminRequest.Remove(3, false, false)),
                ExitCode.UNDECIDED,
                "127.0.0.1:7401: no answer within 30 s");
    }

    @Test
    void aWaitingNodeIsTakenIn() throws InterruptedException {
        Samples samples = answering(
                new AdminReply.Done("node 4 is in cluster shop", 20), version(20, Samples.configuration(4, 2)));
        samples.answer(FOURTH.toString(), Samples.waiting(4, FOURTH.toString()));

        assertThat(work(samples).add(4, FOURTH)).isZero();

        assertThat(samples.requests())
                .containsExactly(new AdminRequest.Join(List.of("127.0.0.1:7401", "127.0.0.1:7402", "127.0.0.1:7403")));
        assertThat(out.toString()).startsWith("node 4 is in cluster shop").contains("complete after");
    }

    @Test
    void aNodeOfAnotherNumberClusterOrNoneAtAllIsNotTakenIn() {
        Samples samples = Samples.wellCluster(2);
        samples.answer(FOURTH.toString(), Samples.waiting(5, FOURTH.toString()));
        isRefused(() -> work(samples).add(4, FOURTH), ExitCode.USAGE, "the node at 127.0.0.1:7404 is node 5, not 4");

        AdminReply.Configuration other = Samples.configuration(1, 1);
        samples.answer(
                FOURTH.toString(),
                new AdminReply.NodeStatus(4, 7, "toys", FOURTH.toString(), 0, other, List.of(), List.of(), ""));
        isRefused(
                () -> work(samples).add(4, FOURTH),
                ExitCode.FAILED,
                "node 4 at 127.0.0.1:7404 belongs to cluster toys already; a node that is to change clusters needs an"
                        + " empty folder");

        samples.silence(FOURTH.toString());
        isRefused(() -> work(samples).add(4, FOURTH), ExitCode.FAILED, "127.0.0.1:7404: no answer within 5 s");

        isRefused(
                () -> work(samples).add(3, HostAndPort.parse("127.0.0.1:7403")),
                ExitCode.FAILED,
                "node 3 is in cluster shop already");
    }

    /** The shape that there is if nobody says anything. */
    private static ClusterShape shape() {
        ClusterShape shape = new ClusterShape();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("shape", CommandLine.Model.CommandSpec.forAnnotatedObject(shape)))
                .parseArgs();
        return shape;
    }

    private static final List<HostAndPort> THREE =
            List.of(FIRST, HostAndPort.parse("127.0.0.1:7402"), HostAndPort.parse("127.0.0.1:7403"));

    /** Three nodes that wait; each that is asked for is in the cluster from then on. */
    private static Samples waiting() {
        AdminReply.Configuration made = Samples.configuration(3, 4);
        Samples samples = new Samples() {
            @Override
            protected AdminReply take(HostAndPort node, AdminRequest request) {
                answer(node.toString(), Samples.status(made.nodes().get(node.port() - 7401), made));
                return new AdminReply.Done("node " + (node.port() - 7400) + " is in", 1);
            }
        };
        THREE.forEach(node -> samples.answer(node.toString(), Samples.waiting(node.port() - 7400, node.toString())));
        return samples;
    }

    @Test
    void nodesThatWaitBecomeACluster() throws InterruptedException {
        Samples samples = waiting();

        assertThat(work(samples).init("shop", THREE, shape())).isZero();

        assertThat(samples.requests())
                .containsExactly(
                        new AdminRequest.Create("shop", 4, 3),
                        new AdminRequest.Join(List.of("127.0.0.1:7401")),
                        new AdminRequest.Join(List.of("127.0.0.1:7401")));
    }

    @Test
    void aClusterThatWasHalfMadeIsCompleted() throws InterruptedException {
        Samples samples = waiting();
        AdminReply.Configuration made = Samples.configuration(3, 4);
        samples.answer("127.0.0.1:7402", Samples.status(made.nodes().get(1), made));

        assertThat(work(samples).init("shop", THREE, shape())).isZero();

        assertThat(samples.requests())
                .containsExactly(
                        new AdminRequest.Join(List.of("127.0.0.1:7402")),
                        new AdminRequest.Join(List.of("127.0.0.1:7402")));
    }

    @Test
    void noClusterIsMadeOfNodesThatHaveOneOrShareANumber() {
        Samples samples = waiting();
        samples.answer("127.0.0.1:7403", Samples.waiting(2, "127.0.0.1:7403"));
        isRefused(
                () -> work(samples).init("shop", THREE, shape()),
                ExitCode.FAILED,
                "127.0.0.1:7402 and 127.0.0.1:7403 are the same node, 2");

        AdminReply.NodeStatus twin = Samples.waiting(2, "127.0.0.1:7403");
        samples.answer(
                "127.0.0.1:7403",
                new AdminReply.NodeStatus(
                        2, 99, "", twin.address(), 0, twin.configuration(), List.of(), List.of(), ""));
        isRefused(
                () -> work(samples).init("shop", THREE, shape()),
                ExitCode.FAILED,
                "the nodes at 127.0.0.1:7402 and 127.0.0.1:7403 both call themselves node 2: start one of them with"
                        + " another --id");

        AdminReply.Configuration made = Samples.configuration(3, 4);
        samples.answer("127.0.0.1:7403", Samples.status(made.nodes().get(2), made));
        isRefused(
                () -> work(samples).init("toys", THREE, shape()),
                ExitCode.FAILED,
                "node 3 at 127.0.0.1:7403 belongs to cluster shop already; a node that is to change clusters needs an"
                        + " empty folder");
        assertThat(samples.requests()).isEmpty();

        isRefused(
                () -> work(Samples.wellCluster(4)).init("shop", THREE, shape()),
                ExitCode.FAILED,
                "cluster shop is there already, with all these nodes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cluster init shop|--nodes",
                "cluster init shop --nodes a:1,a:1|names a:1 twice",
                "cluster init shop --nodes a|HOST:PORT",
                "cluster init shop --nodes a:1 --shards 0|--shards",
                "cluster init shop --nodes a:1 --shards 257|--shards",
                "cluster init shop --nodes a:1 --replication 2|1, 3 or 5",
                "cluster status --at nowhere|HOST:PORT",
                "cluster status --watch 0s|--watch",
                "cluster add 0 a:1|from 1 on",
                "cluster add 4 a|HOST:PORT",
                "cluster add x a:1|'x'",
                "cluster remove|ID",
                "cluster remove 1 --dry-run --no-wait|exclusive",
                "cluster replace -1|-1",
                "cluster move-shard 1 --from 2|--to",
                "cluster move-shard -1 --from 2 --to 3|-1",
                "cluster|Commands:"
            })
    void nonsenseIsAUsageErrorBeforeAnybodyIsAsked(String line, String part) {
        Danta danta = Danta.run(line.split(" "));

        assertThat(danta.exitCode()).as(danta.err()).isEqualTo(2);
        assertThat(danta.err()).contains(part).doesNotContain("\tat ");
        assertThat(danta.out()).isEmpty();
    }
}
