package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.proto.AdminProto;
import java.util.ArrayList;
import java.util.List;

/** What a node answers about its cluster, to protobuf and back; its status is {@link StatusCodec}'s. */
public final class AdminReplyCodec {
    private AdminReplyCodec() {}

    public static AdminProto.AdminReply encode(AdminReply reply) {
        AdminProto.AdminReply.Builder wire = AdminProto.AdminReply.newBuilder();
        if (reply instanceof AdminReply.Done done) {
            wire.getDoneBuilder().setWhat(done.what()).setVersion(done.version());
        } else if (reply instanceof AdminReply.Plan plan) {
            wire.setPlan(encode(plan));
        } else if (reply instanceof AdminReply.Refused refused) {
            wire.getRefusedBuilder().setKind(encode(refused.kind())).setWhy(refused.why());
        } else if (reply instanceof AdminReply.Known known) {
            wire.getKnownBuilder().setState(ValueCodec.encode(known.state()));
        } else if (reply instanceof AdminReply.Answered answered) {
            wire.getAnsweredBuilder().setAnswer(ValueCodec.encode(answered.answer()));
        } else if (reply instanceof AdminReply.Declared declared) {
            wire.getDeclaredBuilder().setType(declared.type()).addAllIndexes(declared.indexes());
        } else if (reply instanceof AdminReply.NodeStatus status) {
            wire.setStatus(StatusCodec.encode(status));
        }
        return wire.build();
    }

    private static AdminProto.AdminReply.Plan encode(AdminReply.Plan plan) {
        AdminProto.AdminReply.Plan.Builder wire = AdminProto.AdminReply.Plan.newBuilder();
        for (AdminReply.Move move : plan.moves()) {
            wire.addMovesBuilder()
                    .setShard(move.shard())
                    .addAllMembers(move.members())
                    .addAllNext(move.next());
        }
        return wire.build();
    }

    private static AdminProto.AdminReply.Refused.Kind encode(AdminReply.Refused.Kind kind) {
        return switch (kind) {
            case REFUSED -> AdminProto.AdminReply.Refused.Kind.REFUSED;
            case INPUT -> AdminProto.AdminReply.Refused.Kind.INPUT;
            case UNAVAILABLE -> AdminProto.AdminReply.Refused.Kind.UNAVAILABLE;
            case WRONG_CLUSTER -> AdminProto.AdminReply.Refused.Kind.WRONG_CLUSTER;
            case NOT_CREATED -> AdminProto.AdminReply.Refused.Kind.NOT_CREATED;
        };
    }

    /** @throws MalformedMessageException if it is not what {@link #encode(AdminReply)} makes */
    public static AdminReply decode(AdminProto.AdminReply wire) {
        Place at = new Place();
        at.message("AdminReply");
        return switch (wire.getKindCase()) {
            case DONE -> done(wire.getDone(), at);
            case PLAN -> plan(wire.getPlan(), at);
            case REFUSED ->
                new AdminReply.Refused(
                        kind(wire.getRefused(), at), wire.getRefused().getWhy());
            case KNOWN -> new AdminReply.Known(bytes(wire.getKnown().getState()));
            case ANSWERED -> new AdminReply.Answered(bytes(wire.getAnswered().getAnswer()));
            case DECLARED -> declared(wire.getDeclared(), at);
            case STATUS -> StatusCodec.decode(wire.getStatus(), at);
            case KIND_NOT_SET -> {
                at.field("kind");
                throw at.malformed("is of no known kind");
            }
        };
    }

    private static Bytes bytes(ByteString wire) {
        return Bytes.wrap(wire.toByteArray());
    }

    private static AdminReply done(AdminProto.AdminReply.Done wire, Place at) {
        at.message("Done");
        return new AdminReply.Done(wire.getWhat(), count("version", wire.getVersion(), at));
    }

    private static AdminReply declared(AdminProto.AdminReply.Declared wire, Place at) {
        at.message("Declared");
        at.field("indexes");
        at.requireCount(wire.getIndexesCount(), AdminReply.Declared.INDEXES_MAX);
        return new AdminReply.Declared(wire.getType(), wire.getIndexesList());
    }

    private static AdminReply plan(AdminProto.AdminReply.Plan wire, Place at) {
        at.message("Plan");
        at.field("moves");
        at.requireCount(wire.getMovesCount(), Topology.SHARDS_MAX);
        List<AdminReply.Move> moves = new ArrayList<>(wire.getMovesCount());
        at.message("Move");
        for (AdminProto.AdminReply.Move move : wire.getMovesList()) {
            moves.add(new AdminReply.Move(
                    AdminRequestCodec.shard("shard", move.getShard(), at),
                    nodes("members", move.getMembersList(), at),
                    nodes("next", move.getNextList(), at)));
        }
        return new AdminReply.Plan(moves);
    }

    private static AdminReply.Refused.Kind kind(AdminProto.AdminReply.Refused wire, Place at) {
        return switch (wire.getKind()) {
            case REFUSED -> AdminReply.Refused.Kind.REFUSED;
            case INPUT -> AdminReply.Refused.Kind.INPUT;
            case UNAVAILABLE -> AdminReply.Refused.Kind.UNAVAILABLE;
            case WRONG_CLUSTER -> AdminReply.Refused.Kind.WRONG_CLUSTER;
            case NOT_CREATED -> AdminReply.Refused.Kind.NOT_CREATED;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> {
                at.message("Refused");
                at.field("kind");
                throw at.malformed("is of no known kind");
            }
        };
    }

    /** Numbers of nodes, in whatever order. */
    static List<Integer> nodes(String field, List<Integer> wire, Place at) {
        at.field(field);
        at.requireCount(wire.size(), Topology.NODES_MAX);
        wire.forEach(number -> IdCodec.replica(number, at));
        return wire;
    }

    static long count(String field, long number, Place at) {
        if (number < 0) {
            at.field(field);
            throw at.malformed("is the negative number " + number);
        }
        return number;
    }
}
