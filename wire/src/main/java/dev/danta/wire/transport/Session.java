package dev.danta.wire.transport;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.ClientHello;
import dev.danta.wire.ServerHello;
import dev.danta.wire.codec.EnvelopeCodec;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.codec.MalformedMessageException;
import dev.danta.wire.codec.TopologyCodec;
import dev.danta.wire.proto.FrameProto;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * One stream as the server sees it: waits for the greeting, answers it, then hands batches in and out. gRPC calls the
 * {@code on...} methods one at a time.
 */
final class Session extends ServerCall.Listener<Inflow<FrameProto.ClientFrame>> implements ClientSession, Outlet.Sink {
    /** What all sessions of a server share. */
    interface House {
        EnvelopeCodec codec();

        /** What this node says of itself now; null while it is of no cluster. */
        @Nullable
        ServerHello greeting();

        Inbound inbound();

        void complain(String line);

        void left(Session session);
    }

    private final ServerCall<Inflow<FrameProto.ClientFrame>, FrameProto.ServerFrame> call;
    private final House house;
    private final Outlet outlet;
    private final String remote;
    private volatile ClientId client = ClientId.NONE;
    private volatile boolean refused;
    private @Nullable ServerHello answer;
    /** Of the last topology that was written; used by who writes. */
    private long toldVersion;

    private @Nullable ScheduledFuture<?> greetingTimer;
    private boolean greeted;
    private boolean left;

    Session(
            ServerCall<Inflow<FrameProto.ClientFrame>, FrameProto.ServerFrame> call,
            House house,
            Outlet.Bounds bounds) {
        this.call = call;
        this.house = house;
        this.outlet = new Outlet(this, bounds);
        this.remote = String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }

    /** Waits for the greeting, at most until {@code timer} calls {@link #onGreetingTimeout}. */
    void open(ScheduledFuture<?> timer) {
        greetingTimer = timer;
        call.sendHeaders(new Metadata());
        call.request(1);
    }

    void onGreetingTimeout() {
        refuse(Status.DEADLINE_EXCEEDED, "got no greeting in time", "did not greet in time");
    }

    @Override
    public void onMessage(Inflow<FrameProto.ClientFrame> inflow) {
        if (refused) {
            return;
        }
        try {
            if (inflow instanceof Inflow.Frame<FrameProto.ClientFrame> readable) {
                take(readable.frame());
            } else {
                throw new MalformedMessageException(((Inflow.Unreadable<FrameProto.ClientFrame>) inflow).why());
            }
        } catch (MalformedMessageException malformed) {
            String what = "a malformed message: " + malformed.getMessage();
            refuse(Status.INVALID_ARGUMENT, "was sent " + what, "sent " + what);
        }
        call.request(1);
    }

    private void take(FrameProto.ClientFrame frame) {
        switch (frame.getKindCase()) {
            case HELLO -> onHello(frame.getHello());
            case BATCH -> onBatch(frame.getBatch());
            case PING -> onPing(frame.getPing());
            case KIND_NOT_SET -> throw new MalformedMessageException("ClientFrame.kind is of no known kind");
        }
    }

    private void onHello(FrameProto.ClientHello wire) {
        if (greeted) {
            throw new MalformedMessageException("ClientHello stands a second time in the stream");
        }
        if (wire.getProtocolVersion() != HelloCodec.PROTOCOL_VERSION) {
            String theirs = Integer.toUnsignedString(wire.getProtocolVersion());
            refuse(
                    Status.FAILED_PRECONDITION,
                    "speaks version " + HelloCodec.PROTOCOL_VERSION + " of the protocol, not " + theirs,
                    "speaks version " + theirs + " of the protocol");
            return;
        }
        ClientHello hello = HelloCodec.decode(wire);
        ServerHello greeting = house.greeting();
        if (greeting == null) {
            // Nobody's fault, and nothing for the log: whoever waits for this node comes again soon.
            refused = true;
            outlet.endNow(Status.UNAVAILABLE.withDescription("belongs to no cluster yet"));
            return;
        }
        String cluster = greeting.topology().cluster();
        if (!hello.cluster().isEmpty() && !hello.cluster().equals(cluster)) {
            refuse(
                    Status.FAILED_PRECONDITION,
                    "belongs to cluster " + cluster + ", not " + hello.cluster(),
                    "wants cluster " + hello.cluster());
            return;
        }
        long identity = greeting.topology().identity();
        if (hello.identity() != 0 && hello.identity() != identity) {
            refuse(
                    Status.FAILED_PRECONDITION,
                    "belongs to another cluster that is called " + cluster + ", too",
                    "wants another cluster that is called " + cluster + ", too");
            return;
        }
        greeted = true;
        client = hello.client();
        if (greetingTimer != null) {
            greetingTimer.cancel(false);
        }
        answer = greeting;
        outlet.greet();
        house.inbound().onOpened(this);
    }

