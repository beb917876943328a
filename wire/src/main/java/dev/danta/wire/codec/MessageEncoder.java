package dev.danta.wire.codec;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Query;
import dev.danta.occ.Key;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.EpochProto;
import dev.danta.wire.proto.MessageProto;

/** Puts a message into an envelope. What is frequent is looked for first. */
final class MessageEncoder {
    private final WireLimits limits;
    private final ValueCodec values;
    private final BodyCodec bodies;
    private final OutcomeCodec outcomes;
    private final RelaxedCodec relaxedStates;
    private final FeedCodec feeds;
    private final UpkeepCodec upkeep;
    private final EpochCodec epochs;

    MessageEncoder(WireLimits limits) {
        this.limits = limits;
        this.values = new ValueCodec(limits);
        this.bodies = new BodyCodec(values);
        this.outcomes = new OutcomeCodec(values);
        this.relaxedStates = new RelaxedCodec(values);
        this.feeds = new FeedCodec(values);
        this.upkeep = new UpkeepCodec(values);
        this.epochs = new EpochCodec(values);
    }

    void put(IrMessage message, MessageProto.Envelope.Builder into) {
        if (message instanceof IrMessage.Request request) {
            putRequest(request, into);
        } else {
            putReply((IrMessage.Reply) message, into);
        }
    }

    private void putRequest(IrMessage.Request request, MessageProto.Envelope.Builder into) {
        if (request instanceof IrMessage.Propose propose) {
            into.setPropose(MessageProto.Propose.newBuilder()
                    .setId(IdCodec.encode(propose.id()))
                    .setBody(bodies.encode(propose.body())));
        } else if (request instanceof IrMessage.Decide decide) {
            MessageProto.Decide.Builder wire = MessageProto.Decide.newBuilder()
                    .setId(IdCodec.encode(decide.id()))
                    .setDecision(OutcomeCodec.encode(decide.decision()));
            if (decide.body() != null) {
                wire.setBody(bodies.encode(decide.body()));
            }
            into.setDecide(wire);
        } else if (request instanceof IrMessage.Ask ask) {
            into.setAsk(encode(ask));
        } else if (request instanceof IrMessage.Execute execute) {
            into.setExecute(encode(execute));
        } else if (request instanceof IrMessage.Finalize finalize) {
            MessageProto.Finalize.Builder wire = MessageProto.Finalize.newBuilder()
                    .setId(IdCodec.encode(finalize.id()))
                    .setBallot(IdCodec.encode(finalize.ballot()))
                    .setResult(OutcomeCodec.encode(finalize.result()));
            if (finalize.body() != null) {
                wire.setBody(bodies.encode(finalize.body()));
            }
            into.setFinalize(wire);
        } else if (request instanceof IrMessage.Inquire inquire) {
            into.setInquire(encode(inquire));
        } else if (request instanceof IrMessage.Lookup lookup) {
            into.setLookup(MessageProto.Lookup.newBuilder().setId(IdCodec.encode(lookup.id())));
        } else if (request instanceof IrMessage.EpochRequest about) {
            into.setEpochRequest(epochs.encode(about));
        } else {
            into.setUpkeep(upkeep.encode(request));
        }
    }

