package dev.danta.wire.codec;

import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.occ.Key;
import dev.danta.occ.Verdict;
import dev.danta.txn.TxnRefusal;
import dev.danta.wire.proto.DataProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Votes, proposed results and decisions. */
final class OutcomeCodec {
    private static final DataProto.Nothing NOTHING = DataProto.Nothing.getDefaultInstance();

    private final ValueCodec values;

    OutcomeCodec(ValueCodec values) {
        this.values = values;
    }

    DataProto.Vote encode(Vote vote) {
        if (vote instanceof Vote.Ok ok) {
            return DataProto.Vote.newBuilder()
                    .setOk(IdCodec.encode(ok.timestamp()))
                    .build();
        }
        return DataProto.Vote.newBuilder()
                .setNo(encode(((Vote.No) vote).refusal()))
                .build();
    }

    Vote vote(boolean present, DataProto.Vote wire, Place at) {
        at.field("vote");
        at.requirePresent(present);
        return switch (wire.getKindCase()) {
            case OK -> new Vote.Ok(IdCodec.takenTimestamp(true, wire.getOk(), at));
            case NO -> new Vote.No(refusal(wire.getNo(), at));
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private DataProto.Refusal encode(Refusal refusal) {
        DataProto.Refusal.Builder wire = DataProto.Refusal.newBuilder();
        if (refusal instanceof TxnRefusal.Conflict conflict) {
            wire.setConflict(IdCodec.encode(conflict.holder()));
        } else if (refusal instanceof TxnRefusal.StaleRead stale) {
            wire.setStaleRead(encode(stale));
        } else if (refusal instanceof Refusal.Barred barred) {
            wire.setBarred(encode(barred));
        } else if (refusal instanceof TxnRefusal.Malformed) {
            wire.setMalformed(NOTHING);
        } else {
            throw new IllegalArgumentException("there is no encoding for the refusal " + refusal);
        }
        return wire.build();
    }

    private static DataProto.Barred encode(Refusal.Barred barred) {
        return switch (barred) {
            case PROMISED -> DataProto.Barred.BARRED_PROMISED;
            case WATERMARK -> DataProto.Barred.BARRED_WATERMARK;
        };
    }

    private DataProto.StaleRead encode(TxnRefusal.StaleRead stale) {
        return DataProto.StaleRead.newBuilder()
                .addAllNewest(encode(stale.newest()))
                .build();
    }

    List<DataProto.Newest> encode(List<Verdict.Newest> all) {
        values.requireKeyCount(all.size());
        List<DataProto.Newest> wire = new ArrayList<>(all.size());
        for (Verdict.Newest newest : all) {
            wire.add(DataProto.Newest.newBuilder()
                    .setKey(ValueCodec.encode(newest.key()))
                    .setVersion(values.encode(newest.version()))
                    .build());
        }
        return wire;
    }

    private Refusal refusal(DataProto.Refusal wire, Place at) {
        at.field("vote.no");
        return switch (wire.getKindCase()) {
            case CONFLICT -> new TxnRefusal.Conflict(IdCodec.takenTimestamp(true, wire.getConflict(), at));
            case STALE_READ -> staleRead(wire.getStaleRead(), at);
            case BARRED -> barred(wire.getBarred(), at);
            case MALFORMED -> new TxnRefusal.Malformed();
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private static Refusal.Barred barred(DataProto.Barred wire, Place at) {
        return switch (wire) {
            case BARRED_PROMISED -> Refusal.Barred.PROMISED;
            case BARRED_WATERMARK -> Refusal.Barred.WATERMARK;
            case BARRED_UNSPECIFIED, UNRECOGNIZED -> throw at.malformed("is barred for no known reason");
        };
    }

    private TxnRefusal.StaleRead staleRead(DataProto.StaleRead wire, Place at) {
        return new TxnRefusal.StaleRead(newest("vote.no.newest", wire.getNewestList(), at));
    }

    List<Verdict.Newest> newest(String field, List<DataProto.Newest> wire, Place at) {
        at.field(field);
        at.requireCount(wire.size(), values.keyCountMax());
        List<Verdict.Newest> newest = new ArrayList<>(wire.size());
        for (int i = 0; i < wire.size(); i++) {
            DataProto.Newest one = wire.get(i);
            at.item(field, i, "key");
            Key key = ValueCodec.key(one.getKey(), at);
            at.item(field, i, "version");
            newest.add(new Verdict.Newest(key, values.version(one.hasVersion(), one.getVersion(), at)));
        }
        return newest;
    }

    static DataProto.Result encode(Result result) {
        if (result instanceof Result.Ok ok) {
            return DataProto.Result.newBuilder()
                    .setOk(IdCodec.encode(ok.timestamp()))
                    .build();
        }
        return DataProto.Result.newBuilder().setAbort(NOTHING).build();
    }

    static Result result(boolean present, DataProto.Result wire, Place at) {
        at.requirePresent(present);
        return switch (wire.getKindCase()) {
            case OK -> new Result.Ok(IdCodec.takenTimestamp(true, wire.getOk(), at));
            case ABORT -> new Result.Abort();
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    static DataProto.Acceptance encode(Acceptance acceptance) {
        return DataProto.Acceptance.newBuilder()
                .setBallot(IdCodec.encode(acceptance.ballot()))
                .setResult(encode(acceptance.result()))
                .build();
    }

    static @Nullable Acceptance acceptance(boolean present, DataProto.Acceptance wire, Place at) {
        if (!present) {
            return null;
        }
        at.field("accepted.ballot");
        var ballot = IdCodec.ballot(wire.hasBallot(), wire.getBallot(), at);
        at.field("accepted.result");
        return new Acceptance(ballot, result(wire.hasResult(), wire.getResult(), at));
    }

    static DataProto.Decision encode(Decision decision) {
        if (decision instanceof Decision.Commit commit) {
            return DataProto.Decision.newBuilder()
                    .setCommit(IdCodec.encode(commit.timestamp()))
                    .build();
        }
        return DataProto.Decision.newBuilder().setAbort(NOTHING).build();
    }

    static Decision decision(boolean present, DataProto.Decision wire, Place at) {
        at.field("decision");
        at.requirePresent(present);
        return switch (wire.getKindCase()) {
            case COMMIT -> new Decision.Commit(IdCodec.takenTimestamp(true, wire.getCommit(), at));
            case ABORT -> new Decision.Abort();
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }
}
