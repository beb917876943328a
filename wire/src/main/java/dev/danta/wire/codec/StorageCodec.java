package dev.danta.wire.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.LogEntry;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.EpochProto;
import dev.danta.wire.proto.StorageProto;

/**
 * What a replica keeps on its disk, as bytes. The keys under which it is kept are not repeated inside. Nothing that was
 * stored is too large to be read again: the limits of what travels do not apply here.
 */
public final class StorageCodec {
    private static final WireLimits UNBOUNDED = new WireLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE - 2048,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);
    private static final ValueCodec VALUES = new ValueCodec(UNBOUNDED);
    private static final BodyCodec BODIES = new BodyCodec(VALUES);
    private static final OutcomeCodec OUTCOMES = new OutcomeCodec(VALUES);
    private static final RelaxedCodec RELAXED = new RelaxedCodec(VALUES);
    private static final FeedCodec FEEDS = new FeedCodec(VALUES);

    private StorageCodec() {}

    /** Everything but the id, under which it is kept. */
    public static byte[] encodeRecord(OpRecord known) {
        StorageProto.StoredRecord.Builder wire = StorageProto.StoredRecord.newBuilder();
        wire.setPromised(IdCodec.encode(known.promised()));
        if (known.vote() != null) {
            wire.setVote(OUTCOMES.encode(known.vote()));
        }
        if (known.accepted() != null) {
            wire.setAccepted(OutcomeCodec.encode(known.accepted()));
        }
        if (known.decision() != null) {
            wire.setDecision(OutcomeCodec.encode(known.decision()));
        }
        if (known.body() != null) {
            wire.setBody(BODIES.encode(known.body()));
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodeRecord} makes */
    public static OpRecord decodeRecord(Timestamp id, byte[] stored) {
        Place at = placeOf("the stored record of " + id);
        StorageProto.StoredRecord wire = parse(StorageProto.StoredRecord.parser(), stored, at);
        at.field("promised");
        var promised = IdCodec.ballot(wire.hasPromised(), wire.getPromised(), at);
        var vote = wire.hasVote() ? OUTCOMES.vote(true, wire.getVote(), at) : null;
        var accepted = OutcomeCodec.acceptance(wire.hasAccepted(), wire.getAccepted(), at);
        var decision = wire.hasDecision() ? OutcomeCodec.decision(true, wire.getDecision(), at) : null;
        var body = BODIES.bodyIfPresent(wire.hasBody(), wire.getBody(), at);
        return new OpRecord(id, vote, promised, accepted, decision, body);
    }

    /** The value or the deletion; not the timestamp, under which it is kept. */
    public static byte[] encodeVersion(Version version) {
        StorageProto.StoredVersion.Builder wire = StorageProto.StoredVersion.newBuilder();
        if (version.value() != null) {
            wire.setValue(ValueCodec.encode(version.value()));
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodeVersion} makes */
    public static Version decodeVersion(Timestamp timestamp, byte[] stored) {
        Place at = placeOf("the stored version at " + timestamp);
        StorageProto.StoredVersion wire = parse(StorageProto.StoredVersion.parser(), stored, at);
        at.field("value");
        return new Version(timestamp, wire.hasValue() ? VALUES.value(wire.getValue(), at) : null);
    }

    public static byte[] encodeRelaxed(RelaxedState state) {
        return StorageProto.StoredRelaxed.newBuilder()
                .setState(RELAXED.encode(state))
                .build()
                .toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodeRelaxed} makes */
    public static RelaxedState decodeRelaxed(byte[] stored) {
        Place at = placeOf("a stored relaxed value");
        StorageProto.StoredRelaxed wire = parse(StorageProto.StoredRelaxed.parser(), stored, at);
        return RELAXED.relaxedState(wire.hasState(), wire.getState(), "state", at);
    }

    public static byte[] encodeWatermarks(Watermarks watermarks) {
        return IdCodec.encode(watermarks).toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodeWatermarks} makes */
    public static Watermarks decodeWatermarks(byte[] stored) {
        Place at = placeOf("the stored state");
        return IdCodec.watermarks(true, parse(DataProto.Watermarks.parser(), stored, at), at);
    }

    /** Everything but the number, under which it is kept. */
    public static byte[] encodeLogEntry(LogEntry entry) {
        StorageProto.StoredLogEntry.Builder wire = StorageProto.StoredLogEntry.newBuilder();
        if (entry instanceof LogEntry.Done done) {
            wire.setDone(RELAXED.encode(done.id(), done.op()));
        } else if (entry instanceof LogEntry.Decided decided) {
            wire.setDecided(IdCodec.encode(decided.id()));
            if (decided.changes() != null) {
                wire.addAllChanges(FEEDS.encode(decided.changes()));
            }
        } else if (entry instanceof LogEntry.Joined joined) {
            wire.setJoined(DataProto.Nothing.getDefaultInstance());
            wire.addAllChanges(FEEDS.encode(joined.changes()));
        } else if (entry instanceof LogEntry.Hole) {
            wire.setHole(DataProto.Nothing.getDefaultInstance());
        }
        return wire.build().toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodeLogEntry} makes */
    public static LogEntry decodeLogEntry(byte[] stored) {
        Place at = placeOf("a stored entry of the log");
        StorageProto.StoredLogEntry wire = parse(StorageProto.StoredLogEntry.parser(), stored, at);
        at.field("kind");
        return switch (wire.getKindCase()) {
            case DECIDED -> {
                Timestamp id = IdCodec.takenTimestamp(true, wire.getDecided(), at);
                boolean changedNothing = wire.getChangesCount() == 0;
                yield new LogEntry.Decided(id, changedNothing ? null : FEEDS.changes(wire.getChangesList(), at));
            }
            case HOLE -> new LogEntry.Hole();
            case JOINED -> new LogEntry.Joined(FEEDS.changes(wire.getChangesList(), at));
            case DONE -> {
                DataProto.DoneOp done = wire.getDone();
                at.field("id");
                OpId id = IdCodec.opId(done.hasId(), done.getId(), at);
                yield new LogEntry.Done(id, RELAXED.done(done, at));
            }
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    public static byte[] encodeEpoch(EpochState epoch) {
        return EpochCodec.encode(epoch).toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodeEpoch} makes */
    public static EpochState decodeEpoch(byte[] stored) {
        Place at = placeOf("a stored epoch");
        EpochProto.StoredEpoch wire = parse(EpochProto.StoredEpoch.parser(), stored, at);
        try {
            return EpochCodec.epochState(wire, at);
        } catch (MalformedMessageException damaged) {
            throw new MalformedMessageException("a stored epoch: " + damaged.getMessage());
        }
    }

    public static byte[] encodePosition(LogPosition position) {
        return IdCodec.encode(position).toByteArray();
    }

    /** @throws MalformedMessageException if {@code stored} is not what {@link #encodePosition} makes */
    public static LogPosition decodePosition(byte[] stored) {
        Place at = placeOf("a stored cursor");
        return IdCodec.position("position", true, parse(DataProto.LogPosition.parser(), stored, at), at);
    }

    private static Place placeOf(String what) {
        Place at = new Place();
        at.message(what);
        return at;
    }

    private static <T> T parse(Parser<T> parser, byte[] stored, Place at) {
        try {
            return parser.parseFrom(stored);
        } catch (InvalidProtocolBufferException damaged) {
            throw at.malformed("cannot be read: " + damaged.getMessage());
        }
    }
}
