package dev.danta.wire.codec;

import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.MessageProto;
import java.util.ArrayList;
import java.util.List;

/** Envelopes to protobuf and back, within limits. May be used by many threads. */
public final class EnvelopeCodec {
    /** What a frame adds around one envelope: two tags and two lengths. */
    public static final int FRAME_BYTES = 16;

    private final WireLimits limits;
    private final MessageEncoder encoder;
    private final MessageDecoder decoder;

    public EnvelopeCodec(WireLimits limits) {
        this.limits = limits;
        this.encoder = new MessageEncoder(limits);
        this.decoder = new MessageDecoder(limits);
    }

    /**
     * @throws IllegalArgumentException if the envelope is over a limit, so that the receiver would refuse it; the message
     *     is one line that names limit and size
     */
    public MessageProto.Envelope encode(Envelope envelope) {
        MessageProto.Envelope.Builder wire = MessageProto.Envelope.newBuilder()
                .setShard(envelope.shard().number())
                .setEpoch(envelope.epoch().number());
        if (envelope.from() instanceof Address.Client client) {
            wire.setClient(IdCodec.encode(client.id()));
        } else {
            wire.setReplica(((Address.Replica) envelope.from()).id().number());
        }
        encoder.put(envelope.message(), wire);
        MessageProto.Envelope encoded = wire.build();
        int most = bytesMax(envelope.message()) - FRAME_BYTES;
        if (encoded.getSerializedSize() > most) {
            throw new IllegalArgumentException("a message of " + encoded.getSerializedSize()
                    + " bytes is over the limit of " + most + ": "
                    + envelope.message().getClass().getSimpleName());
        }
        return encoded;
    }

    private int bytesMax(IrMessage message) {
        return message instanceof IrMessage.Request ? limits.messageBytesMax() : limits.replyBytesMax();
    }

    /** @throws MalformedMessageException if it is not what {@link #encode} makes of an envelope */
    public Envelope decode(MessageProto.Envelope wire) {
        Place at = new Place();
        at.message("Envelope");
        return decode(wire, at);
    }

    /**
     * The envelopes of a frame, in their order.
     *
     * @throws MalformedMessageException if one of them is malformed, or there are none, or too many
     */
    public List<Envelope> decode(FrameProto.Batch batch) {
        Place at = new Place();
        at.message("Batch");
        at.field("envelopes");
        int count = batch.getEnvelopesCount();
        if (count == 0) {
            throw at.malformed("is empty");
        }
        at.requireCount(count, limits.envelopesPerFrameMax());
        List<Envelope> envelopes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            at.envelope(i);
            envelopes.add(decode(batch.getEnvelopes(i), at));
        }
        return envelopes;
    }

    private Envelope decode(MessageProto.Envelope wire, Place at) {
        at.field("shard");
        var shard = IdCodec.shard(wire.getShard(), at);
        at.field("epoch");
        var epoch = IdCodec.epoch(wire.getEpoch(), at);
        at.field("from");
        Address from = switch (wire.getFromCase()) {
            case CLIENT -> new Address.Client(IdCodec.client(wire.getClient()));
            case REPLICA -> new Address.Replica(IdCodec.replica(wire.getReplica(), at));
            case FROM_NOT_SET -> throw at.malformed("is missing");
        };
        return new Envelope(shard, epoch, from, decoder.take(wire, at));
    }
}
