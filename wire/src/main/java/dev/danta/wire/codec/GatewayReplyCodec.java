package dev.danta.wire.codec;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.WireLimits;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.proto.DantaV1;
import io.grpc.Status.Code;

/** What a node answers to callers, to protobuf. */
public final class GatewayReplyCodec {
    /** What {@code danta.proto} says of itself. */
    private static final int REVISION = 2;

    private GatewayReplyCodec() {}

    /** Who a node is, and what it takes. */
    public static DantaV1.DescribeReply describe(ReplicaId node, Topology topology, WireLimits limits) {
        return DantaV1.DescribeReply.newBuilder()
                .setCluster(topology.cluster())
                .setNode(node.number())
                .setRevision(REVISION)
                .addAllEndpoints(topology.nodes().stream().map(Member::address).toList())
                .setRequestBytesMax(limits.messageBytesMax())
                .setValueBytesMax(limits.valueBytesMax())
                .setTransactionKeysMax(limits.keysPerTransactionMax())
                .setLeaseMillisMax(GatewayRequest.Begin.LEASE_MILLIS_MAX)
                .build();
    }

    public static DantaV1.TransactReply applied(GatewayReply.Applied reply) {
        DantaV1.TransactReply.Builder wire = DantaV1.TransactReply.newBuilder().setApplied(true);
        GatewayReply.Commit commit = reply.commit();
        return commit == null
                ? wire.setRepeated(true).build()
                : wire.setCommitted(commit(commit)).build();
    }

    public static DantaV1.TransactReply notApplied(GatewayReply.NotApplied reply) {
        DantaV1.TransactReply.Builder wire = DantaV1.TransactReply.newBuilder();
        for (GatewayReply.Failed failed : reply.failed()) {
            DantaV1.TransactReply.Failed.Builder one = wire.addFailedBuilder().setCondition(failed.condition());
            Bytes value = failed.value();
            if (value != null) {
                one.setValue(ValueCodec.encode(value));
            }
        }
        return wire.build();
    }

    public static DantaV1.GetReply got(GatewayReply.Got reply) {
        DantaV1.GetReply.Builder wire = DantaV1.GetReply.newBuilder();
        for (GatewayReply.Found found : reply.found()) {
            DantaV1.GetReply.Found.Builder one = wire.addFoundBuilder();
            Bytes value = found.value();
            if (value != null) {
                one.setValue(ValueCodec.encode(value));
            }
        }
        return wire.setSession(reply.session()).build();
    }

    public static DantaV1.ScanReply page(GatewayReply.Page reply) {
        DantaV1.ScanReply.Builder wire = DantaV1.ScanReply.newBuilder().setMore(reply.more());
        for (GatewayReply.Entry entry : reply.entries()) {
            wire.addEntriesBuilder().setKey(TupleCodec.encode(entry.key())).setValue(ValueCodec.encode(entry.value()));
        }
        return wire.build();
    }

    public static DantaV1.BeginReply begun(GatewayReply.Begun reply) {
        return DantaV1.BeginReply.newBuilder()
                .setTransaction(reply.transaction())
                .setLeaseMillis(reply.leaseMillis())
                .setNode(reply.node())
                .build();
    }

    public static DantaV1.CommitReply committed(GatewayReply.Committed reply) {
        return DantaV1.CommitReply.newBuilder()
                .setCommitted(commit(reply.commit()))
                .build();
    }

    public static DantaV1.PutReply put(GatewayReply.Acknowledged reply) {
        return DantaV1.PutReply.newBuilder().setSession(reply.session()).build();
    }

    public static DantaV1.AddReply added(GatewayReply.Acknowledged reply) {
        return DantaV1.AddReply.newBuilder().setSession(reply.session()).build();
    }

    public static DantaV1.SumReply summed(GatewayReply.Summed reply) {
        return DantaV1.SumReply.newBuilder()
                .setValue(reply.value())
                .setSession(reply.session())
                .build();
    }

    public static DantaV1.OutcomeReply outcome(GatewayReply.Outcome reply) {
        return DantaV1.OutcomeReply.newBuilder()
                .setEffect(effect(reply.effect()))
                .build();
    }

    /** As gRPC's own status with details. */
    public static Status refused(GatewayReply.Refused refused) {
        DantaV1.ErrorDetail detail = DantaV1.ErrorDetail.newBuilder()
                .setKind(kind(refused.kind()))
                .setEffect(effect(refused.effect()))
                .setRetryable(refused.retryable())
                .setTransactionId(refused.transactionId())
                .setAttempts(refused.attempts())
                .putAllCauses(refused.causes())
                .setOutcomeHandle(refused.handle())
                .setMessage(refused.message())
                .build();
        return Status.newBuilder()
                .setCode(code(refused.kind()).value())
                .setMessage(refused.message())
                .addDetails(Any.pack(detail))
                .build();
    }

    private static DantaV1.Committed commit(GatewayReply.Commit commit) {
        return DantaV1.Committed.newBuilder()
                .setTimestamp(commit.timestamp())
                .setAttempts(commit.attempts())
                .setPath(path(commit.path()))
                .build();
    }

    private static DantaV1.Committed.Path path(GatewayReply.Commit.Path path) {
        return switch (path) {
            case FAST -> DantaV1.Committed.Path.FAST;
            case SLOW -> DantaV1.Committed.Path.SLOW;
            case SETTLED -> DantaV1.Committed.Path.SETTLED;
        };
    }

    private static DantaV1.Effect effect(GatewayReply.Effect effect) {
        return switch (effect) {
            case NOT_APPLIED -> DantaV1.Effect.EFFECT_NOT_APPLIED;
            case APPLIED -> DantaV1.Effect.EFFECT_APPLIED;
            case UNKNOWN -> DantaV1.Effect.EFFECT_UNKNOWN;
        };
    }

    private static DantaV1.ErrorDetail.Kind kind(GatewayReply.Refused.Kind kind) {
        return DantaV1.ErrorDetail.Kind.valueOf(kind.name());
    }

    private static Code code(GatewayReply.Refused.Kind kind) {
        return switch (kind) {
            case CONFLICT -> Code.ABORTED;
            case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
            case OUTCOME_UNKNOWN -> Code.UNKNOWN;
            case UNAVAILABLE -> Code.UNAVAILABLE;
            case OVERLOADED -> Code.RESOURCE_EXHAUSTED;
            case MODE_MISMATCH,
                    REFUSED,
                    TRANSACTION_BUSY,
                    WRONG_NODE,
                    WRONG_CLUSTER,
                    IDEMPOTENCY_MISMATCH,
                    INDEX_NOT_KEPT -> Code.FAILED_PRECONDITION;
            case TOO_LARGE, INVALID_REQUEST -> Code.INVALID_ARGUMENT;
            case UNSUPPORTED -> Code.UNIMPLEMENTED;
            case TRANSACTION_ENDED -> Code.NOT_FOUND;
            case INTERNAL -> Code.INTERNAL;
        };
    }
}
