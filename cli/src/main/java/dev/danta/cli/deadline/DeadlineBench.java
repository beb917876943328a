package dev.danta.cli.deadline;

import dev.danta.cli.cluster.ProcessCluster;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the same calls while a cluster of three node processes is whole, while one node is dead, while one stands still and
 * while all are dead, and connects to what is no such cluster; says how long each took.
 */
public final class DeadlineBench {
    private static final String CONNECT = "build";
    private static final String CLOSE = "close";
    private static final String FIRST_USE = "first use";
    private static final int PORT_MIN = 20_000;

    private final Duration deadline;
    private final int repetitions;
    private final Consumer<String> progress;

    /**
     * The longest of some calls of one kind in one situation.
     *
     * @param answer of the longest
     * @param failures of them
     */
    public record Row(String situation, CallList.Answer answer, int failures) {}

    /**
     * Not begun.
     *
     * @param deadline of each call
     * @param repetitions of each; the longest counts
     * @param progress hears what is being done
     */
    public DeadlineBench(Duration deadline, int repetitions, Consumer<String> progress) {
        this.deadline = deadline;
        this.repetitions = repetitions;
        this.progress = progress;
    }

    /** Everything, in order; takes some minutes. */
    public List<Row> run() throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        try (ProcessCluster cluster = ProcessCluster.start(3)) {
            try (DantaClient client = client(cluster.endpoints(), "")) {
                CallList calls = new CallList(client, deadline);
                make("all up", calls, cluster.endpoints(), rows);
                rows.add(firstUse("all up", client));
                cluster.kill(3);
                make("one dead", calls, cluster.endpoints(), rows);
                rows.add(firstUse("one dead", client));
                cluster.startAll();
                cluster.pause(2);
                make("one frozen", calls, cluster.endpoints(), rows);
                rows.add(firstUse("one frozen", client));
                // It had greeted while that node was well.
                rows.add(close("one frozen", client));
                cluster.resume(2);
            }
            try (DantaClient client = client(cluster.endpoints(), "")) {
                CallList calls = new CallList(client, deadline);
                rows.add(connect("wrong cluster", cluster.endpoints(), "another"));
                rows.add(connect("wrong port", List.of(nobody()), ""));
                rows.add(silent());
                cluster.killAll();
                make("all dead", calls, cluster.endpoints(), rows);
                rows.add(firstUse("all dead", client));
                rows.add(close("all dead", client));
            }
        }
        return rows;
    }

    private DantaClient client(List<String> endpoints, String cluster) {
        return DantaClient.builder()
                .endpoints(endpoints)
                .cluster(cluster)
                .deadline(deadline)
                .build();
    }

    private void make(String situation, CallList calls, List<String> endpoints, List<Row> rows) {
        rows.add(connect(situation, endpoints, ""));
        for (String name : calls.names()) {
            progress.accept(situation + ": " + name);
            List<CallList.Answer> answers = new ArrayList<>();
            for (int i = 0; i < repetitions; i++) {
                answers.add(calls.make(name));
            }
            rows.add(longest(situation, answers));
        }
    }

    /** Of a collection that the client has not used before: the cluster is told what it is. */
    private Row firstUse(String situation, DantaClient client) {
        progress.accept(situation + ": " + FIRST_USE);
        List<CallList.Answer> answers = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            String name = situation + " " + i;
            answers.add(CallList.timed(
                    FIRST_USE, () -> client.space("first").counter(name).get(Key.of("ann"))));
        }
        return longest(situation, answers);
    }

    private Row connect(String situation, List<String> endpoints, String cluster) {
        progress.accept(situation + ": " + CONNECT);
        List<CallList.Answer> answers = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            List<DantaClient> opened = new ArrayList<>();
            answers.add(CallList.timed(CONNECT, () -> opened.add(client(endpoints, cluster))));
            opened.forEach(DantaClient::close);
        }
        return longest(situation, answers);
    }

    /** Somebody takes connections there and says nothing. */
    private Row silent() {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            return connect("silent port", List.of("127.0.0.1:" + socket.getLocalPort()), "");
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** An address where nobody listens. */
    private static String nobody() {
        int port = PORT_MIN;
        while (!isFree(port)) {
            port++;
        }
        return "127.0.0.1:" + port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private Row close(String situation, DantaClient client) {
        progress.accept(situation + ": " + CLOSE);
        return longest(situation, List.of(CallList.timed(CLOSE, () -> client.close(deadline))));
    }

    private static Row longest(String situation, List<CallList.Answer> answers) {
        CallList.Answer longest = answers.get(0);
        int failures = 0;
        for (CallList.Answer answer : answers) {
            failures += answer.error().isEmpty() ? 0 : 1;
            longest = answer.took().compareTo(longest.took()) > 0 ? answer : longest;
        }
        return new Row(situation, longest, failures);
    }
}
