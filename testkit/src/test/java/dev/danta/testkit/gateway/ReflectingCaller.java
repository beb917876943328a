package dev.danta.testkit.gateway;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.rpc.Status;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A caller who knows nothing of Danta but a node's address: it has the node describe {@code danta.v1}, and writes and reads
 * messages as text.
 */
final class ReflectingCaller implements AutoCloseable {
    private static final String SERVICE = "danta.v1.Danta";

    private final ManagedChannel channel;
    private final Descriptors.ServiceDescriptor service;

    /** An error that a node told of. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        final io.grpc.Status.Code code;
        /** The detail, as a message. */
        final transient DynamicMessage detail;

        Refusal(io.grpc.Status.Code code, DynamicMessage detail) {
            super(code + " " + detail);
            this.code = code;
            this.detail = detail;
        }

        String field(String name) {
            return String.valueOf(detail.getField(detail.getDescriptorForType().findFieldByName(name)));
        }
    }

    private ReflectingCaller(ManagedChannel channel, Descriptors.ServiceDescriptor service) {
        this.channel = channel;
        this.service = service;
    }

    /** @param endpoint {@code host:port} */
    static ReflectingCaller of(String endpoint) throws Exception {
        int colon = endpoint.lastIndexOf(':');
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)))
                .usePlaintext()
                .build();
        return new ReflectingCaller(channel, described(channel));
    }

    private static Descriptors.ServiceDescriptor described(ManagedChannel channel) throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> questions = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failed) {
                        answer.completeExceptionally(failed);
                    }

                    @Override
                    public void onCompleted() {}
                });
        questions.onNext(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(SERVICE)
                .build());
        Map<String, FileDescriptorProto> files = new HashMap<>();
        for (com.google.protobuf.ByteString file :
                answer.get(60, TimeUnit.SECONDS).getFileDescriptorResponse().getFileDescriptorProtoList()) {
            FileDescriptorProto read = FileDescriptorProto.parseFrom(file);
            files.put(read.getName(), read);
        }
        questions.onCompleted();
        FileDescriptorProto first = files.values().stream()
                .filter(file -> file.getPackage().equals("danta.v1"))
                .findFirst()
                .orElseThrow();
        return built(first, files, new HashMap<>()).findServiceByName("Danta");
    }

    private static FileDescriptor built(
            FileDescriptorProto file, Map<String, FileDescriptorProto> files, Map<String, FileDescriptor> done)
            throws Descriptors.DescriptorValidationException {
        FileDescriptor known = done.get(file.getName());
        if (known != null) {
            return known;
        }
        FileDescriptor[] needed = new FileDescriptor[file.getDependencyCount()];
        for (int i = 0; i < needed.length; i++) {
            needed[i] = built(files.get(file.getDependency(i)), files, done);
        }
        FileDescriptor complete = FileDescriptor.buildFrom(file, needed);
        done.put(file.getName(), complete);
        return complete;
    }

    /** Calls a method with a request in protobuf's text format; the answer's fields are asked for by their names. */
    Answer call(String method, String request) {
        return call(method, request, 60_000);
    }

    /** The same with another deadline than a minute. */
    Answer call(String method, String request, int deadlineMillis) {
        return call(method, request, CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS), "");
    }

    /** The same of a node that must belong to that cluster. */
    Answer callIn(String cluster, String method, String request) {
        return call(method, request, CallOptions.DEFAULT, cluster);
    }

    private Answer call(String method, String request, CallOptions options, String cluster) {
        Descriptors.MethodDescriptor described = service.findMethodByName(method);
        MethodDescriptor<DynamicMessage, DynamicMessage> callable =
                MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, method))
                        .setRequestMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(described.getInputType())))
                        .setResponseMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(described.getOutputType())))
                        .build();
        Metadata headers = new Metadata();
        if (!cluster.isEmpty()) {
            headers.put(Metadata.Key.of("danta-cluster", Metadata.ASCII_STRING_MARSHALLER), cluster);
        }
        try {
            DynamicMessage.Builder message = DynamicMessage.newBuilder(described.getInputType());
            TextFormat.merge(request, message);
            return new Answer(ClientCalls.blockingUnaryCall(
                    io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                    callable,
                    options,
                    message.build()));
        } catch (StatusRuntimeException refused) {
            throw refusal(refused);
        } catch (TextFormat.ParseException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    private RuntimeException refusal(StatusRuntimeException refused) {
        Status status = StatusProto.fromThrowable(refused);
        if (status == null || status.getDetailsCount() == 0) {
            return refused;
        }
        try {
            Descriptors.Descriptor detail = service.getFile().findMessageTypeByName("ErrorDetail");
            return new Refusal(
                    refused.getStatus().getCode(),
                    DynamicMessage.parseFrom(detail, status.getDetails(0).getValue()));
        } catch (InvalidProtocolBufferException malformed) {
            return new IllegalStateException(malformed);
        }
    }

    /** A message whose fields are looked up by their names, a dot between those of nested ones. */
    record Answer(DynamicMessage message) {
        String text(String path) {
            Object value = message;
            for (String name : path.split("\\.")) {
                value = field((DynamicMessage) value, name);
            }
            return value instanceof com.google.protobuf.ByteString bytes ? bytes.toStringUtf8() : String.valueOf(value);
        }

        private static Object field(DynamicMessage within, String name) {
            int bracket = name.indexOf('[');
            String plain = bracket < 0 ? name : name.substring(0, bracket);
            Descriptors.FieldDescriptor field = within.getDescriptorForType().findFieldByName(plain);
            return bracket < 0
                    ? within.getField(field)
                    : within.getRepeatedField(field, Integer.parseInt(name.substring(bracket + 1, name.length() - 1)));
        }

        int count(String repeated) {
            return message.getRepeatedFieldCount(message.getDescriptorForType().findFieldByName(repeated));
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
