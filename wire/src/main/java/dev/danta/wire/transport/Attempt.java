package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.codec.MalformedMessageException;
import dev.danta.wire.codec.TopologyCodec;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.MessageProto;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One channel with one stream, from the first try to connect to its end. gRPC calls the {@code on...} methods of the
 * listener one at a time; the timer and the senders come from other threads.
 */
final class Attempt extends ClientCall.Listener<Inflow<FrameProto.ServerFrame>> implements Outlet.Sink {
    /** A stream that was greeted for this long was worth having: the pauses between attempts start small again. */
    private static final Duration LASTED = Duration.ofSeconds(1);

    private final Link link;
    private final ReplicaConnections all;
    private final ManagedChannel channel;
    private final ClientCall<FrameProto.ClientFrame, Inflow<FrameProto.ServerFrame>> call;
    private final Outlet outlet;
    private final AtomicBoolean heard = new AtomicBoolean();
    private final long startedNanos = System.nanoTime();
    private volatile @Nullable ReplicaId greetedNode;
    private volatile @Nullable Verdict verdict;
    private long greetedNanos;
    /** The timer's own. */
    private int silentTicks;

    /** Why this end gives the stream up, in place of whatever gRPC says then. */
    private record Verdict(String cause, boolean permanent) {}

    /**
     * How it ended.
     *
     * @param greetedNode the node that was connected; null if it did not come to that
     * @param lasted whether it was connected for a while
     */
    record End(String cause, boolean permanent, @Nullable ReplicaId greetedNode, boolean lasted) {}

