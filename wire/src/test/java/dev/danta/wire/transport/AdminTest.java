package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.AdminGenerator;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.proto.AdminGrpc;
import dev.danta.wire.proto.AdminProto;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The administration over a real connection. */
@Timeout(120)
class AdminTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final AdminRequest STATUS = new AdminRequest.Status(true);

    private final AdminGenerator generator = new AdminGenerator(7);
    private AdminDesk desk = AdminDesk.CLOSED;
    private final TestNode node = new TestNode(3, (request, patience) -> desk.ask(request, patience));

    @AfterEach
    void stop() {
        node.close();
    }

    private AdminReply ask(AdminRequest request) {
        return AdminClient.ask(node.address(), "", request, LONG);
    }

    @Test
    void the_desk_answers_what_it_was_asked() {
        AdminReply.NodeStatus status = generator.status();
        desk = (request, patience) -> {
            boolean asAsked = request.equals(STATUS) && patience.equals(LONG);
            return CompletableFuture.completedFuture(asAsked ? status : new AdminReply.Done("something else", 1));
        };
        assertThat(ask(STATUS)).isEqualTo(status);
    }

    @Test
    void it_may_answer_later_from_another_thread() {
        desk = (request, patience) -> CompletableFuture.supplyAsync(() -> new AdminReply.Done("done", 4));
        assertThat(ask(new AdminRequest.Drain(2, true))).isEqualTo(new AdminReply.Done("done", 4));
    }

    @Test
    void a_node_whose_desk_is_closed_says_so() {
        assertThat(ask(STATUS))
                .isEqualTo(new AdminReply.Refused(
                        AdminReply.Refused.Kind.UNAVAILABLE, "this node takes no such requests"));
    }

    @Test
    void another_cluster_is_refused_before_the_desk_is_asked() {
        desk = (request, patience) -> CompletableFuture.completedFuture(new AdminReply.Done("done", 1));
        assertThat(AdminClient.ask(node.address(), "shop", STATUS, LONG)).isEqualTo(new AdminReply.Done("done", 1));
        assertThat(AdminClient.ask(node.address(), "bank", STATUS, LONG))
                .isEqualTo(new AdminReply.Refused(
                        AdminReply.Refused.Kind.WRONG_CLUSTER, "this node belongs to cluster shop, not bank"));
    }

    @Test
    void who_does_not_wait_is_told_the_same() throws IOException {
        desk = (request, patience) -> CompletableFuture.supplyAsync(() -> new AdminReply.Done("done", 4));
        assertThat(AdminClient.begin(node.address(), "shop", STATUS, LONG).join())
                .isEqualTo(new AdminReply.Done("done", 4));
        desk = (request, patience) -> new CompletableFuture<>();
        assertThat(AdminClient.begin(node.address(), "", STATUS, Duration.ofMillis(300)))
                .failsWithin(LONG)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(AdminUnreachableException.class)
                .withMessage(node.address() + ": no answer within 300 ms");
        HostAndPort nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new HostAndPort("127.0.0.1", socket.getLocalPort());
        }
        assertThat(AdminClient.begin(nobody, "", STATUS, LONG))
                .failsWithin(LONG)
                .withThrowableThat()
                .havingCause()
                .withMessage(nobody + ": connection refused");
    }

    @Test
    void no_answer_in_time_is_one_sentence_and_says_what_is_not_known() {
        desk = (request, patience) -> new CompletableFuture<>();
        Duration brief = Duration.ofMillis(300);
        assertThatThrownBy(() -> AdminClient.ask(node.address(), "", STATUS, brief))
                .isInstanceOf(AdminUnreachableException.class)
                .hasMessage(node.address() + ": no answer within 300 ms");
        assertThatThrownBy(() -> AdminClient.ask(node.address(), "", new AdminRequest.Remove(1, false, false), brief))
                .hasMessage(node.address()
                        + ": no answer within 300 ms; whether it will be done is not known, the status tells");
        assertThatThrownBy(() -> AdminClient.ask(node.address(), "", new AdminRequest.Remove(1, false, true), brief))
                .hasMessage(node.address() + ": no answer within 300 ms");
    }

    @Test
    void an_answer_that_comes_too_late_harms_nobody() {
        CompletableFuture<AdminReply> late = new CompletableFuture<>();
        CompletionStage<AdminReply> answer = late;
        desk = (request, patience) -> answer;
        assertThatThrownBy(() -> AdminClient.ask(node.address(), "", STATUS, Duration.ofMillis(200)))
                .isInstanceOf(AdminUnreachableException.class);
        assertThat(late.complete(new AdminReply.Done("late", 1))).isTrue();
        desk = (request, patience) -> CompletableFuture.completedFuture(new AdminReply.Done("in time", 2));
        assertThat(ask(STATUS)).isEqualTo(new AdminReply.Done("in time", 2));
    }

    @Test
    void a_desk_in_trouble_is_one_sentence() {
        desk = (request, patience) -> CompletableFuture.failedFuture(new IllegalStateException("the folder is locked"));
        assertThatThrownBy(() -> ask(STATUS))
                .isInstanceOf(AdminUnreachableException.class)
                .hasMessage(node.address() + ": could not answer: the folder is locked");
    }

    @Test
    void nobody_there_is_one_sentence() throws IOException {
        HostAndPort nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new HostAndPort("127.0.0.1", socket.getLocalPort());
        }
        assertThatThrownBy(() -> AdminClient.ask(nobody, "", STATUS, LONG))
                .isInstanceOf(AdminUnreachableException.class)
                .hasMessage(nobody + ": connection refused");
        HostAndPort unknown = new HostAndPort("no-such-host.invalid", 7400);
        assertThatThrownBy(() -> AdminClient.ask(unknown, "", STATUS, LONG))
                .hasMessageStartingWith(unknown + ": ")
                .hasMessageContaining("unknown host");
    }

    @Test
    void whoever_accepts_and_says_nothing_costs_no_more_than_the_patience() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HostAndPort address = new HostAndPort("127.0.0.1", silent.getLocalPort());
            assertThatThrownBy(() -> AdminClient.ask(address, "", STATUS, Duration.ofMillis(300)))
                    .hasMessage(address + ": no answer within 300 ms");
        }
    }

    @Test
    void a_malformed_request_is_told_to_who_sent_it_and_to_the_log() {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", node.address().port())
                .usePlaintext()
                .build();
        try {
            AdminGrpc.AdminBlockingStub stub = AdminGrpc.newBlockingStub(channel);
            AdminProto.AdminCall other =
                    AdminProto.AdminCall.newBuilder().setProtocolVersion(9).build();
            assertThatThrownBy(() -> stub.ask(other))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessage("FAILED_PRECONDITION: speaks version 2 of the protocol, not 9");
            AdminProto.AdminCall empty =
                    AdminProto.AdminCall.newBuilder().setProtocolVersion(2).build();
            assertThatThrownBy(() -> stub.ask(empty))
                    .hasMessage(
                            "INVALID_ARGUMENT: was sent a malformed message: AdminCall.request is of no known kind");
        } finally {
            channel.shutdownNow();
        }
        assertThat(node.complaints)
                .containsExactly("was asked by a malformed message: AdminCall.request is of no known kind");
    }

    @Test
    void a_node_of_no_cluster_yet_answers_too() {
        ReplicationServer young = ReplicationServer.start(
                ReplicationServer.Settings.of(new HostAndPort("127.0.0.1", 0)),
                new ReplicaId(1),
                () -> 1,
                node,
                (request, patience) -> CompletableFuture.completedFuture(
                        new AdminReply.Refused(AdminReply.Refused.Kind.NOT_CREATED, "this node waits")));
        try {
            assertThat(AdminClient.ask(young.address(), "shop", STATUS, LONG))
                    .isEqualTo(new AdminReply.Refused(AdminReply.Refused.Kind.NOT_CREATED, "this node waits"));
        } finally {
            young.stop(Duration.ZERO);
        }
    }
}
