package dev.danta.wire.codec;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.Watermarks;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.IdProto;
import java.util.ArrayList;
import java.util.List;

/** Who, when and which. */
final class IdCodec {
    private IdCodec() {}

    static IdProto.ClientId encode(ClientId client) {
        return IdProto.ClientId.newBuilder()
                .setHigh(client.high())
                .setLow(client.low())
                .build();
    }

    static IdProto.Timestamp encode(Timestamp timestamp) {
        return IdProto.Timestamp.newBuilder()
                .setTimeMicros(timestamp.timeMicros())
                .setClientHigh(timestamp.client().high())
                .setClientLow(timestamp.client().low())
                .build();
    }

    static IdProto.Ballot encode(Ballot ballot) {
        return IdProto.Ballot.newBuilder()
                .setEpoch(ballot.epoch())
                .setRound(ballot.round())
                .setProposerHigh(ballot.proposer().high())
                .setProposerLow(ballot.proposer().low())
                .build();
    }

    static IdProto.OpId encode(OpId id) {
        return IdProto.OpId.newBuilder()
                .setClientHigh(id.client().high())
                .setClientLow(id.client().low())
                .setSequence(id.sequence())
                .build();
    }

    static ClientId client(IdProto.ClientId wire) {
        return new ClientId(wire.getHigh(), wire.getLow());
    }

    /** Any timestamp, {@link Timestamp#ZERO} included. */
    static Timestamp timestamp(boolean present, IdProto.Timestamp wire, Place at) {
        at.requirePresent(present);
        long timeMicros = time(wire.getTimeMicros(), at);
        return new Timestamp(timeMicros, new ClientId(wire.getClientHigh(), wire.getClientLow()));
    }

    /** A timestamp that somebody took: not {@link Timestamp#ZERO}. */
    static Timestamp takenTimestamp(boolean present, IdProto.Timestamp wire, Place at) {
        Timestamp timestamp = timestamp(present, wire, at);
        if (timestamp.equals(Timestamp.ZERO)) {
            throw at.malformed("is the zero timestamp, which nobody takes");
        }
        return timestamp;
    }

    static long time(long micros, Place at) {
        if (micros < 0) {
            throw at.malformed("has the negative time " + micros);
        }
        return micros;
    }

    static Ballot ballot(boolean present, IdProto.Ballot wire, Place at) {
        at.requirePresent(present);
        if (wire.getEpoch() < 0) {
            throw at.malformed("has the negative epoch " + wire.getEpoch());
        }
        if (wire.getRound() < 0) {
            throw at.malformed("has the negative round " + wire.getRound());
        }
        ClientId proposer = new ClientId(wire.getProposerHigh(), wire.getProposerLow());
        return new Ballot(wire.getEpoch(), wire.getRound(), proposer);
    }

    static OpId opId(boolean present, IdProto.OpId wire, Place at) {
        at.requirePresent(present);
        if (wire.getSequence() < 0) {
            throw at.malformed("has the negative sequence " + wire.getSequence());
        }
        return new OpId(new ClientId(wire.getClientHigh(), wire.getClientLow()), wire.getSequence());
    }

    static Epoch epoch(long number, Place at) {
        if (number < 1) {
            throw at.malformed("is " + number + ", epochs start at 1");
        }
        return new Epoch(number);
    }

    static ShardId shard(int number, Place at) {
        if (number < 0) {
            throw at.malformed("is the negative number " + number);
        }
        return new ShardId(number);
    }

    static ReplicaId replica(int number, Place at) {
        if (number < 1) {
            throw at.malformed("is " + number + ", replicas count from 1");
        }
        return new ReplicaId(number);
    }

    /** Shards in ascending order, at least one. */
    static List<ShardId> participants(List<Integer> wire, int most, Place at) {
        if (wire.isEmpty()) {
            throw at.malformed("is empty, there is at least one participant");
        }
        at.requireCount(wire.size(), most);
        List<ShardId> shards = new ArrayList<>(wire.size());
        int last = -1;
        for (int number : wire) {
            if (number <= last) {
                throw at.malformed(number < 0 ? "has the negative number " + number : "is not strictly ascending");
            }
            shards.add(new ShardId(number));
            last = number;
        }
        return shards;
    }

    static DataProto.Watermarks encode(Watermarks watermarks) {
        return DataProto.Watermarks.newBuilder()
                .setNoFirstVoteBelow(encode(watermarks.noFirstVoteBelow()))
                .setResolvedBelow(encode(watermarks.resolvedBelow()))
                .setDeletedBelow(encode(watermarks.deletedBelow()))
                .build();
    }

    static Watermarks watermarks(boolean present, DataProto.Watermarks wire, Place at) {
        at.field("watermarks");
        at.requirePresent(present);
        Timestamp barred = timestamp(wire.hasNoFirstVoteBelow(), wire.getNoFirstVoteBelow(), at);
        Timestamp resolved = timestamp(wire.hasResolvedBelow(), wire.getResolvedBelow(), at);
        Timestamp deleted = timestamp(wire.hasDeletedBelow(), wire.getDeletedBelow(), at);
        if (resolved.isAbove(barred) || deleted.isAbove(resolved)) {
            throw at.malformed("does not descend");
        }
        return new Watermarks(barred, resolved, deleted);
    }

    static DataProto.LogPosition encode(LogPosition position) {
        return DataProto.LogPosition.newBuilder()
                .setDisk(position.incarnation().disk())
                .setEpoch(position.incarnation().epoch().number())
                .setNumber(position.number())
                .build();
    }

    static LogPosition position(String field, boolean present, DataProto.LogPosition wire, Place at) {
        at.field(field);
        at.requirePresent(present);
        if (wire.getNumber() < 0) {
            throw at.malformed("has the negative number " + wire.getNumber());
        }
        return new LogPosition(new LogIncarnation(wire.getDisk(), epoch(wire.getEpoch(), at)), wire.getNumber());
    }

    static DataProto.LogCursor encode(LogCursor cursor) {
        return DataProto.LogCursor.newBuilder()
                .setSource(cursor.source().number())
                .setPosition(encode(cursor.position()))
                .build();
    }

    static LogCursor cursor(DataProto.LogCursor wire, Place at) {
        at.field("source");
        ReplicaId source = replica(wire.getSource(), at);
        return new LogCursor(source, position("position", wire.hasPosition(), wire.getPosition(), at));
    }
}
