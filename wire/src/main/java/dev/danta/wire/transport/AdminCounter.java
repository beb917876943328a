package dev.danta.wire.transport;

import dev.danta.wire.WireLimits;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.codec.AdminReplyCodec;
import dev.danta.wire.codec.AdminRequestCodec;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.codec.MalformedMessageException;
import dev.danta.wire.proto.AdminGrpc;
import dev.danta.wire.proto.AdminProto;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server's end of the administration: reads what is asked, has the {@link AdminDesk} answer, and writes that. */
final class AdminCounter {
    private static final int PATIENCE_MILLIS_MAX = 3_600_000;

    private final AdminDesk desk;
    private final Supplier<@Nullable String> cluster;
    private final Consumer<String> complaints;

    /** @param cluster that this node belongs to; null for none */
    AdminCounter(AdminDesk desk, Supplier<@Nullable String> cluster, Consumer<String> complaints) {
        this.desk = desk;
        this.cluster = cluster;
        this.complaints = complaints;
    }

    ServerServiceDefinition service(WireLimits limits) {
        MethodDescriptor<Inflow<AdminProto.AdminCall>, AdminProto.AdminReply> method =
                AdminGrpc.getAskMethod().toBuilder(
                                Inflow.marshaller(AdminProto.AdminCall.parser(), limits.messageBytesMax()),
                                ProtoUtils.marshaller(AdminProto.AdminReply.getDefaultInstance()))
                        .build();
        return ServerServiceDefinition.builder(AdminGrpc.SERVICE_NAME)
                .addMethod(method, ServerCalls.asyncUnaryCall(this::onCall))
                .build();
    }

    private void onCall(Inflow<AdminProto.AdminCall> inflow, StreamObserver<AdminProto.AdminReply> caller) {
        // Who asked may go while it is answered; without a handler the answer would then be an exception.
        ((ServerCallStreamObserver<AdminProto.AdminReply>) caller).setOnCancelHandler(() -> {});
        try {
            if (inflow instanceof Inflow.Frame<AdminProto.AdminCall> readable) {
                take(readable.frame(), caller);
            } else {
                throw new MalformedMessageException(((Inflow.Unreadable<AdminProto.AdminCall>) inflow).why());
            }
        } catch (MalformedMessageException malformed) {
            complaints.accept("was asked by a malformed message: " + malformed.getMessage());
            refuse(caller, Status.INVALID_ARGUMENT, "was sent a malformed message: " + malformed.getMessage());
        }
    }

    private void take(AdminProto.AdminCall call, StreamObserver<AdminProto.AdminReply> caller) {
        if (call.getProtocolVersion() != HelloCodec.PROTOCOL_VERSION) {
            String theirs = Integer.toUnsignedString(call.getProtocolVersion());
            refuse(
                    caller,
                    Status.FAILED_PRECONDITION,
                    "speaks version " + HelloCodec.PROTOCOL_VERSION + " of the protocol, not " + theirs);
            return;
        }
        AdminRequest request = AdminRequestCodec.decode(call);
        String own = cluster.get();
        if (own != null && !call.getCluster().isEmpty() && !call.getCluster().equals(own)) {
            String why = "this node belongs to cluster " + own + ", not " + call.getCluster();
            answer(caller, new AdminReply.Refused(AdminReply.Refused.Kind.WRONG_CLUSTER, why));
            return;
        }
        long millis = Math.min(Integer.toUnsignedLong(call.getPatienceMillis()), PATIENCE_MILLIS_MAX);
        desk.ask(request, Duration.ofMillis(millis)).whenComplete((reply, trouble) -> {
            if (reply != null) {
                answer(caller, reply);
            } else {
                String text = Causes.rootOf(trouble).getMessage();
                refuse(caller, Status.INTERNAL, "could not answer: " + text);
            }
        });
    }

    private static void answer(StreamObserver<AdminProto.AdminReply> caller, AdminReply reply) {
        caller.onNext(AdminReplyCodec.encode(reply));
        caller.onCompleted();
    }

    private static void refuse(StreamObserver<AdminProto.AdminReply> caller, Status status, String why) {
        caller.onError(status.withDescription(why).asRuntimeException());
    }
}
