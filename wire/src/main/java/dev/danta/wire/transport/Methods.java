package dev.danta.wire.transport;

import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.ReplicationGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/** The one method of the service, as each end sees it. */
final class Methods {
    static final MethodDescriptor<Inflow<FrameProto.ClientFrame>, FrameProto.ServerFrame> SERVED =
            ReplicationGrpc.getExchangeMethod().toBuilder(
                            Inflow.marshaller(FrameProto.ClientFrame.parser()),
                            ProtoUtils.marshaller(FrameProto.ServerFrame.getDefaultInstance()))
                    .build();

    static final MethodDescriptor<FrameProto.ClientFrame, Inflow<FrameProto.ServerFrame>> CALLED =
            ReplicationGrpc.getExchangeMethod().toBuilder(
                            ProtoUtils.marshaller(FrameProto.ClientFrame.getDefaultInstance()),
                            Inflow.marshaller(FrameProto.ServerFrame.parser()))
                    .build();

    private Methods() {}
}