    Attempt(InetSocketAddress address, Link link, ReplicaConnections all) {
        this.link = link;
        this.all = all;
        ReplicaConnections.Settings settings = all.settings();
        this.channel = NettyChannelBuilder.forAddress(address)
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis())
                .maxInboundMessageSize(Methods.hardLimit(settings.limits().replyBytesMax()))
                .build();
        this.call = channel.newCall(
                Methods.called(settings.limits()), CallOptions.DEFAULT.withOnReadyThreshold(settings.readyBytes()));
        this.outlet = new Outlet(this, all.bounds());
    }

    void start() {
        call.start(this, new Metadata());
        call.request(1);
        outlet.greet();
    }

    boolean offer(MessageProto.Envelope envelope) {
        return outlet.offer(envelope);
    }

    void pump() {
        outlet.pump();
    }

    long dropped() {
        return outlet.dropped();
    }

    boolean isGreeted() {
        return greetedNode != null;
    }

    void onTick() {
        boolean greeted = isGreeted();
        if (greeted && heard.getAndSet(false)) {
            silentTicks = 0;
            return;
        }
        if (!greeted) {
            giveUpIfNeverGreeted();
            return;
        }
        silentTicks++;
        int most = all.settings().pingsMissedMax();
        if (silentTicks >= most) {
            Duration silence = all.settings().pingInterval().multipliedBy(most);
            giveUp(new Verdict("silent for " + silence.toMillis() + " ms", false));
        } else {
            outlet.signal(silentTicks);
        }
    }

    private void giveUpIfNeverGreeted() {
        Duration patience = all.settings().greetingTimeout();
        if (System.nanoTime() - startedNanos > patience.toNanos()) {
            giveUp(new Verdict("no greeting within " + patience.toMillis() + " ms", false));
        }
    }

    /** Ends the stream once what is queued has left. */
    void finish() {
        verdict = new Verdict("closed by this client", false);
        if (isGreeted()) {
            outlet.endAfterQueue(Status.OK);
        } else {
            outlet.endNow(Status.CANCELLED);
        }
    }

    /** Ends the stream, and the channel's connection, now. */
    void cut() {
        giveUp(new Verdict("closed by this client", false));
        channel.shutdownNow();
    }

    private void giveUp(Verdict why) {
        if (verdict == null) {
            verdict = why;
        }
        outlet.endNow(Status.CANCELLED.withDescription(why.cause()));
    }

    @Override
    public void onReady() {
        outlet.pump();
    }

    @Override
    public void onMessage(Inflow<FrameProto.ServerFrame> inflow) {
        heard.lazySet(true);
        try {
            if (inflow instanceof Inflow.Frame<FrameProto.ServerFrame> readable) {
                take(readable.frame());
            } else {
                throw new MalformedMessageException(((Inflow.Unreadable<FrameProto.ServerFrame>) inflow).why());
            }
        } catch (MalformedMessageException malformed) {
            giveUp(new Verdict("sent a malformed message: " + malformed.getMessage(), true));
        }
        call.request(1);
    }

    private void take(FrameProto.ServerFrame frame) {
        ReplicaId node = greetedNode;
        switch (frame.getKindCase()) {
            case HELLO -> onHello(frame.getHello(), node);
            case BATCH -> onBatch(frame.getBatch(), node);
            // That it came is all there is to it.
            case PONG -> {}
            case TOPOLOGY -> onTopology(frame.getTopology(), node);
            case KIND_NOT_SET -> throw new MalformedMessageException("ServerFrame.kind is of no known kind");
        }
    }

    private void onHello(FrameProto.ServerHello wire, @Nullable ReplicaId node) {
        if (node != null) {
            throw new MalformedMessageException("ServerHello stands a second time in the stream");
        }
        if (wire.getProtocolVersion() != HelloCodec.PROTOCOL_VERSION) {
            giveUp(new Verdict(
                    "speaks version " + Integer.toUnsignedString(wire.getProtocolVersion())
                            + " of the protocol, this client speaks version " + HelloCodec.PROTOCOL_VERSION,
                    true));
            return;
        }
        ServerHello greeting = HelloCodec.decode(wire);
        String objection = link.objectionTo(greeting);
        if (objection != null) {
            giveUp(new Verdict(objection, true));
            return;
        }
        greetedNanos = System.nanoTime();
        greetedNode = greeting.node();
        if (!link.onGreeted(greeting)) {
            greetedNode = null;
            giveUp(new Verdict("is " + greeting.node() + ", which is connected already", false));
        }
    }

    private void onTopology(FrameProto.Topology wire, @Nullable ReplicaId node) {
        if (node == null) {
            throw new MalformedMessageException("Topology comes before the greeting");
        }
        Topology topology = TopologyCodec.decode(wire);
        String objection = all.objectionTo(topology);
        if (objection != null) {
            giveUp(new Verdict(objection, true));
            return;
        }
        all.listener().onTopology(node, topology);
    }

    private void onBatch(FrameProto.Batch batch, @Nullable ReplicaId node) {
        if (node == null) {
            throw new MalformedMessageException("Batch comes before the greeting");
        }
        List<Envelope> envelopes = all.codec().decode(batch);
        for (int i = 0; i < envelopes.size(); i++) {
            requireReplyOf(node, envelopes.get(i), i);
        }
        all.listener().onEnvelopes(node, envelopes);
    }

    private static void requireReplyOf(ReplicaId node, Envelope envelope, int index) {
        if (!(envelope.from() instanceof Address.Replica sender) || !sender.id().equals(node)) {
            throw new MalformedMessageException(
                    "envelope " + index + ": Envelope.from is " + envelope.from() + ", but this stream is of " + node);
        }
        if (!(envelope.message() instanceof IrMessage.Reply)) {
            throw new MalformedMessageException("envelope " + index + ": Envelope.message is a request");
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        // Its queue is garbage from now on, and a sender that still holds it must not fill it.
        outlet.endNow(Status.CANCELLED);
        channel.shutdownNow();
        Verdict own = verdict;
        ReplicaId node = greetedNode;
        boolean lasted = node != null && System.nanoTime() - greetedNanos > LASTED.toNanos();
        if (own != null) {
            link.onEnded(this, new End(own.cause(), own.permanent(), node, lasted));
        } else {
            link.onEnded(this, new End(Causes.lineOf(status), Link.isPermanent(status), node, lasted));
        }
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public void writeGreeting() {
        call.sendMessage(FrameProto.ClientFrame.newBuilder()
                .setHello(HelloCodec.encode(all.greeting()))
                .build());
    }

    /** A client has none. */
    @Override
    public void writeNews() {}

    @Override
    public void write(FrameProto.Batch batch) {
        call.sendMessage(FrameProto.ClientFrame.newBuilder().setBatch(batch).build());
    }

    @Override
    public void writeSignal(long number) {
        call.sendMessage(FrameProto.ClientFrame.newBuilder().setPing(number).build());
    }

    @Override
    public void end(Status status) {
        if (status.isOk()) {
            call.halfClose();
        } else {
            call.cancel(status.getDescription() == null ? "closed" : status.getDescription(), null);
        }
    }
}
