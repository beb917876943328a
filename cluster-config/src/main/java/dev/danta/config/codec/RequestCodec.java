package dev.danta.config.codec;

import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.id.ShardId;
import org.jspecify.annotations.Nullable;

/** Requests as bytes. */
public final class RequestCodec {
    private static final int VERSION = 1;

    private static final int READ = 1;
    private static final int CREATE = 2;
    private static final int ADD_NODE = 3;
    private static final int SET_ADDRESS = 4;
    private static final int LEAVE_NODE = 5;
    private static final int FORGET_NODE = 6;
    private static final int REPLACE_NODE = 7;
    private static final int MOVE_REPLICA = 8;
    private static final int START_NODE = 9;
    private static final int DRAIN = 10;
    private static final int OF_SHARD = 11;
    private static final int FINISHED = 12;
    private static final int RELEASE = 13;
    private static final int DECLARE = 14;
    private static final int RESTORE = 15;

    private static final int SHARD_READ = 1;
    private static final int PROPOSE = 2;
    private static final int ACTIVATE = 3;
    private static final int REGISTER = 4;

    private RequestCodec() {}

    public static byte[] encode(ClusterRequest request) {
        ConfigWriter out = new ConfigWriter().octet(VERSION);
        ConfigWriter written = ofNode(out, request);
        return (written == null ? rest(out, request) : written).toBytes();
    }

    private static @Nullable ConfigWriter ofNode(ConfigWriter out, ClusterRequest request) {
        if (request instanceof ClusterRequest.Create create) {
            return out.octet(CREATE)
                    .text(create.cluster())
                    .number(create.id())
                    .number(create.replication())
                    .number(create.first().number())
                    .text(create.address())
                    .text(create.configAddress())
                    .identity(create.disk())
                    .each(
                            create.disks(),
                            (shard, disk) -> out.number(shard.number()).number(disk));
        }
        if (request instanceof ClusterRequest.AddNode add) {
            return out.octet(ADD_NODE)
                    .number(add.node().number())
                    .text(add.address())
                    .text(add.configAddress())
                    .identity(add.disk());
        }
        if (request instanceof ClusterRequest.SetAddress set) {
            return out.octet(SET_ADDRESS)
                    .number(set.node().number())
                    .number(set.incarnation())
                    .text(set.address())
                    .text(set.configAddress());
        }
        if (request instanceof ClusterRequest.LeaveNode leave) {
            return out.octet(LEAVE_NODE)
                    .number(leave.node().number())
                    .number(leave.incarnation())
                    .flag(leave.isLost());
        }
        if (request instanceof ClusterRequest.ForgetNode forget) {
            return out.octet(FORGET_NODE).number(forget.node().number()).number(forget.incarnation());
        }
        if (request instanceof ClusterRequest.ReplaceNode replace) {
            return out.octet(REPLACE_NODE).number(replace.node().number()).number(replace.incarnation());
        }
        if (request instanceof ClusterRequest.StartNode start) {
            return out.octet(START_NODE).number(start.node().number()).identity(start.disk());
        }
        if (request instanceof ClusterRequest.Drain drain) {
            return out.octet(DRAIN)
                    .number(drain.node().number())
                    .number(drain.incarnation())
                    .flag(drain.on());
        }
        return null;
    }

    private static ConfigWriter rest(ConfigWriter out, ClusterRequest request) {
        if (request instanceof ClusterRequest.Read) {
            return out.octet(READ);
        }
        if (request instanceof ClusterRequest.Restore restore) {
            return out.octet(RESTORE).blob(ConfigCodec.encode(restore.state()));
        }
        if (request instanceof ClusterRequest.MoveReplica move) {
            return out.octet(MOVE_REPLICA)
                    .number(move.shard().number())
                    .number(move.epoch().number())
                    .number(move.from().number())
                    .number(move.to().number());
        }
        if (request instanceof ClusterRequest.OfShard of) {
            return ofShard(
                    out.octet(OF_SHARD).number(of.shard().number()).maybe(of.folder(), out::number), of.request());
        }
        if (request instanceof ClusterRequest.Finished finished) {
            return out.octet(FINISHED)
                    .number(finished.shard().number())
                    .number(finished.epoch().number());
        }
        if (request instanceof ClusterRequest.Release release) {
            return out.octet(RELEASE)
                    .number(release.shard().number())
                    .number(release.replica().number())
                    .number(release.incarnation());
        }
        if (request instanceof ClusterRequest.Declare declare) {
            return out.octet(DECLARE)
                    .text(declare.name().space())
                    .text(declare.name().collection())
                    .text(declare.entry().type());
        }
        throw new IllegalArgumentException("no encoding of " + request);
    }

