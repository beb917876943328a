package dev.danta.wire.codec;

import dev.danta.ir.id.Bytes;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.proto.AdminProto;
import java.util.ArrayList;
import java.util.List;

/** What is asked of a node about its cluster, to protobuf and back. */
public final class AdminRequestCodec {
    /** The most seeds that one may name. */
    private static final int SEEDS_MAX = 100;

    private static final int TEXT_CHARS_MAX = 300;

    private AdminRequestCodec() {}

    /** Sets the request, and nothing else, of a call. */
    public static void encode(AdminRequest request, AdminProto.AdminCall.Builder wire) {
        if (request instanceof AdminRequest.Status status) {
            wire.getStatusBuilder().setHashes(status.hashes());
        } else if (request instanceof AdminRequest.Create create) {
            wire.getCreateBuilder()
                    .setCluster(create.cluster())
                    .setShards(create.shards())
                    .setReplication(create.replication());
        } else if (request instanceof AdminRequest.Join join) {
            wire.getJoinBuilder().addAllSeeds(join.seeds());
        } else if (request instanceof AdminRequest.Configuration) {
            wire.setConfiguration(AdminProto.AdminCall.Configuration.getDefaultInstance());
        } else if (request instanceof AdminRequest.Ask ask) {
            wire.getAskBuilder().setRequest(ValueCodec.encode(ask.request()));
        } else {
            encodeOrder(request, wire);
        }
    }

    private static void encodeOrder(AdminRequest request, AdminProto.AdminCall.Builder wire) {
        if (request instanceof AdminRequest.Add add) {
            wire.getAddBuilder().setNode(add.node()).setAddress(add.address());
        } else if (request instanceof AdminRequest.Remove remove) {
            wire.getRemoveBuilder()
                    .setNode(remove.node())
                    .setLost(remove.lost())
                    .setDryRun(remove.dryRun());
        } else if (request instanceof AdminRequest.Replace replace) {
            wire.getReplaceBuilder().setNode(replace.node()).setDryRun(replace.dryRun());
        } else if (request instanceof AdminRequest.MoveShard move) {
            wire.getMoveShardBuilder()
                    .setShard(move.shard())
                    .setFrom(move.from())
                    .setTo(move.to())
                    .setDryRun(move.dryRun());
        } else if (request instanceof AdminRequest.Drain drain) {
            wire.getDrainBuilder().setNode(drain.node()).setOn(drain.on());
        } else if (request instanceof AdminRequest.Declare declare) {
            wire.getDeclareBuilder()
                    .setSpace(declare.space())
                    .setCollection(declare.collection())
                    .setType(declare.type());
        }
    }

    /** @throws MalformedMessageException if there is no request in it that {@link #encode} makes */
    public static AdminRequest decode(AdminProto.AdminCall wire) {
        Place at = new Place();
        at.message("AdminCall");
        return switch (wire.getRequestCase()) {
            case STATUS -> new AdminRequest.Status(wire.getStatus().getHashes());
            case CREATE -> create(wire.getCreate(), at);
            case JOIN -> join(wire.getJoin(), at);
            case ADD -> add(wire.getAdd(), at);
            case REMOVE -> remove(wire.getRemove(), at);
            case REPLACE -> replace(wire.getReplace(), at);
            case MOVE_SHARD -> move(wire.getMoveShard(), at);
            case DRAIN -> drain(wire.getDrain(), at);
            case DECLARE -> declare(wire.getDeclare(), at);
            case CONFIGURATION -> new AdminRequest.Configuration();
            case ASK ->
                new AdminRequest.Ask(Bytes.wrap(wire.getAsk().getRequest().toByteArray()));
            case REQUEST_NOT_SET -> {
                at.field("request");
                throw at.malformed("is of no known kind");
            }
        };
    }

    private static AdminRequest create(AdminProto.AdminCall.Create wire, Place at) {
        at.message("Create");
        text("cluster", wire.getCluster(), at);
        at.field("shards");
        IdCodec.shard(wire.getShards(), at);
        at.field("replication");
        IdCodec.replica(wire.getReplication(), at);
        return new AdminRequest.Create(wire.getCluster(), wire.getShards(), wire.getReplication());
    }

    private static AdminRequest join(AdminProto.AdminCall.Join wire, Place at) {
        at.message("Join");
        at.field("seeds");
        at.requireCount(wire.getSeedsCount(), SEEDS_MAX);
        List<String> seeds = new ArrayList<>(wire.getSeedsCount());
        wire.getSeedsList().forEach(seed -> seeds.add(text("seeds", seed, at)));
        return new AdminRequest.Join(seeds);
    }

    private static AdminRequest add(AdminProto.AdminCall.Add wire, Place at) {
        at.message("Add");
        return new AdminRequest.Add(node("node", wire.getNode(), at), text("address", wire.getAddress(), at));
    }

    private static AdminRequest remove(AdminProto.AdminCall.Remove wire, Place at) {
        at.message("Remove");
        return new AdminRequest.Remove(node("node", wire.getNode(), at), wire.getLost(), wire.getDryRun());
    }

    private static AdminRequest replace(AdminProto.AdminCall.Replace wire, Place at) {
        at.message("Replace");
        return new AdminRequest.Replace(node("node", wire.getNode(), at), wire.getDryRun());
    }

    private static AdminRequest move(AdminProto.AdminCall.MoveShard wire, Place at) {
        at.message("MoveShard");
        int shard = shard("shard", wire.getShard(), at);
        int from = node("from", wire.getFrom(), at);
        return new AdminRequest.MoveShard(shard, from, node("to", wire.getTo(), at), wire.getDryRun());
    }

    private static AdminRequest drain(AdminProto.AdminCall.Drain wire, Place at) {
        at.message("Drain");
        return new AdminRequest.Drain(node("node", wire.getNode(), at), wire.getOn());
    }

    private static AdminRequest declare(AdminProto.AdminCall.Declare wire, Place at) {
        at.message("Declare");
        String space = text("space", wire.getSpace(), at);
        String collection = text("collection", wire.getCollection(), at);
        return new AdminRequest.Declare(space, collection, text("type", wire.getType(), at));
    }

    static int node(String field, int number, Place at) {
        at.field(field);
        return IdCodec.replica(number, at).number();
    }

    static int shard(String field, int number, Place at) {
        at.field(field);
        if (number >= Topology.SHARDS_MAX) {
            throw at.malformed("is " + number + ", shards are below " + Topology.SHARDS_MAX);
        }
        return IdCodec.shard(number, at).number();
    }

    private static String text(String field, String text, Place at) {
        at.field(field);
        if (text.length() > TEXT_CHARS_MAX) {
            throw at.malformed("has " + text.length() + " characters, over the limit of " + TEXT_CHARS_MAX);
        }
        return text;
    }
}