    private MessageProto.Ask encode(IrMessage.Ask ask) {
        MessageProto.Ask.Builder wire = MessageProto.Ask.newBuilder().setId(IdCodec.encode(ask.id()));
        Query query = ask.query();
        if (query instanceof ReadQuery.Versions versions) {
            values.requireKeyCount(versions.keys().size());
            MessageProto.ReadVersions.Builder keys = MessageProto.ReadVersions.newBuilder();
            for (Key key : versions.keys()) {
                keys.addKeys(ValueCodec.encode(key));
            }
            wire.setVersions(keys);
        } else if (query instanceof ReadQuery.Range range) {
            wire.setRange(MessageProto.ReadRange.newBuilder()
                    .setRange(ValueCodec.encode(range.range()))
                    .setLimit(range.limit())
                    .setFromEnd(range.fromEnd()));
        } else if (query instanceof ReadQuery.Relaxed relaxed) {
            wire.setRelaxed(MessageProto.ReadRelaxed.newBuilder().setKey(ValueCodec.encode(relaxed.key())));
        } else if (query instanceof ReadQuery.Hashes hashes) {
            MessageProto.HashRelaxed.Builder hash = MessageProto.HashRelaxed.newBuilder()
                    .setHashKey0(hashes.hashKey().first())
                    .setHashKey1(hashes.hashKey().second());
            hashes.keys().forEach(key -> hash.addKeys(ValueCodec.encode(key)));
            wire.setHashes(hash);
        } else if (query instanceof ReadQuery.KeyRead keyRead) {
            wire.setKeyRead(MessageProto.KeyRead.newBuilder()
                    .setKey(ValueCodec.encode(keyRead.key()))
                    .setDeletedBelowMax(IdCodec.encode(keyRead.g())));
        } else if (query instanceof ReadQuery.Feed feed) {
            wire.setFeed(feeds.encode(feed));
        } else if (query instanceof ReadQuery.Validate validate) {
            wire.setValidate(MessageProto.Validate.newBuilder()
                    .setReads(bodies.encodeReads(validate.reads()))
                    .setDeletedBelowMax(IdCodec.encode(validate.g())));
        } else {
            throw new IllegalArgumentException("there is no encoding for the query " + query);
        }
        return wire.build();
    }

    private MessageProto.Execute encode(IrMessage.Execute execute) {
        return MessageProto.Execute.newBuilder()
                .setId(IdCodec.encode(execute.id()))
                .setRelaxedUpdate(relaxedStates.encode(execute.op()))
                .build();
    }

    private MessageProto.Inquire encode(IrMessage.Inquire inquire) {
        values.requireParticipantCount(inquire.participants().size());
        MessageProto.Inquire.Builder wire = MessageProto.Inquire.newBuilder()
                .setId(IdCodec.encode(inquire.id()))
                .setBallot(IdCodec.encode(inquire.ballot()));
        for (ShardId participant : inquire.participants()) {
            wire.addParticipants(participant.number());
        }
        return wire.build();
    }

    private void putReply(IrMessage.Reply reply, MessageProto.Envelope.Builder into) {
        if (reply instanceof IrMessage.Voted voted) {
            into.setVoted(MessageProto.Voted.newBuilder()
                    .setId(IdCodec.encode(voted.id()))
                    .setVote(outcomes.encode(voted.vote())));
        } else if (reply instanceof IrMessage.DecisionAcknowledged acknowledged) {
            into.setDecisionAcknowledged(
                    MessageProto.DecisionAcknowledged.newBuilder().setId(IdCodec.encode(acknowledged.id())));
        } else if (reply instanceof IrMessage.Answered answered) {
            into.setAnswered(encode(answered));
        } else if (reply instanceof IrMessage.Executed executed) {
            into.setExecuted(MessageProto.Executed.newBuilder().setId(IdCodec.encode(executed.id())));
        } else if (reply instanceof IrMessage.Accepted accepted) {
            into.setAccepted(MessageProto.Accepted.newBuilder()
                    .setId(IdCodec.encode(accepted.id()))
                    .setBallot(IdCodec.encode(accepted.ballot())));
        } else if (reply instanceof IrMessage.Decided decided) {
            into.setDecided(encode(decided));
        } else if (reply instanceof IrMessage.Promised promised) {
            into.setPromised(encode(promised));
        } else {
            putRareReply(reply, into);
        }
    }

    private MessageProto.LookedUp encode(IrMessage.LookedUp lookedUp) {
        values.requireParticipantCount(lookedUp.participants().size());
        MessageProto.LookedUp.Builder wire = MessageProto.LookedUp.newBuilder().setId(IdCodec.encode(lookedUp.id()));
        for (ShardId participant : lookedUp.participants()) {
            wire.addParticipants(participant.number());
        }
        return wire.build();
    }

