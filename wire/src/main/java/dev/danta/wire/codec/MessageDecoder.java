package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Query;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.HashKey;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.IdProto;
import dev.danta.wire.proto.MessageProto;
import java.util.ArrayList;
import java.util.List;

/** Takes the message out of an envelope. */
final class MessageDecoder {
    private final WireLimits limits;
    private final ValueCodec values;
    private final BodyCodec bodies;
    private final OutcomeCodec outcomes;
    private final RelaxedCodec relaxedStates;
    private final FeedCodec feeds;
    private final UpkeepCodec upkeep;
    private final EpochCodec epochs;

    MessageDecoder(WireLimits limits) {
        this.limits = limits;
        this.values = new ValueCodec(limits);
        this.bodies = new BodyCodec(values);
        this.outcomes = new OutcomeCodec(values);
        this.relaxedStates = new RelaxedCodec(values);
        this.feeds = new FeedCodec(values);
        this.upkeep = new UpkeepCodec(values);
        this.epochs = new EpochCodec(values);
    }

    IrMessage take(MessageProto.Envelope from, Place at) {
        return switch (from.getMessageCase()) {
            case PROPOSE -> propose(from.getPropose(), at);
            case FINALIZE -> finalizeMessage(from.getFinalize(), at);
            case INQUIRE -> inquire(from.getInquire(), at);
            case LOOKUP ->
                new IrMessage.Lookup(
                        id("Lookup", from.getLookup().hasId(), from.getLookup().getId(), at));
            case DECIDE -> decide(from.getDecide(), at);
            case EXECUTE -> execute(from.getExecute(), at);
            case ASK -> ask(from.getAsk(), at);
            case VOTED -> voted(from.getVoted(), at);
            case ACCEPTED -> accepted(from.getAccepted(), at);
            case PREEMPTED -> preempted(from.getPreempted(), at);
            case PROMISED -> promised(from.getPromised(), at);
            case DECIDED -> decided(from.getDecided(), at);
            case DECISION_ACKNOWLEDGED -> {
                var wire = from.getDecisionAcknowledged();
                yield new IrMessage.DecisionAcknowledged(id("DecisionAcknowledged", wire.hasId(), wire.getId(), at));
            }
            case LOOKED_UP -> lookedUp(from.getLookedUp(), at);
            case BODY_MISSING -> {
                var wire = from.getBodyMissing();
                yield new IrMessage.BodyMissing(id("BodyMissing", wire.hasId(), wire.getId(), at));
            }
            case TOO_OLD -> tooOld(from.getTooOld(), at);
            case CLOCK_REFUSED -> clockRefused(from.getClockRefused(), at);
            case EXECUTED -> {
                var wire = from.getExecuted();
                yield new IrMessage.Executed(opId("Executed", wire.hasId(), wire.getId(), at));
            }
            case EXECUTE_REFUSED -> executeRefused(from.getExecuteRefused(), at);
            case EXECUTE_CLOCK_REFUSED -> executeClockRefused(from.getExecuteClockRefused(), at);
            case ANSWERED -> answered(from.getAnswered(), at);
            case PROPOSE_OVERLOADED -> {
                var wire = from.getProposeOverloaded();
                yield new IrMessage.ProposeOverloaded(id("ProposeOverloaded", wire.hasId(), wire.getId(), at));
            }
            case OP_OVERLOADED -> {
                var wire = from.getOpOverloaded();
                yield new IrMessage.OpOverloaded(opId("OpOverloaded", wire.hasId(), wire.getId(), at));
            }
            case WRONG_EPOCH -> {
                at.message("WrongEpoch");
                at.field("current");
                at.requirePresent(from.getWrongEpoch().hasCurrent());
                yield new IrMessage.WrongEpoch(
                        MembershipCodec.decode(from.getWrongEpoch().getCurrent(), at));
            }
            case UPKEEP -> upkeep.request(from.getUpkeep(), at);
            case EPOCH_REQUEST -> epochs.request(from.getEpochRequest(), at);
            case EPOCH_REPLY -> epochs.reply(from.getEpochReply(), at);
            case UPKEPT -> upkeep.reply(from.getUpkept(), at);
            case MESSAGE_NOT_SET -> {
                at.field("message");
                throw at.malformed("is of no known kind");
            }
        };
    }

