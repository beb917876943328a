package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StatePart;
import dev.danta.ir.message.StateView;
import dev.danta.occ.Key;
import dev.danta.wire.proto.EpochProto;
import dev.danta.wire.proto.IdProto;
import dev.danta.wire.proto.UpkeepProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The messages by which replicas compare what they have. */
final class ComparingCodec {
    private final ValueCodec values;

    ComparingCodec(ValueCodec values) {
        this.values = values;
    }

    static UpkeepProto.Summarize encode(IrMessage.Summarize summarize) {
        return UpkeepProto.Summarize.newBuilder()
                .setView(encode(summarize.view()))
                .setAfter(encode(summarize.after()))
                .setUpTo(encode(summarize.upTo()))
                .setKeysEach(summarize.keysEach())
                .build();
    }

    static UpkeepProto.Compare encode(IrMessage.Compare compare) {
        return UpkeepProto.Compare.newBuilder()
                .setView(encode(compare.view()))
                .setAfter(encode(compare.after()))
                .addAllParts(encode(compare.parts()))
                .setSends(compare.sends())
                .build();
    }

    static UpkeepProto.Repair encode(IrMessage.Repair repair) {
        return UpkeepProto.Repair.newBuilder()
                .setId(IdCodec.encode(repair.id()))
                .setPart(EpochCodec.encode(repair.part()))
                .build();
    }

    static UpkeepProto.Summarized encode(IrMessage.Summarized summarized) {
        return UpkeepProto.Summarized.newBuilder()
                .setId(IdCodec.encode(summarized.id()))
                .setWatermarks(IdCodec.encode(summarized.watermarks()))
                .addAllParts(encode(summarized.parts()))
                .build();
    }

    static UpkeepProto.Compared encode(IrMessage.Compared compared) {
        UpkeepProto.Compared.Builder wire = UpkeepProto.Compared.newBuilder()
                .setId(IdCodec.encode(compared.id()))
                .setWatermarks(IdCodec.encode(compared.watermarks()))
                .addAllDifferent(compared.different());
        if (compared.part() != null) {
            wire.setPart(EpochCodec.encode(compared.part()));
        }
        if (compared.upTo() != null) {
            wire.setUpTo(encode(compared.upTo()));
        }
        return wire.build();
    }

    static UpkeepProto.Repaired encode(IrMessage.Repaired repaired) {
        return UpkeepProto.Repaired.newBuilder()
                .setId(IdCodec.encode(repaired.id()))
                .setTaken(repaired.taken())
                .build();
    }

    static EpochProto.StateView encode(StateView view) {
        EpochProto.StateView.Builder wire = EpochProto.StateView.newBuilder()
                .setId(IdCodec.encode(view.id()))
                .setForgotten(IdCodec.encode(view.forgotten()));
        if (view.horizon() != null) {
            wire.setHorizon(IdCodec.encode(view.horizon()));
        }
        return wire.build();
    }

    static List<EpochProto.RangeHash> encode(List<RangeHash> parts) {
        List<EpochProto.RangeHash> wire = new ArrayList<>(parts.size());
        byte[] before = {};
        for (RangeHash part : parts) {
            byte[] upTo = part.upTo().toArray();
            int mismatch = Arrays.mismatch(before, upTo);
            int shared = mismatch < 0 ? upTo.length : mismatch;
            wire.add(EpochProto.RangeHash.newBuilder()
                    .setUpTo(ByteString.copyFrom(upTo, shared, upTo.length - shared))
                    .setHash(part.hash())
                    .setShared(shared)
                    .build());
            before = upTo;
        }
        return wire;
    }

    static ByteString encode(Bytes place) {
        return ByteString.copyFrom(place.toArray());
    }

    IrMessage.Request summarize(UpkeepProto.Summarize wire, Place at) {
        at.message("Summarize");
        StateView view = view(wire.hasView(), wire.getView(), at);
        return new IrMessage.Summarize(
                view,
                place("after", wire.getAfter(), at),
                place("up_to", wire.getUpTo(), at),
                number("keys_each", wire.getKeysEach(), at));
    }

