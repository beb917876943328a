package dev.danta.wire.transport;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.Topology;
import dev.danta.wire.WireLimits;
import dev.danta.wire.codec.GatewayReplyCodec;
import dev.danta.wire.codec.GatewayRequestCodec;
import dev.danta.wire.codec.MalformedMessageException;
import dev.danta.wire.codec.UnknownFields;
import dev.danta.wire.gateway.GatewayDesk;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.proto.DantaGrpc;
import dev.danta.wire.proto.DantaV1;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server's end of {@code danta.v1}: reads what is asked, has the {@link GatewayDesk} do it, and writes what it says. */
final class GatewayCounter {
    /** For callers that do not say how long they wait. */
    private static final Duration USUAL_DEADLINE = Duration.ofSeconds(5);

    private static final Duration DEADLINE_MAX = Duration.ofMinutes(1);
    /** So long before the caller's deadline the answer is to be there, so that it arrives; at most a tenth of it. */
    private static final Duration MARGIN_MAX = Duration.ofMillis(100);

    private static final Metadata.Key<String> CLUSTER =
            Metadata.Key.of("danta-cluster", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> CLUSTER_UTF8 =
            Metadata.Key.of("danta-cluster-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final GatewayDesk desk;
    private final ReplicaId node;
    private final Supplier<@Nullable Topology> cluster;
    private final Consumer<String> complaints;
    private final WireLimits limits;

    /** @param cluster that this node belongs to; null for none yet */
    GatewayCounter(
            GatewayDesk desk,
            ReplicaId node,
            Supplier<@Nullable Topology> cluster,
            Consumer<String> complaints,
            WireLimits limits) {
        this.desk = desk;
        this.node = node;
        this.cluster = cluster;
        this.complaints = complaints;
        this.limits = limits;
    }

    ReplicaId node() {
        return node;
    }

    ServerServiceDefinition service() {
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        methods.add(method(DantaGrpc.getDescribeMethod(), DantaV1.DescribeRequest.parser(), (wire, caller) -> {
            caller.onNext(GatewayReplyCodec.describe(node, known(), limits));
            caller.onCompleted();
        }));
        methods.add(method(
                DantaGrpc.getOutcomeMethod(),
                DantaV1.OutcomeRequest.parser(),
                GatewayRequestCodec::outcome,
                only(GatewayReply.Outcome.class, GatewayReplyCodec::outcome)));
        addStrict(methods);
        addInteractive(methods);
        addRelaxed(methods);
        // What a method reads is not what the generated description says, so the service is described anew.
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(DantaGrpc.SERVICE_NAME)
                .setSchemaDescriptor(DantaGrpc.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(service::addMethod);
        return ServerInterceptors.intercept(service.build(), new RightCluster());
    }

    private void addStrict(List<ServerMethodDefinition<?, ?>> methods) {
        methods.add(method(
                DantaGrpc.getTransactMethod(),
                DantaV1.TransactRequest.parser(),
                GatewayRequestCodec::transact,
                reply -> reply instanceof GatewayReply.Applied applied
                        ? GatewayReplyCodec.applied(applied)
                        : only(GatewayReply.NotApplied.class, GatewayReplyCodec::notApplied)
                                .apply(reply)));
        methods.add(method(
                DantaGrpc.getGetMethod(),
                DantaV1.GetRequest.parser(),
                GatewayRequestCodec::get,
                only(GatewayReply.Got.class, GatewayReplyCodec::got)));
        methods.add(method(
                DantaGrpc.getScanMethod(),
                DantaV1.ScanRequest.parser(),
                GatewayRequestCodec::scan,
                only(GatewayReply.Page.class, GatewayReplyCodec::page)));
    }

    private void addInteractive(List<ServerMethodDefinition<?, ?>> methods) {
        methods.add(method(
                DantaGrpc.getBeginMethod(),
                DantaV1.BeginRequest.parser(),
                GatewayRequestCodec::begin,
                only(GatewayReply.Begun.class, GatewayReplyCodec::begun)));
        methods.add(method(
                DantaGrpc.getWriteMethod(),
                DantaV1.WriteRequest.parser(),
                GatewayRequestCodec::buffer,
                done(DantaV1.WriteReply.getDefaultInstance())));
        methods.add(method(
                DantaGrpc.getKeepAliveMethod(),
                DantaV1.KeepAliveRequest.parser(),
                GatewayRequestCodec::keepAlive,
                done(DantaV1.KeepAliveReply.getDefaultInstance())));
        methods.add(method(
                DantaGrpc.getCommitMethod(),
                DantaV1.CommitRequest.parser(),
                GatewayRequestCodec::commit,
                only(GatewayReply.Committed.class, GatewayReplyCodec::committed)));
        methods.add(method(
                DantaGrpc.getRollbackMethod(),
                DantaV1.RollbackRequest.parser(),
                GatewayRequestCodec::rollback,
                done(DantaV1.RollbackReply.getDefaultInstance())));
    }

    private void addRelaxed(List<ServerMethodDefinition<?, ?>> methods) {
        methods.add(method(
                DantaGrpc.getPutMethod(),
                DantaV1.PutRequest.parser(),
                GatewayRequestCodec::put,
                only(GatewayReply.Acknowledged.class, GatewayReplyCodec::put)));
        methods.add(method(
                DantaGrpc.getAddMethod(),
                DantaV1.AddRequest.parser(),
                GatewayRequestCodec::add,
                only(GatewayReply.Acknowledged.class, GatewayReplyCodec::added)));
        methods.add(method(
                DantaGrpc.getSumMethod(),
                DantaV1.SumRequest.parser(),
                GatewayRequestCodec::sum,
                only(GatewayReply.Summed.class, GatewayReplyCodec::summed)));
    }

    private static <R, B> Function<GatewayReply, @Nullable B> only(Class<R> expected, Function<R, B> write) {
        return reply -> expected.isInstance(reply) ? write.apply(expected.cast(reply)) : null;
    }

    private static <B> Function<GatewayReply, @Nullable B> done(B said) {
        return reply -> reply instanceof GatewayReply.Done ? said : null;
    }

    private <A extends Message, B> ServerMethodDefinition<Inflow<A>, B> method(
            MethodDescriptor<A, B> generated,
            Parser<A> parser,
            Function<A, GatewayRequest> read,
            Function<GatewayReply, @Nullable B> write) {
        return method(generated, parser, (frame, caller) -> take(read.apply(frame), write, caller));
    }

    private <A extends Message, B> ServerMethodDefinition<Inflow<A>, B> method(
            MethodDescriptor<A, B> generated, Parser<A> parser, BiConsumer<A, StreamObserver<B>> take) {
        MethodDescriptor<Inflow<A>, B> method = generated.toBuilder(
                        Inflow.marshaller(parser, limits.messageBytesMax()), generated.getResponseMarshaller())
                .build();
        return ServerMethodDefinition.create(
                method, ServerCalls.asyncUnaryCall((inflow, caller) -> onCall(inflow, take, caller)));
    }

    private static <A extends Message, B> void onCall(
            Inflow<A> inflow, BiConsumer<A, StreamObserver<B>> take, StreamObserver<B> caller) {
        if (!(inflow instanceof Inflow.Frame<A> readable)) {
            refuse(caller, new Refused(Refused.Kind.INVALID_REQUEST, ((Inflow.Unreadable<A>) inflow).why()));
            return;
        }
        Optional<String> unknown = UnknownFields.in(readable.frame());
        if (unknown.isPresent()) {
            refuse(caller, new Refused(Refused.Kind.UNSUPPORTED, unknown.get() + ", which this node does not know"));
            return;
        }
        try {
            take.accept(readable.frame(), caller);
        } catch (MalformedMessageException malformed) {
            refuse(caller, new Refused(Refused.Kind.INVALID_REQUEST, String.valueOf(malformed.getMessage())));
        }
    }

    private <B> void take(GatewayRequest request, Function<GatewayReply, @Nullable B> write, StreamObserver<B> caller) {
        CompletableFuture<GatewayReply> answer = desk.ask(request, patience());
        // Without a handler an answer to a caller that has gone would be an exception.
        ((ServerCallStreamObserver<B>) caller).setOnCancelHandler(() -> answer.cancel(false));
        CompletableFuture<?> unused = answer.whenComplete((reply, trouble) -> answer(caller, write, reply, trouble));
    }

    /** The interceptor lets nobody in before there is one. */
    private Topology known() {
        return Objects.requireNonNull(cluster.get());
    }

    private static Duration patience() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return USUAL_DEADLINE;
        }
        long nanos = Math.min(deadline.timeRemaining(TimeUnit.NANOSECONDS), DEADLINE_MAX.toNanos());
        return Duration.ofNanos(Math.max(1, nanos - Math.min(nanos / 10, MARGIN_MAX.toNanos())));
    }

    private <B> void answer(
            StreamObserver<B> caller,
            Function<GatewayReply, @Nullable B> write,
            @Nullable GatewayReply reply,
            @Nullable Throwable trouble) {
        if (trouble instanceof CancellationException) {
            return;
        }
        if (reply instanceof Refused refused) {
            refuse(caller, refused);
            return;
        }
        B written = reply == null ? null : write.apply(reply);
        if (written == null) {
            String text = trouble == null ? "answered something else" : String.valueOf(Causes.rootOf(trouble));
            complaints.accept("could not do what a caller asked for: " + text);
            refuse(
                    caller,
                    new Refused(
                            Refused.Kind.INTERNAL, GatewayReply.Effect.UNKNOWN, false, "a bug of the node's: " + text));
            return;
        }
        caller.onNext(written);
        caller.onCompleted();
    }

    private static void refuse(StreamObserver<?> caller, Refused refused) {
        caller.onError(StatusProto.toStatusRuntimeException(GatewayReplyCodec.refused(refused)));
    }

    /** Turns away who looks for another cluster, and everybody while there is none, before anything is read. */
    private final class RightCluster implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            String wanted = wanted(headers);
            Topology known = cluster.get();
            if (known == null) {
                return turnAway(call, new Refused(Refused.Kind.UNAVAILABLE, "this node belongs to no cluster yet"));
            }
            if (wanted == null || wanted.equals(known.cluster())) {
                return next.startCall(call, headers);
            }
            String why = "this node belongs to cluster " + known.cluster() + ", not " + wanted;
            return turnAway(call, new Refused(Refused.Kind.WRONG_CLUSTER, why));
        }

        private static @Nullable String wanted(Metadata headers) {
            byte[] utf8 = headers.get(CLUSTER_UTF8);
            return utf8 == null ? headers.get(CLUSTER) : new String(utf8, StandardCharsets.UTF_8);
        }

        private static <A, B> ServerCall.Listener<A> turnAway(ServerCall<A, B> call, Refused refused) {
            StatusRuntimeException status = StatusProto.toStatusRuntimeException(GatewayReplyCodec.refused(refused));
            Metadata trailers = status.getTrailers();
            call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
    }
}