    private void putRareReply(IrMessage.Reply reply, MessageProto.Envelope.Builder into) {
        if (reply instanceof IrMessage.Preempted preempted) {
            into.setPreempted(MessageProto.Preempted.newBuilder()
                    .setId(IdCodec.encode(preempted.id()))
                    .setBallot(IdCodec.encode(preempted.ballot()))
                    .setPromised(IdCodec.encode(preempted.promised())));
        } else if (reply instanceof IrMessage.LookedUp lookedUp) {
            into.setLookedUp(encode(lookedUp));
        } else if (reply instanceof IrMessage.BodyMissing missing) {
            into.setBodyMissing(MessageProto.BodyMissing.newBuilder().setId(IdCodec.encode(missing.id())));
        } else if (reply instanceof IrMessage.TooOld tooOld) {
            into.setTooOld(MessageProto.TooOld.newBuilder()
                    .setId(IdCodec.encode(tooOld.id()))
                    .setDeletedBelow(IdCodec.encode(tooOld.deletedBelow())));
        } else if (reply instanceof IrMessage.ClockRefused refused) {
            into.setClockRefused(MessageProto.ClockRefused.newBuilder()
                    .setId(IdCodec.encode(refused.id()))
                    .setReplicaTimeMicros(refused.replicaTimeMicros()));
        } else if (reply instanceof IrMessage.ExecuteRefused refused) {
            into.setExecuteRefused(MessageProto.ExecuteRefused.newBuilder()
                    .setId(IdCodec.encode(refused.id()))
                    .setReason(cut(refused.reason())));
        } else if (reply instanceof IrMessage.ExecuteClockRefused refused) {
            into.setExecuteClockRefused(MessageProto.ExecuteClockRefused.newBuilder()
                    .setId(IdCodec.encode(refused.id()))
                    .setReplicaTimeMicros(refused.replicaTimeMicros()));
        } else if (reply instanceof IrMessage.ProposeOverloaded overloaded) {
            into.setProposeOverloaded(
                    MessageProto.ProposeOverloaded.newBuilder().setId(IdCodec.encode(overloaded.id())));
        } else if (reply instanceof IrMessage.OpOverloaded overloaded) {
            into.setOpOverloaded(MessageProto.OpOverloaded.newBuilder().setId(IdCodec.encode(overloaded.id())));
        } else if (reply instanceof IrMessage.WrongEpoch wrong) {
            into.setWrongEpoch(
                    MessageProto.WrongEpoch.newBuilder().setCurrent(MembershipCodec.encode(wrong.current())));
        } else {
            EpochProto.EpochReply about = epochs.encode(reply);
            if (about != null) {
                into.setEpochReply(about);
            } else {
                into.setUpkept(upkeep.encode(reply));
            }
        }
    }

    private String cut(String text) {
        return text.length() <= limits.textCharsMax() ? text : text.substring(0, limits.textCharsMax());
    }

    private MessageProto.Decided encode(IrMessage.Decided decided) {
        MessageProto.Decided.Builder wire = MessageProto.Decided.newBuilder()
                .setId(IdCodec.encode(decided.id()))
                .setDecision(OutcomeCodec.encode(decided.decision()));
        if (decided.body() != null) {
            wire.setBody(bodies.encode(decided.body()));
        }
        return wire.build();
    }

    private MessageProto.Promised encode(IrMessage.Promised promised) {
        MessageProto.Promised.Builder wire = MessageProto.Promised.newBuilder()
                .setId(IdCodec.encode(promised.id()))
                .setBallot(IdCodec.encode(promised.ballot()))
                .setVote(outcomes.encode(promised.vote()));
        if (promised.accepted() != null) {
            wire.setAccepted(OutcomeCodec.encode(promised.accepted()));
        }
        if (promised.body() != null) {
            wire.setBody(bodies.encode(promised.body()));
        }
        return wire.build();
    }