    IrMessage.Request compare(UpkeepProto.Compare wire, Place at) {
        at.message("Compare");
        StateView view = view(wire.hasView(), wire.getView(), at);
        Bytes after = place("after", wire.getAfter(), at);
        return new IrMessage.Compare(view, after, parts(wire.getPartsList(), at), wire.getSends());
    }

    IrMessage.Request repair(UpkeepProto.Repair wire, Place at) {
        at.message("Repair");
        OpId id = id(wire.hasId(), wire.getId(), at);
        at.field("part");
        at.requirePresent(wire.hasPart());
        return new IrMessage.Repair(id, EpochCodec.part(wire.getPart(), at));
    }

    IrMessage.Reply summarized(UpkeepProto.Summarized wire, Place at) {
        at.message("Summarized");
        OpId id = id(wire.hasId(), wire.getId(), at);
        var watermarks = IdCodec.watermarks(wire.hasWatermarks(), wire.getWatermarks(), at);
        return new IrMessage.Summarized(id, watermarks, parts(wire.getPartsList(), at));
    }

    IrMessage.Reply compared(UpkeepProto.Compared wire, Place at) {
        at.message("Compared");
        OpId id = id(wire.hasId(), wire.getId(), at);
        var watermarks = IdCodec.watermarks(wire.hasWatermarks(), wire.getWatermarks(), at);
        at.field("different");
        at.requireCount(wire.getDifferentCount(), values.keyCountMax());
        List<Integer> different = new ArrayList<>(wire.getDifferentCount());
        for (int place : wire.getDifferentList()) {
            different.add(number("different", place, at));
        }
        StatePart part = wire.hasPart() ? EpochCodec.part(wire.getPart(), at) : null;
        Bytes upTo = wire.hasUpTo() ? place("up_to", wire.getUpTo(), at) : null;
        return new IrMessage.Compared(id, watermarks, different, part, upTo);
    }

    IrMessage.Reply repaired(UpkeepProto.Repaired wire, Place at) {
        at.message("Repaired");
        return new IrMessage.Repaired(id(wire.hasId(), wire.getId(), at), number("taken", wire.getTaken(), at));
    }

    static StateView view(boolean present, EpochProto.StateView wire, Place at) {
        at.field("view");
        at.requirePresent(present);
        at.field("view.id");
        OpId id = IdCodec.opId(wire.hasId(), wire.getId(), at);
        at.field("view.horizon");
        Timestamp horizon = wire.hasHorizon() ? IdCodec.timestamp(true, wire.getHorizon(), at) : null;
        at.field("view.forgotten");
        return new StateView(id, horizon, IdCodec.timestamp(wire.hasForgotten(), wire.getForgotten(), at));
    }

    List<RangeHash> parts(List<EpochProto.RangeHash> wire, Place at) {
        at.field("parts");
        at.requireCount(wire.size(), values.keyCountMax());
        List<RangeHash> parts = new ArrayList<>(wire.size());
        ByteString before = ByteString.EMPTY;
        for (EpochProto.RangeHash one : wire) {
            int shared = number("parts.shared", one.getShared(), at);
            if (shared > before.size()) {
                throw at.malformed("is " + shared + ", and the one before has " + before.size() + " bytes");
            }
            before = before.substring(0, shared).concat(one.getUpTo());
            parts.add(new RangeHash(place("parts.up_to", before, at), one.getHash()));
        }
        return parts;
    }

    /** Where something begins or ends: a key, or no bytes. */
    static Bytes place(String field, ByteString wire, Place at) {
        at.field(field);
        if (wire.size() > Key.SIZE_MAX) {
            throw at.malformed("has " + wire.size() + " bytes, over the limit of " + Key.SIZE_MAX);
        }
        return Bytes.wrap(wire.toByteArray());
    }

    static int number(String field, int wire, Place at) {
        at.field(field);
        if (wire < 0) {
            throw at.malformed("is out of range");
        }
        return wire;
    }

    private static OpId id(boolean present, IdProto.OpId wire, Place at) {
        at.field("id");
        return IdCodec.opId(present, wire, at);
    }
}