    private void onBatch(FrameProto.Batch batch) {
        if (!greeted) {
            throw new MalformedMessageException("Batch comes before the greeting");
        }
        List<Envelope> envelopes = house.codec().decode(batch);
        for (int i = 0; i < envelopes.size(); i++) {
            requireOwnRequest(envelopes.get(i), i);
        }
        house.inbound().onEnvelopes(this, envelopes);
    }

    private void onPing(long number) {
        if (!greeted || number < 0) {
            throw new MalformedMessageException(
                    greeted ? "ClientFrame.ping is the negative number " + number : "Ping comes before the greeting");
        }
        outlet.signal(number);
    }

    private void requireOwnRequest(Envelope envelope, int index) {
        if (!(envelope.from() instanceof Address.Client sender) || !sender.id().equals(client)) {
            throw new MalformedMessageException("envelope " + index + ": Envelope.from is " + envelope.from()
                    + ", but this stream is of c" + client);
        }
        if (!(envelope.message() instanceof IrMessage.Request)) {
            throw new MalformedMessageException("envelope " + index + ": Envelope.message is a reply");
        }
    }

    /** Ends the stream; {@code toPeer} is about this node, {@code toLog} about the peer, both without their subject. */
    private void refuse(Status status, String toPeer, String toLog) {
        refused = true;
        outlet.endNow(status.withDescription(toPeer));
        house.complain("turned away " + remote + ", which " + toLog);
    }

    @Override
    public void onReady() {
        outlet.pump();
    }

    @Override
    public void onHalfClose() {
        outlet.endAfterQueue(Status.OK);
    }

    @Override
    public void onCancel() {
        leave();
    }

    @Override
    public void onComplete() {
        leave();
    }

    private void leave() {
        if (left) {
            return;
        }
        left = true;
        // Its queue is garbage from now on, and who still holds the session must not fill it.
        outlet.endNow(Status.CANCELLED);
        if (greetingTimer != null) {
            greetingTimer.cancel(false);
        }
        house.left(this);
        if (greeted) {
            house.inbound().onClosed(this);
        }
    }

    @Override
    public ClientId client() {
        return client;
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public void send(List<Envelope> envelopes) {
        for (Envelope envelope : envelopes) {
            send(envelope);
        }
        outlet.pump();
    }

    private void send(Envelope envelope) {
        try {
            outlet.offer(house.codec().encode(envelope));
        } catch (IllegalArgumentException tooLarge) {
            outlet.countDropped();
            house.complain("could not answer " + remote + ": " + tooLarge.getMessage());
        }
    }

    @Override
    public long droppedEnvelopes() {
        return outlet.dropped();
    }

    /** Bytes that wait for the client to read. */
    long queuedBytes() {
        return outlet.queuedBytes();
    }

    @Override
    public void close(String reason) {
        outlet.endAfterQueue(Status.UNAVAILABLE.withDescription(reason));
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    /** The topology of the house has become newer. */
    void announce() {
        outlet.announce();
    }

    @Override
    public void writeGreeting() {
        ServerHello hello = Objects.requireNonNull(answer);
        toldVersion = hello.topology().version();
        call.sendMessage(FrameProto.ServerFrame.newBuilder()
                .setHello(HelloCodec.encode(hello))
                .build());
    }

    @Override
    public void writeNews() {
        ServerHello newest = house.greeting();
        if (newest != null && newest.topology().version() > toldVersion) {
            toldVersion = newest.topology().version();
            call.sendMessage(FrameProto.ServerFrame.newBuilder()
                    .setTopology(TopologyCodec.encode(newest.topology()))
                    .build());
        }
    }

    @Override
    public void write(FrameProto.Batch batch) {
        call.sendMessage(FrameProto.ServerFrame.newBuilder().setBatch(batch).build());
    }

    @Override
    public void writeSignal(long number) {
        call.sendMessage(FrameProto.ServerFrame.newBuilder().setPong(number).build());
    }

    @Override
    public void end(Status status) {
        call.close(status, new Metadata());
    }

    @Override
    public String toString() {
        return "c" + client + " at " + remote;
    }
}