    private MessageProto.Answered encode(IrMessage.Answered answered) {
        MessageProto.Answered.Builder wire = MessageProto.Answered.newBuilder().setId(IdCodec.encode(answered.id()));
        Answer answer = answered.answer();
        if (answer instanceof ReadAnswer.Versions versions) {
            wire.setVersions(encode(versions));
        } else if (answer instanceof ReadAnswer.Range range) {
            wire.setRange(encode(range));
        } else if (answer instanceof ReadAnswer.Relaxed relaxed) {
            MessageProto.RelaxedAnswer.Builder wireAnswer =
                    MessageProto.RelaxedAnswer.newBuilder().setReplicaTimeMicros(relaxed.replicaTimeMicros());
            if (relaxed.state() != null) {
                wireAnswer.setState(relaxedStates.encode(relaxed.state()));
            }
            wire.setRelaxed(wireAnswer);
        } else if (answer instanceof ReadAnswer.Feed feed) {
            wire.setFeed(feeds.encode(feed));
        } else if (answer instanceof ReadAnswer.FeedGap gap) {
            wire.setFeedGap(IdCodec.encode(gap.end()));
        } else if (answer instanceof ReadAnswer.Hashes hashes) {
            wire.setHashes(MessageProto.HashesAnswer.newBuilder().addAllHashes(hashes.hashes()));
        } else if (answer instanceof ReadAnswer.Malformed) {
            wire.setMalformed(DataProto.Nothing.getDefaultInstance());
        } else if (answer instanceof ReadAnswer strict) {
            putStrict(strict, wire);
        } else {
            throw new IllegalArgumentException("there is no encoding for the answer " + answer);
        }
        return wire.build();
    }

    private void putStrict(ReadAnswer answer, MessageProto.Answered.Builder into) {
        if (answer instanceof ReadAnswer.KeyRead keyRead) {
            MessageProto.KeyReadAnswer.Builder wire = MessageProto.KeyReadAnswer.newBuilder()
                    .setVersion(values.encode(keyRead.version()))
                    .setDeletedBelow(IdCodec.encode(keyRead.deletedBelow()));
            if (keyRead.writer() != null) {
                wire.setWriter(IdCodec.encode(keyRead.writer()));
            }
            into.setKeyRead(wire);
        } else if (answer instanceof ReadAnswer.Valid) {
            into.setValid(DataProto.Nothing.getDefaultInstance());
        } else if (answer instanceof ReadAnswer.Outdated outdated) {
            into.setOutdated(MessageProto.Outdated.newBuilder()
                    .addAllNewest(outcomes.encode(outdated.newest()))
                    .setDeletedBelow(IdCodec.encode(outdated.deletedBelow())));
        } else if (answer instanceof ReadAnswer.Held held) {
            into.setHeld(IdCodec.encode(held.writer()));
        } else if (answer instanceof ReadAnswer.Forgotten forgotten) {
            into.setForgotten(IdCodec.encode(forgotten.deletedBelow()));
        }
    }

    private MessageProto.RangeAnswer encode(ReadAnswer.Range range) {
        values.requireKeyCount(range.entries().size());
        MessageProto.RangeAnswer.Builder wire = MessageProto.RangeAnswer.newBuilder()
                .setMore(range.more())
                .setReplicaTimeMicros(range.replicaTimeMicros())
                .setDeletedBelow(IdCodec.encode(range.deletedBelow()));
        for (ReadAnswer.RangeEntry entry : range.entries()) {
            wire.addEntries(MessageProto.RangeAnswer.Entry.newBuilder()
                    .setKey(ValueCodec.encode(entry.key()))
                    .setVersion(values.encode(entry.version()))
                    .setHeld(entry.held()));
        }
        return wire.build();
    }

    private MessageProto.VersionsAnswer encode(ReadAnswer.Versions versions) {
        values.requireKeyCount(versions.entries().size());
        MessageProto.VersionsAnswer.Builder wire = MessageProto.VersionsAnswer.newBuilder()
                .setReplicaTimeMicros(versions.replicaTimeMicros())
                .setDeletedBelow(IdCodec.encode(versions.deletedBelow()));
        for (ReadAnswer.Entry entry : versions.entries()) {
            wire.addEntries(MessageProto.VersionsAnswer.Entry.newBuilder()
                    .setVersion(values.encode(entry.version()))
                    .setHeld(entry.held()));
        }
        return wire.build();
    }
}
