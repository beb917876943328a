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
    private final ComparingCodec comparing;

    EpochCodec(ValueCodec values) {
        this.bodies = new BodyCodec(values);
        this.comparing = new ComparingCodec(values);
    }

    EpochProto.EpochRequest encode(IrMessage.EpochRequest request) {
        EpochProto.EpochRequest.Builder wire = EpochProto.EpochRequest.newBuilder();
        if (request instanceof IrMessage.Seal seal) {
            wire.setSeal(EpochProto.EpochRequest.Seal.newBuilder()
                    .setEpoch(seal.epoch().number())
                    .setAttempt(seal.attempt()));
        } else if (request instanceof IrMessage.ReadOpen read) {
            wire.setReadOpen(EpochProto.EpochRequest.ReadOpen.newBuilder()
                    .setId(IdCodec.encode(read.id()))
                    .setEpoch(read.epoch().number())
                    .setAfter(IdCodec.encode(read.after())));
        } else if (request instanceof IrMessage.ReadDecided read) {
            EpochProto.EpochRequest.ReadDecided.Builder reading = EpochProto.EpochRequest.ReadDecided.newBuilder()
                    .setId(IdCodec.encode(read.id()))
                    .setEpoch(read.epoch().number())
                    .setAfter(IdCodec.encode(read.after()));
            if (read.upTo() != null) {
                reading.setUpTo(IdCodec.encode(read.upTo()));
            }
            read.known().forEach(id -> reading.addKnown(IdCodec.encode(id)));
            wire.setReadDecided(reading);
        } else if (request instanceof IrMessage.CompareState compare) {
            wire.setCompareState(EpochProto.EpochRequest.CompareState.newBuilder()
                    .setEpoch(compare.epoch().number())
                    .setIncarnation(compare.incarnation())
                    .setView(ComparingCodec.encode(compare.view()))
                    .setAfter(ComparingCodec.encode(compare.after()))
                    .addAllParts(ComparingCodec.encode(compare.parts()))
                    .setSends(compare.sends()));
        } else if (request instanceof IrMessage.ListDecided list) {
            wire.setListDecided(EpochProto.EpochRequest.ListDecided.newBuilder()
                    .setId(IdCodec.encode(list.id()))
                    .setIncarnation(list.incarnation())
                    .setFill(IdCodec.encode(list.fill()))
                    .setNumber(list.number())
                    .setAfter(IdCodec.encode(list.after())));
        } else if (request instanceof IrMessage.HashState hash) {
            wire.setHashState(EpochProto.EpochRequest.HashState.newBuilder()
                    .setIncarnation(hash.incarnation())
                    .setFill(IdCodec.encode(hash.fill()))
                    .setNumber(hash.number())
                    .setView(ComparingCodec.encode(hash.view()))
                    .setAfter(ComparingCodec.encode(hash.after()))
                    .setUpTo(ComparingCodec.encode(hash.upTo()))
                    .setKeysEach(hash.keysEach()));
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
                    .setSteps(end.steps())
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
        if (take.part() != null) {
            taking.setPart(encode(take.part()));
            take.reaches()
                    .forEach(reach -> taking.addReaches(EpochProto.EpochRequest.StateReach.newBuilder()
                            .setAfter(ComparingCodec.encode(reach.after()))
                            .setUpTo(ComparingCodec.encode(reach.upTo()))
                            .setForgotten(IdCodec.encode(reach.forgotten()))));
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
        } else if (reply instanceof IrMessage.RecordPage page) {
            EpochProto.EpochReply.RecordPage.Builder one = EpochProto.EpochReply.RecordPage.newBuilder()
                    .setId(IdCodec.encode(page.id()))
                    .setIncarnation(page.incarnation())
                    .setWatermarks(IdCodec.encode(page.watermarks()))
                    .addAllRecords(encodeRecords(page.records()))
                    .setSealed(page.sealed());
            if (page.next() != null) {
                one.setNext(IdCodec.encode(page.next()));
            }
            wire.setRecordPage(one);
        } else if (reply instanceof IrMessage.DecidedListed listed) {
            EpochProto.EpochReply.DecidedListed.Builder one = EpochProto.EpochReply.DecidedListed.newBuilder()
                    .setId(IdCodec.encode(listed.id()))
                    .setWatermarks(IdCodec.encode(listed.watermarks()));
            listed.decided().forEach(id -> one.addDecided(IdCodec.encode(id)));
            if (listed.upTo() != null) {
                one.setUpTo(IdCodec.encode(listed.upTo()));
            }
            wire.setDecidedListed(one);
        } else if (reply instanceof IrMessage.RecordsRead read) {
            wire.setRecordsRead(EpochProto.EpochReply.RecordsRead.newBuilder()
                    .setId(IdCodec.encode(read.id()))
                    .setIncarnation(read.incarnation())
                    .setLooked(read.looked())
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
            case READ_OPEN -> {
                var read = wire.getReadOpen();
                OpId id = opId("ReadOpen", read.hasId(), read.getId(), at);
                Epoch epoch = epoch("epoch", read.getEpoch(), at);
                yield new IrMessage.ReadOpen(id, epoch, time("after", read.hasAfter(), read.getAfter(), at));
            }
            case READ_DECIDED -> {
                var read = wire.getReadDecided();
                OpId id = opId("ReadDecided", read.hasId(), read.getId(), at);
                Epoch epoch = epoch("epoch", read.getEpoch(), at);
                Timestamp after = time("after", read.hasAfter(), read.getAfter(), at);
                Timestamp upTo = read.hasUpTo() ? time("up_to", true, read.getUpTo(), at) : null;
                yield new IrMessage.ReadDecided(id, epoch, after, upTo, times("known", read.getKnownList(), at));
            }
            case COMPARE_STATE -> {
                var compare = wire.getCompareState();
                at.message("CompareState");
                Epoch epoch = epoch("epoch", compare.getEpoch(), at);
                var view = ComparingCodec.view(compare.hasView(), compare.getView(), at);
                Bytes after = ComparingCodec.place("after", compare.getAfter(), at);
                var parts = comparing.parts(compare.getPartsList(), at);
                yield new IrMessage.CompareState(
                        epoch, compare.getIncarnation(), view, after, parts, compare.getSends());
            }
            case LIST_DECIDED -> {
                var list = wire.getListDecided();
                OpId id = opId("ListDecided", list.hasId(), list.getId(), at);
                OpId fill = fill(list.hasFill(), list.getFill(), at);
                long number = number("number", list.getNumber(), at);
                Timestamp after = time("after", list.hasAfter(), list.getAfter(), at);
                yield new IrMessage.ListDecided(id, list.getIncarnation(), fill, number, after);
            }
            case HASH_STATE -> {
                var hash = wire.getHashState();
                at.message("HashState");
                OpId fill = fill(hash.hasFill(), hash.getFill(), at);
                long number = number("number", hash.getNumber(), at);
                var view = ComparingCodec.view(hash.hasView(), hash.getView(), at);
                Bytes after = ComparingCodec.place("after", hash.getAfter(), at);
                Bytes upTo = ComparingCodec.place("up_to", hash.getUpTo(), at);
                int keysEach = ComparingCodec.number("keys_each", hash.getKeysEach(), at);
                yield new IrMessage.HashState(hash.getIncarnation(), fill, number, view, after, upTo, keysEach);
            }
            case READ_RECORDS -> {
                var read = wire.getReadRecords();
                OpId id = opId("ReadRecords", read.hasId(), read.getId(), at);
                Epoch epoch = epoch("epoch", read.getEpoch(), at);
                yield new IrMessage.ReadRecords(id, epoch, times("operations", read.getOperationsList(), at));
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
                        end.getIncarnation(), fill, number("steps", end.getSteps(), at), install);
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
        List<StateReach> reaches = new ArrayList<>(wire.getReachesCount());
        for (EpochProto.EpochRequest.StateReach one : wire.getReachesList()) {
            reaches.add(reach(one, at));
        }
        at.field("reaches");
        if (part == null && !reaches.isEmpty()) {
            throw at.malformed("are there without a part");
        }
        return new IrMessage.TakeState(id, wire.getIncarnation(), fill, number, decided, part, reaches);
    }

    private static StateReach reach(EpochProto.EpochRequest.StateReach wire, Place at) {
        Bytes after = ComparingCodec.place("reaches.after", wire.getAfter(), at);
        Bytes upTo = ComparingCodec.place("reaches.up_to", wire.getUpTo(), at);
        return new StateReach(after, upTo, time("reaches.forgotten", wire.hasForgotten(), wire.getForgotten(), at));
    }

    IrMessage.Reply reply(EpochProto.EpochReply wire, Place at) {
        return switch (wire.getReplyCase()) {
            case SEALED -> {
                var sealed = wire.getSealed();
                at.message("Sealed");
                Epoch epoch = epoch("epoch", sealed.getEpoch(), at);
                yield new IrMessage.Sealed(epoch, attempt(sealed.getAttempt(), at), sealed.getIncarnation());
            }
            case RECORD_PAGE -> {
                var page = wire.getRecordPage();
                OpId id = opId("RecordPage", page.hasId(), page.getId(), at);
                List<OpRecord> records = records(page.getRecordsList(), at);
                at.field("watermarks");
                var watermarks = IdCodec.watermarks(page.hasWatermarks(), page.getWatermarks(), at);
                Timestamp next = page.hasNext() ? time("next", true, page.getNext(), at) : null;
                yield new IrMessage.RecordPage(id, page.getIncarnation(), records, watermarks, next, page.getSealed());
            }
            case DECIDED_LISTED -> {
                var listed = wire.getDecidedListed();
                OpId id = opId("DecidedListed", listed.hasId(), listed.getId(), at);
                at.field("watermarks");
                var watermarks = IdCodec.watermarks(listed.hasWatermarks(), listed.getWatermarks(), at);
                List<Timestamp> decided = times("decided", listed.getDecidedList(), at);
                Timestamp upTo = listed.hasUpTo() ? time("up_to", true, listed.getUpTo(), at) : null;
                yield new IrMessage.DecidedListed(id, watermarks, decided, upTo);
            }
            case RECORDS_READ -> {
                var read = wire.getRecordsRead();
                OpId id = opId("RecordsRead", read.hasId(), read.getId(), at);
                int looked = ComparingCodec.number("looked", read.getLooked(), at);
                yield new IrMessage.RecordsRead(id, read.getIncarnation(), looked, records(read.getRecordsList(), at));
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

    private static Timestamp time(String field, boolean present, IdProto.Timestamp wire, Place at) {
        at.field(field);
        return IdCodec.timestamp(present, wire, at);
    }

    private static List<Timestamp> times(String field, List<IdProto.Timestamp> wire, Place at) {
        at.field(field);
        List<Timestamp> times = new ArrayList<>(wire.size());
        for (IdProto.Timestamp one : wire) {
            times.add(IdCodec.takenTimestamp(true, one, at));
        }
        return times;
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
