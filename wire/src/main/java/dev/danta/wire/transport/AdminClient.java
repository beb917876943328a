package dev.danta.wire.transport;

import dev.danta.wire.HostAndPort;
import dev.danta.wire.WireLimits;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.codec.AdminReplyCodec;
import dev.danta.wire.codec.AdminRequestCodec;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.codec.MalformedMessageException;
import dev.danta.wire.proto.AdminGrpc;
import dev.danta.wire.proto.AdminProto;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks a node about its cluster, or to change it. May be used by any thread. */
public final class AdminClient {
    private static final MethodDescriptor<AdminProto.AdminCall, Inflow<AdminProto.AdminReply>> METHOD =
            AdminGrpc.getAskMethod().toBuilder(
                            ProtoUtils.marshaller(AdminProto.AdminCall.getDefaultInstance()),
                            Inflow.marshaller(AdminProto.AdminReply.parser(), WireLimits.DEFAULT.replyBytesMax()))
                    .build();

    private AdminClient() {}

    /**
     * Asks once, over a connection of its own, and waits for the answer.
     *
     * @param cluster that the node must belong to; empty for any
     * @param within how long to wait for the answer, looking up the name and connecting included; a millisecond or more
     * @throws AdminUnreachableException if there is none, one sentence that begins with the address
     */
    public static AdminReply ask(HostAndPort node, String cluster, AdminRequest request, Duration within) {
        ManagedChannel channel = connectTo(node);
        try {
            return read(ClientCalls.blockingUnaryCall(channel, METHOD, within(within), call(cluster, request, within)));
        } catch (StatusRuntimeException failed) {
            throw failure(node, request, failed.getStatus(), within);
        } catch (MalformedMessageException malformed) {
            throw unreadable(node, malformed);
        } finally {
            channel.shutdownNow();
        }
    }

    /**
     * The same without waiting. Completed on a transport thread, which must not be held up; fails with
     * {@link AdminUnreachableException} itself.
     */
    public static CompletableFuture<AdminReply> begin(
            HostAndPort node, String cluster, AdminRequest request, Duration within) {
        ManagedChannel channel = connectTo(node);
        CompletableFuture<AdminReply> answered = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(
                channel.newCall(METHOD, within(within)),
                call(cluster, request, within),
                new StreamObserver<Inflow<AdminProto.AdminReply>>() {
                    @Override
                    public void onNext(Inflow<AdminProto.AdminReply> reply) {
                        try {
                            answered.complete(read(reply));
                        } catch (MalformedMessageException malformed) {
                            answered.completeExceptionally(unreadable(node, malformed));
                        }
                    }

                    @Override
                    public void onError(Throwable failed) {
                        answered.completeExceptionally(failure(node, request, Status.fromThrowable(failed), within));
                        channel.shutdownNow();
                    }

                    @Override
                    public void onCompleted() {
                        channel.shutdownNow();
                    }
                });
        return answered;
    }

    private static ManagedChannel connectTo(HostAndPort node) {
        return NettyChannelBuilder.forAddress(node.host(), node.port())
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(Methods.hardLimit(WireLimits.DEFAULT.replyBytesMax()))
                .build();
    }

    private static CallOptions within(Duration within) {
        return CallOptions.DEFAULT.withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static AdminUnreachableException unreadable(HostAndPort node, MalformedMessageException malformed) {
        return new AdminUnreachableException(node + ": sent a malformed answer: " + malformed.getMessage());
    }

    private static AdminProto.AdminCall call(String cluster, AdminRequest request, Duration within) {
        AdminProto.AdminCall.Builder call = AdminProto.AdminCall.newBuilder()
                .setProtocolVersion(HelloCodec.PROTOCOL_VERSION)
                .setCluster(cluster)
                .setPatienceMillis((int) Math.min(Integer.MAX_VALUE, within.toMillis()));
        AdminRequestCodec.encode(request, call);
        return call.build();
    }

    private static AdminReply read(Inflow<AdminProto.AdminReply> inflow) {
        if (inflow instanceof Inflow.Frame<AdminProto.AdminReply> readable) {
            return AdminReplyCodec.decode(readable.frame());
        }
        throw new MalformedMessageException(((Inflow.Unreadable<AdminProto.AdminReply>) inflow).why());
    }

    private static AdminUnreachableException failure(
            HostAndPort node, AdminRequest request, Status status, Duration within) {
        if (status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
            return new AdminUnreachableException(node + ": " + Causes.lineOf(status));
        }
        String doubt = isChange(request) ? "; whether it will be done is not known, the status tells" : "";
        return new AdminUnreachableException(node + ": no answer within " + within.toMillis() + " ms" + doubt);
    }

    private static boolean isChange(AdminRequest request) {
        if (request instanceof AdminRequest.Remove remove) {
            return !remove.dryRun();
        }
        if (request instanceof AdminRequest.Replace replace) {
            return !replace.dryRun();
        }
        if (request instanceof AdminRequest.MoveShard move) {
            return !move.dryRun();
        }
        return request instanceof AdminRequest.Create
                || request instanceof AdminRequest.Join
                || request instanceof AdminRequest.Drain
                || request instanceof AdminRequest.Ask;
    }
}