    private static ConfigWriter ofShard(ConfigWriter out, ConfigRequest request) {
        if (request instanceof ConfigRequest.Propose propose) {
            return out.octet(PROPOSE).number(propose.from().number()).incarnations(propose.incarnations());
        }
        if (request instanceof ConfigRequest.Activate activate) {
            return out.octet(ACTIVATE).number(activate.next().number()).number(activate.attempt());
        }
        if (request instanceof ConfigRequest.Register register) {
            return out.octet(REGISTER).number(register.replica().number()).disk(register.disk());
        }
        return out.octet(SHARD_READ);
    }

    /** Throws {@link MalformedConfigException}. */
    public static ClusterRequest decode(byte[] bytes) {
        return ConfigReader.read(bytes, "a request", in -> {
            ConfigCodec.requireVersion(in.octet(), VERSION, "request");
            return decode(in.octet(), in);
        });
    }

    private static ClusterRequest decode(int kind, ConfigReader in) {
        return switch (kind) {
            case READ -> new ClusterRequest.Read();
            case CREATE ->
                new ClusterRequest.Create(
                        in.text(),
                        in.longNumber(),
                        in.number(),
                        in.replica(),
                        in.text(),
                        in.text(),
                        in.identity(),
                        in.map(in::shard, in::longNumber));
            case ADD_NODE -> new ClusterRequest.AddNode(in.replica(), in.text(), in.text(), in.identity());
            case SET_ADDRESS -> new ClusterRequest.SetAddress(in.replica(), in.longNumber(), in.text(), in.text());
            case LEAVE_NODE -> new ClusterRequest.LeaveNode(in.replica(), in.longNumber(), in.flag());
            case FORGET_NODE -> new ClusterRequest.ForgetNode(in.replica(), in.longNumber());
            case REPLACE_NODE -> new ClusterRequest.ReplaceNode(in.replica(), in.longNumber());
            case MOVE_REPLICA -> new ClusterRequest.MoveReplica(in.shard(), in.epoch(), in.replica(), in.replica());
            case START_NODE -> new ClusterRequest.StartNode(in.replica(), in.identity());
            case DRAIN -> new ClusterRequest.Drain(in.replica(), in.longNumber(), in.flag());
            case OF_SHARD -> ofShard(in);
            case FINISHED -> new ClusterRequest.Finished(in.shard(), in.epoch());
            case RELEASE -> new ClusterRequest.Release(in.shard(), in.replica(), in.longNumber());
            case RESTORE -> new ClusterRequest.Restore(ConfigCodec.decodeState(in.blob()));
            case DECLARE ->
                new ClusterRequest.Declare(new CollectionName(in.text(), in.text()), new CollectionEntry(in.text()));
            default -> throw new MalformedConfigException("a request of kind " + kind + " is not known");
        };
    }

    private static ClusterRequest ofShard(ConfigReader in) {
        ShardId shard = in.shard();
        Long folder = in.maybe(in::longNumber);
        return new ClusterRequest.OfShard(shard, ofShard(in.octet(), in), folder);
    }

    private static ConfigRequest ofShard(int kind, ConfigReader in) {
        return switch (kind) {
            case SHARD_READ -> new ConfigRequest.Read();
            case PROPOSE -> new ConfigRequest.Propose(in.epoch(), in.incarnations());
            case ACTIVATE -> new ConfigRequest.Activate(in.epoch(), in.longNumber());
            case REGISTER -> new ConfigRequest.Register(in.replica(), in.disk());
            default -> throw new MalformedConfigException("a shard's request of kind " + kind + " is not known");
        };
    }
}