    private static Timestamp id(String message, boolean present, IdProto.Timestamp wire, Place at) {
        at.message(message);
        at.field("id");
        return IdCodec.takenTimestamp(present, wire, at);
    }

    private static OpId opId(String message, boolean present, IdProto.OpId wire, Place at) {
        at.message(message);
        at.field("id");
        return IdCodec.opId(present, wire, at);
    }

    private static Ballot ballot(boolean present, IdProto.Ballot wire, Place at) {
        at.field("ballot");
        return IdCodec.ballot(present, wire, at);
    }

    private IrMessage propose(MessageProto.Propose wire, Place at) {
        Timestamp id = id("Propose", wire.hasId(), wire.getId(), at);
        return new IrMessage.Propose(id, bodies.body(wire.hasBody(), wire.getBody(), at));
    }

    private IrMessage finalizeMessage(MessageProto.Finalize wire, Place at) {
        Timestamp id = id("Finalize", wire.hasId(), wire.getId(), at);
        Ballot ballot = ballot(wire.hasBallot(), wire.getBallot(), at);
        at.field("result");
        var result = OutcomeCodec.result(wire.hasResult(), wire.getResult(), at);
        return new IrMessage.Finalize(id, ballot, result, bodies.bodyIfPresent(wire.hasBody(), wire.getBody(), at));
    }

    private IrMessage inquire(MessageProto.Inquire wire, Place at) {
        Timestamp id = id("Inquire", wire.hasId(), wire.getId(), at);
        Ballot ballot = ballot(wire.hasBallot(), wire.getBallot(), at);
        at.field("participants");
        return new IrMessage.Inquire(
                id, ballot, IdCodec.participants(wire.getParticipantsList(), values.participantsMax(), at));
    }

    private IrMessage lookedUp(MessageProto.LookedUp wire, Place at) {
        Timestamp id = id("LookedUp", wire.hasId(), wire.getId(), at);
        at.field("participants");
        return wire.getParticipantsCount() == 0
                ? new IrMessage.LookedUp(id, List.of())
                : new IrMessage.LookedUp(
                        id, IdCodec.participants(wire.getParticipantsList(), values.participantsMax(), at));
    }

    private IrMessage decide(MessageProto.Decide wire, Place at) {
        Timestamp id = id("Decide", wire.hasId(), wire.getId(), at);
        var decision = OutcomeCodec.decision(wire.hasDecision(), wire.getDecision(), at);
        return new IrMessage.Decide(id, decision, bodies.bodyIfPresent(wire.hasBody(), wire.getBody(), at));
    }

    private IrMessage execute(MessageProto.Execute wire, Place at) {
        OpId id = opId("Execute", wire.hasId(), wire.getId(), at);
        at.field("op");
        if (wire.getOpCase() != MessageProto.Execute.OpCase.RELAXED_UPDATE) {
            throw at.malformed("is of no known kind");
        }
        return new IrMessage.Execute(id, relaxedStates.update(wire.getRelaxedUpdate(), at));
    }

    private IrMessage ask(MessageProto.Ask wire, Place at) {
        return new IrMessage.Ask(opId("Ask", wire.hasId(), wire.getId(), at), query(wire, at));
    }

