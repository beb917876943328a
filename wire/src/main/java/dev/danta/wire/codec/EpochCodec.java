package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.StateCursor;
import dev.danta.ir.message.StatePart;
import dev.danta.ir.message.StateReach;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyStates;
import dev.danta.wire.proto.EpochProto;
import dev.danta.wire.proto.IdProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages by which the members of a shard change. */
final class EpochCodec {
    private final BodyCodec bodies;

    EpochCodec(ValueCodec values) {
        this.bodies = new BodyCodec(values);
    }

    EpochProto.EpochRequest encode(IrMessage.EpochRequest request) {
        EpochProto.EpochRequest.Builder wire = EpochProto.EpochRequest.newBuilder();
        if (request instanceof IrMessage.Seal seal) {
            wire.setSeal(EpochProto.EpochRequest.Seal.newBuilder()
                    .setEpoch(seal.epoch().number())
                    .setAttempt(seal.attempt()));
        } else if (request instanceof IrMessage.ReadState read) {
            wire.setReadState(EpochProto.EpochRequest.ReadState.newBuilder()
                    .setId(IdCodec.encode(read.id()))
                    .setEpoch(read.epoch().number())
                    .setAfter(encode(read.after())));
        } else if (request instanceof IrMessage.ReadRecords read) {
            EpochProto.EpochRequest.ReadRecords.Builder reading = EpochProto.EpochRequest.ReadRecords.newBuilder()
                    .setId(IdCodec.encode(read.id()))
                    .setEpoch(read.epoch().number());
            read.operations().forEach(id -> reading.addOperations(IdCodec.encode(id)));
            wire.setReadRecords(reading);
        } else if (request instanceof IrMessage.TakeState take) {
            wire.setTakeState(encode(take));
        } else if (request instanceof IrMessage.InstallEnd end) {
            wire.setInstallEnd(EpochProto.EpochRequest.InstallEnd.newBuilder()
                    .setIncarnation(end.incarnation())
                    .setFill(IdCodec.encode(end.fill()))
                    .setPages(end.pages())
                    .setInstall(encode(end.install())));
        } else if (request instanceof IrMessage.Activate activate) {
            wire.setActivate(EpochProto.EpochRequest.Activate.newBuilder()
                    .setNext(MembershipCodec.encode(activate.next()))
                    .setAttempt(activate.attempt()));
        }
        return wire.build();
    }

    private EpochProto.EpochRequest.TakeState encode(IrMessage.TakeState take) {
        EpochProto.EpochRequest.TakeState.Builder taking = EpochProto.EpochRequest.TakeState.newBuilder()
                .setId(IdCodec.encode(take.id()))
                .setIncarnation(take.incarnation())
                .setFill(IdCodec.encode(take.fill()))
                .setNumber(take.number());
        for (KnownOp op : take.decided()) {
            EpochProto.KnownOutcome.Builder one =
                    EpochProto.KnownOutcome.newBuilder().setId(IdCodec.encode(op.id()));
            if (op.decision() != null) {
                one.setDecision(OutcomeCodec.encode(op.decision()));
            }
            if (op.body() != null) {
                one.setBody(bodies.encode(op.body()));
            }
            taking.addDecided(one);
        }
        if (take.part() != null && take.reach() != null) {
            taking.setPart(encode(take.part()))
                    .setReach(EpochProto.EpochRequest.StateReach.newBuilder()
                            .setAfter(ByteString.copyFrom(take.reach().after().toArray()))
                            .setUpTo(ByteString.copyFrom(take.reach().upTo().toArray()))
                            .setForgotten(IdCodec.encode(take.reach().forgotten())));
        }
        return taking.build();
    }

