package dev.danta.wire.transport;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.ClientId;
import dev.danta.wire.ClientHello;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.ReplicationGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A stream without any manners: it sends whatever bytes it is given, and reads only when told to. */
final class RawStream extends ClientCall.Listener<byte[]> implements AutoCloseable {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    };

    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final CompletableFuture<byte[]> first = new CompletableFuture<>();

    RawStream(HostAndPort address) {
        this(NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .build());
    }

    /** One more stream of the same connection, which ends with either. */
    RawStream beside() {
        return new RawStream(channel);
    }

    private RawStream(ManagedChannel channel) {
        this.channel = channel;
        call = channel.newCall(
                ReplicationGrpc.getExchangeMethod().toBuilder(BYTES, BYTES).build(), CallOptions.DEFAULT);
        call.start(this, new Metadata());
    }

    RawStream send(byte[] bytes) {
        call.sendMessage(bytes);
        return this;
    }

    RawStream send(FrameProto.ClientFrame frame) {
        return send(frame.toByteArray());
    }

    RawStream greet(ClientId client) {
        return greet(FrameProto.ClientFrame.newBuilder()
                .setHello(HelloCodec.encode(new ClientHello(TestNode.CLUSTER, 0, client, 1)))
                .build());
    }

    /** Sends a greeting and waits for the answer. */
    RawStream greet(FrameProto.ClientFrame hello) {
        send(hello);
        call.request(1);
        try {
            first.get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("no greeting came back", failed);
        }
        return this;
    }

    /** How the server ended it. */
    Status end() throws Exception {
        // A stream that reads nothing would not hear of its end.
        call.request(1_000_000);
        return end.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(byte[] message) {
        first.complete(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end.complete(status);
        first.completeExceptionally(status.asException());
    }

    static ByteString noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