    private Query query(MessageProto.Ask wire, Place at) {
        at.field("query");
        return switch (wire.getQueryCase()) {
            case VERSIONS -> new ReadQuery.Versions(keys(wire.getVersions().getKeysList(), at));
            case RANGE -> range(wire.getRange(), at);
            case RELAXED -> {
                at.field("key");
                yield new ReadQuery.Relaxed(ValueCodec.key(wire.getRelaxed().getKey(), at));
            }
            case HASHES -> hashes(wire.getHashes(), at);
            case KEY_READ -> keyRead(wire.getKeyRead(), at);
            case VALIDATE -> validate(wire.getValidate(), at);
            case FEED -> FeedCodec.query(wire.getFeed(), at);
            case QUERY_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private static Query hashes(MessageProto.HashRelaxed wire, Place at) {
        at.field("keys");
        if (wire.getKeysCount() < 1 || wire.getKeysCount() > ReadQuery.HASHES_MAX) {
            throw at.malformed("are not 1 to " + ReadQuery.HASHES_MAX);
        }
        List<Key> keys = new ArrayList<>(wire.getKeysCount());
        for (ByteString one : wire.getKeysList()) {
            keys.add(ValueCodec.key(one, at));
        }
        return new ReadQuery.Hashes(keys, new HashKey(wire.getHashKey0(), wire.getHashKey1()));
    }

    private static Query keyRead(MessageProto.KeyRead wire, Place at) {
        at.field("key");
        Key key = ValueCodec.key(wire.getKey(), at);
        at.field("deleted_below_max");
        return new ReadQuery.KeyRead(key, IdCodec.timestamp(wire.hasDeletedBelowMax(), wire.getDeletedBelowMax(), at));
    }

    private Query validate(MessageProto.Validate wire, Place at) {
        AccessSet reads = bodies.reads(wire.hasReads(), wire.getReads(), at);
        at.field("deleted_below_max");
        return new ReadQuery.Validate(
                reads, IdCodec.timestamp(wire.hasDeletedBelowMax(), wire.getDeletedBelowMax(), at));
    }

    private static Query range(MessageProto.ReadRange wire, Place at) {
        at.field("range");
        KeyRange range = ValueCodec.range(wire.hasRange(), wire.getRange(), at);
        at.field("limit");
        // Protobuf's unsigned numbers come as signed ones.
        if (wire.getLimit() < 1 || wire.getLimit() > ReadQuery.RANGE_ENTRIES_MAX) {
            throw at.malformed("is not from 1 to " + ReadQuery.RANGE_ENTRIES_MAX);
        }
        return new ReadQuery.Range(range, wire.getLimit(), wire.getFromEnd());
    }

    private List<Key> keys(List<ByteString> wire, Place at) {
        at.field("keys");
        at.requireCount(wire.size(), values.keyCountMax());
        List<Key> keys = new ArrayList<>(wire.size());
        for (ByteString one : wire) {
            keys.add(ValueCodec.key(one, at));
        }
        return keys;
    }

    private IrMessage voted(MessageProto.Voted wire, Place at) {
        Timestamp id = id("Voted", wire.hasId(), wire.getId(), at);
        return new IrMessage.Voted(id, outcomes.vote(wire.hasVote(), wire.getVote(), at));
    }

    private static IrMessage accepted(MessageProto.Accepted wire, Place at) {
        Timestamp id = id("Accepted", wire.hasId(), wire.getId(), at);
        return new IrMessage.Accepted(id, ballot(wire.hasBallot(), wire.getBallot(), at));
    }

    private static IrMessage preempted(MessageProto.Preempted wire, Place at) {
        Timestamp id = id("Preempted", wire.hasId(), wire.getId(), at);
        Ballot ballot = ballot(wire.hasBallot(), wire.getBallot(), at);
        at.field("promised");
        return new IrMessage.Preempted(id, ballot, IdCodec.ballot(wire.hasPromised(), wire.getPromised(), at));
    }

    private IrMessage promised(MessageProto.Promised wire, Place at) {
        Timestamp id = id("Promised", wire.hasId(), wire.getId(), at);
        Ballot ballot = ballot(wire.hasBallot(), wire.getBallot(), at);
        var vote = outcomes.vote(wire.hasVote(), wire.getVote(), at);
        var accepted = OutcomeCodec.acceptance(wire.hasAccepted(), wire.getAccepted(), at);
        return new IrMessage.Promised(
                id, ballot, vote, accepted, bodies.bodyIfPresent(wire.hasBody(), wire.getBody(), at));
    }

    private IrMessage decided(MessageProto.Decided wire, Place at) {
        Timestamp id = id("Decided", wire.hasId(), wire.getId(), at);
        var decision = OutcomeCodec.decision(wire.hasDecision(), wire.getDecision(), at);
        return new IrMessage.Decided(id, decision, bodies.bodyIfPresent(wire.hasBody(), wire.getBody(), at));
    }

    private static IrMessage tooOld(MessageProto.TooOld wire, Place at) {
        Timestamp id = id("TooOld", wire.hasId(), wire.getId(), at);
        at.field("deleted_below");
        return new IrMessage.TooOld(id, IdCodec.timestamp(wire.hasDeletedBelow(), wire.getDeletedBelow(), at));
    }

    private static IrMessage clockRefused(MessageProto.ClockRefused wire, Place at) {
        Timestamp id = id("ClockRefused", wire.hasId(), wire.getId(), at);
        at.field("replica_time_micros");
        return new IrMessage.ClockRefused(id, IdCodec.time(wire.getReplicaTimeMicros(), at));
    }

    private IrMessage executeRefused(MessageProto.ExecuteRefused wire, Place at) {
        OpId id = opId("ExecuteRefused", wire.hasId(), wire.getId(), at);
        at.field("reason");
        if (wire.getReason().length() > limits.textCharsMax()) {
            throw at.malformed(
                    "has " + wire.getReason().length() + " characters, over the limit of " + limits.textCharsMax());
        }
        return new IrMessage.ExecuteRefused(id, wire.getReason());
    }

    private static IrMessage executeClockRefused(MessageProto.ExecuteClockRefused wire, Place at) {
        OpId id = opId("ExecuteClockRefused", wire.hasId(), wire.getId(), at);
        at.field("replica_time_micros");
        return new IrMessage.ExecuteClockRefused(id, IdCodec.time(wire.getReplicaTimeMicros(), at));
    }

    private IrMessage answered(MessageProto.Answered wire, Place at) {
        return new IrMessage.Answered(opId("Answered", wire.hasId(), wire.getId(), at), answer(wire, at));
    }

    private Answer answer(MessageProto.Answered wire, Place at) {
        at.field("answer");
        return switch (wire.getAnswerCase()) {
            case VERSIONS -> versions(wire.getVersions(), at);
            case RANGE -> range(wire.getRange(), at);
            case RELAXED -> relaxed(wire.getRelaxed(), at);
            case HASHES -> {
                at.field("hashes");
                int count = wire.getHashes().getHashesCount();
                if (count < 1 || count > ReadQuery.HASHES_MAX) {
                    throw at.malformed("are not 1 to " + ReadQuery.HASHES_MAX);
                }
                yield new ReadAnswer.Hashes(wire.getHashes().getHashesList());
            }
            case MALFORMED -> new ReadAnswer.Malformed();
            case FEED -> feeds.answer(wire.getFeed(), at);
            case FEED_GAP -> new ReadAnswer.FeedGap(IdCodec.position("feed_gap", true, wire.getFeedGap(), at));
            case KEY_READ -> keyRead(wire.getKeyRead(), at);
            case VALID -> new ReadAnswer.Valid();
            case OUTDATED -> outdated(wire.getOutdated(), at);
            case HELD -> {
                at.field("held");
                yield new ReadAnswer.Held(IdCodec.takenTimestamp(true, wire.getHeld(), at));
            }
            case FORGOTTEN -> {
                at.field("forgotten");
                yield new ReadAnswer.Forgotten(IdCodec.takenTimestamp(true, wire.getForgotten(), at));
            }
            case ANSWER_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private ReadAnswer versions(MessageProto.VersionsAnswer wire, Place at) {
        at.field("entries");
        at.requireCount(wire.getEntriesCount(), values.keyCountMax());
        List<ReadAnswer.Entry> entries = new ArrayList<>(wire.getEntriesCount());
        for (int i = 0; i < wire.getEntriesCount(); i++) {
            MessageProto.VersionsAnswer.Entry one = wire.getEntries(i);
            at.item("entries", i, "version");
            Version version = values.version(one.hasVersion(), one.getVersion(), at);
            entries.add(new ReadAnswer.Entry(version, one.getHeld()));
        }
        at.field("replica_time_micros");
        long replicaTimeMicros = IdCodec.time(wire.getReplicaTimeMicros(), at);
        at.field("deleted_below");
        return new ReadAnswer.Versions(
                entries, replicaTimeMicros, IdCodec.timestamp(wire.hasDeletedBelow(), wire.getDeletedBelow(), at));
    }

    private ReadAnswer keyRead(MessageProto.KeyReadAnswer wire, Place at) {
        at.field("version");
        Version version = values.version(wire.hasVersion(), wire.getVersion(), at);
        at.field("writer");
        Timestamp writer = wire.hasWriter() ? IdCodec.takenTimestamp(true, wire.getWriter(), at) : null;
        at.field("deleted_below");
        return new ReadAnswer.KeyRead(
                version, writer, IdCodec.timestamp(wire.hasDeletedBelow(), wire.getDeletedBelow(), at));
    }

    private ReadAnswer outdated(MessageProto.Outdated wire, Place at) {
        List<Verdict.Newest> newest = outcomes.newest("newest", wire.getNewestList(), at);
        at.field("deleted_below");
        return new ReadAnswer.Outdated(newest, IdCodec.timestamp(wire.hasDeletedBelow(), wire.getDeletedBelow(), at));
    }

    private ReadAnswer range(MessageProto.RangeAnswer wire, Place at) {
        at.field("entries");
        at.requireCount(wire.getEntriesCount(), ReadQuery.RANGE_ENTRIES_MAX);
        List<ReadAnswer.RangeEntry> entries = new ArrayList<>(wire.getEntriesCount());
        Key last = null;
        for (int i = 0; i < wire.getEntriesCount(); i++) {
            MessageProto.RangeAnswer.Entry one = wire.getEntries(i);
            at.item("entries", i, "key");
            Key key = ValueCodec.key(one.getKey(), at);
            if (last != null && last.compareTo(key) >= 0) {
                throw at.malformed("is not above the one before it");
            }
            last = key;
            at.item("entries", i, "version");
            Version version = values.version(one.hasVersion(), one.getVersion(), at);
            entries.add(new ReadAnswer.RangeEntry(key, version, one.getHeld()));
        }
        at.field("more");
        if (wire.getMore() && entries.isEmpty()) {
            throw at.malformed("is set, but there is no entry to go on from");
        }
        at.field("replica_time_micros");
        long replicaTimeMicros = IdCodec.time(wire.getReplicaTimeMicros(), at);
        at.field("deleted_below");
        return new ReadAnswer.Range(
                entries,
                wire.getMore(),
                replicaTimeMicros,
                IdCodec.timestamp(wire.hasDeletedBelow(), wire.getDeletedBelow(), at));
    }

    private ReadAnswer relaxed(MessageProto.RelaxedAnswer wire, Place at) {
        at.field("replica_time_micros");
        long replicaTimeMicros = IdCodec.time(wire.getReplicaTimeMicros(), at);
        DataProto.RelaxedState state = wire.getState();
        return new ReadAnswer.Relaxed(
                wire.hasState() ? relaxedStates.relaxedState(true, state, "state", at) : null, replicaTimeMicros);
    }
}
