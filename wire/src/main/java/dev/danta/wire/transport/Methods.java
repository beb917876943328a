package dev.danta.wire.transport;

import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.ReplicationGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/** The one method of the service, as each end sees it. */
final class Methods {
    private Methods() {}

    static MethodDescriptor<Inflow<FrameProto.ClientFrame>, FrameProto.ServerFrame> served(WireLimits limits) {
        return ReplicationGrpc.getExchangeMethod().toBuilder(
                        Inflow.marshaller(FrameProto.ClientFrame.parser(), limits.messageBytesMax()),
                        ProtoUtils.marshaller(FrameProto.ServerFrame.getDefaultInstance()))
                .build();
    }

    static MethodDescriptor<FrameProto.ClientFrame, Inflow<FrameProto.ServerFrame>> called(WireLimits limits) {
        return ReplicationGrpc.getExchangeMethod().toBuilder(
                        ProtoUtils.marshaller(FrameProto.ClientFrame.getDefaultInstance()),
                        Inflow.marshaller(FrameProto.ServerFrame.parser(), limits.replyBytesMax()))
                .build();
    }

    /**
     * What gRPC itself is told to accept. Beyond it the stream breaks off without an explanation, so it is twice the limit:
     * a peer with other settings is told what is wrong, and memory is bounded all the same.
     */
    static int hardLimit(int bytesMax) {
        return (int) Math.min(2L * bytesMax, Integer.MAX_VALUE);
    }
}