    /** Null if it is none of these. */
    EpochProto.@Nullable EpochReply encode(IrMessage.Reply reply) {
        EpochProto.EpochReply.Builder wire = EpochProto.EpochReply.newBuilder();
        if (reply instanceof IrMessage.Sealed sealed) {
            wire.setSealed(EpochProto.EpochReply.Sealed.newBuilder()
                    .setEpoch(sealed.epoch().number())
                    .setAttempt(sealed.attempt())
                    .setIncarnation(sealed.incarnation()));
        } else if (reply instanceof IrMessage.StatePage page) {
            EpochProto.EpochReply.StatePage.Builder one = EpochProto.EpochReply.StatePage.newBuilder()
                    .setId(IdCodec.encode(page.id()))
                    .setIncarnation(page.incarnation())
                    .setWatermarks(IdCodec.encode(page.watermarks()))
                    .addAllRecords(encodeRecords(page.records()));
            if (page.part() != null) {
                one.setPart(encode(page.part()));
            }
            if (page.next() != null) {
                one.setNext(encode(page.next()));
            }
            wire.setStatePage(one);
        } else if (reply instanceof IrMessage.RecordsRead read) {
            wire.setRecordsRead(EpochProto.EpochReply.RecordsRead.newBuilder()
                    .setId(IdCodec.encode(read.id()))
                    .setIncarnation(read.incarnation())
                    .addAllRecords(encodeRecords(read.records())));
        } else if (reply instanceof IrMessage.StateTaken taken) {
            wire.setStateTaken(EpochProto.EpochReply.StateTaken.newBuilder()
                    .setId(IdCodec.encode(taken.id()))
                    .setTaken(taken.taken()));
        } else if (reply instanceof IrMessage.Installed installed) {
            wire.setInstalled(EpochProto.EpochReply.Installed.newBuilder()
                    .setNext(installed.next().number())
                    .setAttempt(installed.attempt()));
        } else if (reply instanceof IrMessage.Activated activated) {
            wire.setActivated(EpochProto.EpochReply.Activated.newBuilder()
                    .setEpoch(activated.epoch().number())
                    .setServing(activated.serving())
                    .setIncarnation(activated.incarnation()));
        } else {
            return null;
        }
        return wire.build();
    }

    private static EpochProto.StateCursor encode(StateCursor cursor) {
        EpochProto.StateCursor.Builder wire = EpochProto.StateCursor.newBuilder();
        if (cursor instanceof StateCursor.Records records) {
            wire.setRecord(IdCodec.encode(records.after()));
        } else if (cursor instanceof StateCursor.Keys keys) {
            wire.setKey(ValueCodec.encode(keys.after()));
        }
        return wire.build();
    }

    static EpochProto.StatePart encode(StatePart part) {
        if (!(part instanceof KeyStates states)) {
            throw new IllegalArgumentException("there is no encoding for the state " + part);
        }
        EpochProto.StatePart.Builder wire = EpochProto.StatePart.newBuilder();
        for (KeyStates.KeyState state : states.keys()) {
            EpochProto.KeyState.Builder one = EpochProto.KeyState.newBuilder().setKey(ValueCodec.encode(state.key()));
            if (!state.newest().equals(Version.NEVER_THERE)) {
                one.setVersion(IdCodec.encode(state.newest().timestamp()))
                        .setValue(ByteString.copyFrom(StorageCodec.encodeVersion(state.newest())));
            }
            if (state.relaxed() != null) {
                one.setRelaxed(ByteString.copyFrom(StorageCodec.encodeRelaxed(state.relaxed())));
            }
            wire.addKeys(one);
        }
        return wire.build();
    }

    private static List<EpochProto.FullRecord> encodeRecords(List<OpRecord> records) {
        return records.stream()
                .map(known -> EpochProto.FullRecord.newBuilder()
                        .setId(IdCodec.encode(known.id()))
                        .setRecord(ByteString.copyFrom(StorageCodec.encodeRecord(known)))
                        .build())
                .toList();
    }

    private static EpochProto.Install encode(Install install) {
        return EpochProto.Install.newBuilder()
                .setNext(MembershipCodec.encode(install.next()))
                .setAttempt(install.attempt())
                .addAllMerged(encodeRecords(install.merged()))
                .setWatermarks(IdCodec.encode(install.watermarks()))
                .build();
    }

    static EpochProto.StoredEpoch encode(EpochState epoch) {
        EpochProto.StoredEpoch.Builder wire = EpochProto.StoredEpoch.newBuilder()
                .setMembership(MembershipCodec.encode(epoch.membership()))
                .setStanding(
                        switch (epoch.standing()) {
                            case MEMBER -> EpochProto.Standing.STANDING_MEMBER;
                            case SEALED -> EpochProto.Standing.STANDING_SEALED;
                            case OUTSIDE -> EpochProto.Standing.STANDING_OUTSIDE;
                            case REMOVED -> EpochProto.Standing.STANDING_REMOVED;
                        });
        if (epoch.pending() != null) {
            wire.setPending(encode(epoch.pending()));
        }
        return wire.build();
    }

