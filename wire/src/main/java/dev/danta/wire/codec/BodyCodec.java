package dev.danta.wire.codec;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import dev.danta.wire.proto.DataProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a consensus operation proposes. */
final class BodyCodec {
    private final ValueCodec values;

    BodyCodec(ValueCodec values) {
        this.values = values;
    }

    DataProto.Body encode(Body body) {
        if (!(body instanceof PrepareBody prepare)) {
            throw new IllegalArgumentException("there is no encoding for the body " + body);
        }
        AccessSet accesses = prepare.accesses();
        values.requireKeyCount(accesses.size());
        values.requireParticipantCount(prepare.participants().size());
        DataProto.Prepare.Builder wire = DataProto.Prepare.newBuilder();
        for (ShardId participant : prepare.participants()) {
            wire.addParticipants(participant.number());
        }
        accesses.reads().forEach(read -> wire.addReads(encode(read)));
        accesses.ranges().forEach(range -> wire.addRanges(encode(range)));
        for (Write write : accesses.writes()) {
            DataProto.Write.Builder wireWrite = DataProto.Write.newBuilder().setKey(ValueCodec.encode(write.key()));
            if (write.value() != null) {
                wireWrite.setValue(values.encodeValue(write.value()));
            }
            wire.addWrites(wireWrite);
        }
        return DataProto.Body.newBuilder().setPrepare(wire).build();
    }

    private static DataProto.Read encode(Read read) {
        return DataProto.Read.newBuilder()
                .setKey(ValueCodec.encode(read.key()))
                .setSeen(IdCodec.encode(read.seen()))
                .setDeletion(read.deletion())
                .build();
    }

    private static DataProto.RangeRead encode(RangeRead range) {
        DataProto.RangeRead.Builder wire = DataProto.RangeRead.newBuilder().setRange(ValueCodec.encode(range.range()));
        range.seen().forEach(read -> wire.addSeen(encode(read)));
        return wire.build();
    }

    DataProto.Reads encodeReads(AccessSet accesses) {
        values.requireKeyCount(accesses.size());
        DataProto.Reads.Builder wire = DataProto.Reads.newBuilder();
        accesses.ranges().forEach(range -> wire.addRanges(encode(range)));
        accesses.reads().forEach(read -> wire.addReads(encode(read)));
        return wire.build();
    }

    AccessSet reads(boolean present, DataProto.Reads wire, Place at) {
        at.field("reads");
        at.requirePresent(present);
        at.requireCount(wire.getReadsCount() + size(wire.getRangesList()), values.keyCountMax());
        return new AccessSet(
                reads("reads", wire.getReadsList(), at), ranges("ranges", wire.getRangesList(), at), List.of());
    }

    Body body(boolean present, DataProto.Body wire, Place at) {
        at.field("body");
        at.requirePresent(present);
        if (wire.getKindCase() != DataProto.Body.KindCase.PREPARE) {
            throw at.malformed("is of no known kind");
        }
        DataProto.Prepare prepare = wire.getPrepare();
        at.field("body.reads, ranges and writes");
        at.requireCount(
                prepare.getReadsCount() + size(prepare.getRangesList()) + prepare.getWritesCount(),
                values.keyCountMax());
        at.field("body.participants");
        List<ShardId> participants = IdCodec.participants(prepare.getParticipantsList(), values.participantsMax(), at);
        return new PrepareBody(
                participants,
                new AccessSet(
                        reads("body.reads", prepare.getReadsList(), at),
                        ranges("body.ranges", prepare.getRangesList(), at),
                        writes(prepare, at)));
    }

    /** As {@link AccessSet#size} counts. */
    private static int size(List<DataProto.RangeRead> ranges) {
        int size = ranges.size();
        for (DataProto.RangeRead range : ranges) {
            size += range.getSeenCount();
        }
        return size;
    }

    private static List<RangeRead> ranges(String field, List<DataProto.RangeRead> wires, Place at) {
        List<RangeRead> ranges = new ArrayList<>(wires.size());
        KeyRange last = null;
        for (int i = 0; i < wires.size(); i++) {
            DataProto.RangeRead wire = wires.get(i);
            at.item(field, i, "range");
            KeyRange range = ValueCodec.range(wire.hasRange(), wire.getRange(), at);
            if (last != null && last.compareTo(range) >= 0) {
                throw at.malformed(last.equals(range) ? "stands twice" : "is not above the one before it");
            }
            last = range;
            ranges.add(new RangeRead(range, seen(field + "[" + i + "].seen", range, wire.getSeenList(), at)));
        }
        return ranges;
    }

    private static List<Read> seen(String field, KeyRange range, List<DataProto.Read> wires, Place at) {
        List<Read> seen = reads(field, wires, at);
        for (int i = 0; i < seen.size(); i++) {
            at.item(field, i, "key");
            if (!range.contains(seen.get(i).key())) {
                throw at.malformed("is not in the range");
            }
            at.item(field, i, "seen");
            if (seen.get(i).seen().equals(Timestamp.ZERO)) {
                throw at.malformed("is zero, but what was never there is not listed");
            }
        }
        return seen;
    }

    @Nullable
    Body bodyIfPresent(boolean present, DataProto.Body wire, Place at) {
        return present ? body(true, wire, at) : null;
    }

    private static List<Read> reads(String field, List<DataProto.Read> wires, Place at) {
        List<Read> reads = new ArrayList<>(wires.size());
        Key last = null;
        for (int i = 0; i < wires.size(); i++) {
            DataProto.Read wire = wires.get(i);
            at.item(field, i, "key");
            Key key = ValueCodec.key(wire.getKey(), at);
            requireAscending(last, key, at);
            last = key;
            at.item(field, i, "seen");
            Timestamp seen = IdCodec.timestamp(wire.hasSeen(), wire.getSeen(), at);
            if (wire.getDeletion() && seen.equals(Timestamp.ZERO)) {
                throw at.malformed("is zero, but a deletion has a timestamp");
            }
            reads.add(new Read(key, seen, wire.getDeletion()));
        }
        return reads;
    }

    private List<Write> writes(DataProto.Prepare prepare, Place at) {
        List<Write> writes = new ArrayList<>(prepare.getWritesCount());
        Key last = null;
        for (int i = 0; i < prepare.getWritesCount(); i++) {
            DataProto.Write wire = prepare.getWrites(i);
            at.item("body.writes", i, "key");
            Key key = ValueCodec.key(wire.getKey(), at);
            requireAscending(last, key, at);
            last = key;
            at.item("body.writes", i, "value");
            writes.add(new Write(key, wire.hasValue() ? values.value(wire.getValue(), at) : null));
        }
        return writes;
    }

    private static void requireAscending(@Nullable Key last, Key key, Place at) {
        if (last != null && last.compareTo(key) >= 0) {
            throw at.malformed(last.equals(key) ? "stands twice" : "is not above the one before it");
        }
    }
}