    static EpochState epochState(EpochProto.StoredEpoch wire, Place at) {
        at.field("membership");
        at.requirePresent(wire.hasMembership());
        var membership = MembershipCodec.decode(wire.getMembership(), at);
        at.message("a stored epoch");
        at.field("standing");
        EpochState.Standing standing = switch (wire.getStanding()) {
            case STANDING_MEMBER -> EpochState.Standing.MEMBER;
            case STANDING_SEALED -> EpochState.Standing.SEALED;
            case STANDING_OUTSIDE -> EpochState.Standing.OUTSIDE;
            case STANDING_REMOVED -> EpochState.Standing.REMOVED;
            case STANDING_UNSPECIFIED, UNRECOGNIZED -> throw at.malformed("is of no known kind");
        };
        return new EpochState(membership, standing, wire.hasPending() ? install(wire.getPending(), at) : null);
    }

    IrMessage.Request request(EpochProto.EpochRequest wire, Place at) {
        return switch (wire.getRequestCase()) {
            case SEAL -> {
                at.message("Seal");
                Epoch epoch = epoch("epoch", wire.getSeal().getEpoch(), at);
                yield new IrMessage.Seal(epoch, attempt(wire.getSeal().getAttempt(), at));
            }
            case READ_STATE -> {
                var read = wire.getReadState();
                OpId id = opId("ReadState", read.hasId(), read.getId(), at);
                yield new IrMessage.ReadState(id, epoch("epoch", read.getEpoch(), at), cursor(read.getAfter(), at));
            }
            case READ_RECORDS -> {
                var read = wire.getReadRecords();
                OpId id = opId("ReadRecords", read.hasId(), read.getId(), at);
                Epoch epoch = epoch("epoch", read.getEpoch(), at);
                at.field("operations");
                List<Timestamp> operations = new ArrayList<>(read.getOperationsCount());
                for (IdProto.Timestamp one : read.getOperationsList()) {
                    operations.add(IdCodec.takenTimestamp(true, one, at));
                }
                yield new IrMessage.ReadRecords(id, epoch, operations);
            }
            case TAKE_STATE -> takeState(wire.getTakeState(), at);
            case INSTALL_END -> {
                at.message("InstallEnd");
                at.field("install");
                at.requirePresent(wire.getInstallEnd().hasInstall());
                var end = wire.getInstallEnd();
                Install install = install(end.getInstall(), at);
                OpId fill = fill(end.hasFill(), end.getFill(), at);
                yield new IrMessage.InstallEnd(
                        end.getIncarnation(), fill, number("pages", end.getPages(), at), install);
            }
            case ACTIVATE -> {
                at.message("Activate");
                at.field("next");
                at.requirePresent(wire.getActivate().hasNext());
                var next = MembershipCodec.decode(wire.getActivate().getNext(), at);
                at.message("Activate");
                yield new IrMessage.Activate(next, attempt(wire.getActivate().getAttempt(), at));
            }
            case REQUEST_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private IrMessage.Request takeState(EpochProto.EpochRequest.TakeState wire, Place at) {
        OpId id = opId("TakeState", wire.hasId(), wire.getId(), at);
        List<KnownOp> decided = new ArrayList<>(wire.getDecidedCount());
        for (EpochProto.KnownOutcome one : wire.getDecidedList()) {
            at.field("decided");
            Timestamp known = IdCodec.takenTimestamp(one.hasId(), one.getId(), at);
            Decision decision = one.hasDecision() ? OutcomeCodec.decision(true, one.getDecision(), at) : null;
            decided.add(new KnownOp(known, decision, bodies.bodyIfPresent(one.hasBody(), one.getBody(), at)));
        }
        OpId fill = fill(wire.hasFill(), wire.getFill(), at);
        long number = number("number", wire.getNumber(), at);
        StatePart part = wire.hasPart() ? part(wire.getPart(), at) : null;
        StateReach reach = part == null ? null : reach(wire.hasReach(), wire.getReach(), at);
        return new IrMessage.TakeState(id, wire.getIncarnation(), fill, number, decided, part, reach);
    }

    private static StateReach reach(boolean isThere, EpochProto.EpochRequest.StateReach wire, Place at) {
        at.field("reach");
        if (!isThere) {
            throw at.malformed("is missing");
        }
        return new StateReach(
                Bytes.wrap(wire.getAfter().toByteArray()),
                Bytes.wrap(wire.getUpTo().toByteArray()),
                IdCodec.timestamp(wire.hasForgotten(), wire.getForgotten(), at));
    }

    IrMessage.Reply reply(EpochProto.EpochReply wire, Place at) {
        return switch (wire.getReplyCase()) {
            case SEALED -> {
                var sealed = wire.getSealed();
                at.message("Sealed");
                Epoch epoch = epoch("epoch", sealed.getEpoch(), at);
                yield new IrMessage.Sealed(epoch, attempt(sealed.getAttempt(), at), sealed.getIncarnation());
            }
            case STATE_PAGE -> {
                var page = wire.getStatePage();
                OpId id = opId("StatePage", page.hasId(), page.getId(), at);
                List<OpRecord> records = records(page.getRecordsList(), at);
                StatePart part = page.hasPart() ? part(page.getPart(), at) : null;
                var watermarks = IdCodec.watermarks(page.hasWatermarks(), page.getWatermarks(), at);
                StateCursor next = page.hasNext() ? cursor(page.getNext(), at) : null;
                yield new IrMessage.StatePage(id, page.getIncarnation(), records, part, watermarks, next);
            }
            case RECORDS_READ -> {
                var read = wire.getRecordsRead();
                OpId id = opId("RecordsRead", read.hasId(), read.getId(), at);
                yield new IrMessage.RecordsRead(id, read.getIncarnation(), records(read.getRecordsList(), at));
            }
            case STATE_TAKEN -> {
                var taken = wire.getStateTaken();
                yield new IrMessage.StateTaken(opId("StateTaken", taken.hasId(), taken.getId(), at), taken.getTaken());
            }
            case INSTALLED -> {
                at.message("Installed");
                Epoch next = epoch("next", wire.getInstalled().getNext(), at);
                yield new IrMessage.Installed(next, attempt(wire.getInstalled().getAttempt(), at));
            }
            case ACTIVATED -> {
                var activated = wire.getActivated();
                at.message("Activated");
                Epoch epoch = epoch("epoch", activated.getEpoch(), at);
                yield new IrMessage.Activated(epoch, activated.getServing(), activated.getIncarnation());
            }
            case REPLY_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private static Install install(EpochProto.Install wire, Place at) {
        at.field("next");
        at.requirePresent(wire.hasNext());
        var next = MembershipCodec.decode(wire.getNext(), at);
        at.message("Install");
        long attempt = attempt(wire.getAttempt(), at);
        List<OpRecord> merged = records(wire.getMergedList(), at);
        return new Install(next, attempt, merged, IdCodec.watermarks(wire.hasWatermarks(), wire.getWatermarks(), at));
    }

    private static List<OpRecord> records(List<EpochProto.FullRecord> wire, Place at) {
        List<OpRecord> records = new ArrayList<>(wire.size());
        for (EpochProto.FullRecord one : wire) {
            at.field("records.id");
            Timestamp id = IdCodec.takenTimestamp(one.hasId(), one.getId(), at);
            records.add(StorageCodec.decodeRecord(id, one.getRecord().toByteArray()));
        }
        return records;
    }

    static StatePart part(EpochProto.StatePart wire, Place at) {
        List<KeyStates.KeyState> keys = new ArrayList<>(wire.getKeysCount());
        for (EpochProto.KeyState one : wire.getKeysList()) {
            at.field("part.key");
            Key key = ValueCodec.key(one.getKey(), at);
            at.field("part.version");
            Version version = one.hasVersion()
                    ? StorageCodec.decodeVersion(
                            IdCodec.takenTimestamp(true, one.getVersion(), at),
                            one.getValue().toByteArray())
                    : Version.NEVER_THERE;
            RelaxedState relaxed = one.hasRelaxed()
                    ? StorageCodec.decodeRelaxed(one.getRelaxed().toByteArray())
                    : null;
            keys.add(new KeyStates.KeyState(key, version, relaxed));
        }
        return new KeyStates(keys);
    }

    private static StateCursor cursor(EpochProto.StateCursor wire, Place at) {
        at.field("cursor");
        return switch (wire.getAfterCase()) {
            case RECORD -> new StateCursor.Records(IdCodec.timestamp(true, wire.getRecord(), at));
            case KEY -> new StateCursor.Keys(Bytes.wrap(wire.getKey().toByteArray()));
            case AFTER_NOT_SET -> throw at.malformed("is missing");
        };
    }

    private static Epoch epoch(String field, long number, Place at) {
        at.field(field);
        return IdCodec.epoch(number, at);
    }

    private static long attempt(long number, Place at) {
        return number("attempt", number, at);
    }

    private static OpId fill(boolean present, IdProto.OpId wire, Place at) {
        at.field("fill");
        return IdCodec.opId(present, wire, at);
    }

    private static long number(String field, long number, Place at) {
        at.field(field);
        if (number < 0) {
            throw at.malformed("is the negative number " + number);
        }
        return number;
    }

    private static OpId opId(String message, boolean present, IdProto.OpId wire, Place at) {
        at.message(message);
        at.field("id");
        return IdCodec.opId(present, wire, at);
    }
}
