package dev.danta.wire.codec;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.message.OpenOp;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.IdProto;
import dev.danta.wire.proto.UpkeepProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages by which replicas catch up from each other, and forget. */
final class UpkeepCodec {
    private static final DataProto.Nothing NOTHING = DataProto.Nothing.getDefaultInstance();

    private final ValueCodec values;
    private final BodyCodec bodies;
    private final RelaxedCodec relaxedStates;
    private final ComparingCodec comparing;

    UpkeepCodec(ValueCodec values) {
        this.values = values;
        this.bodies = new BodyCodec(values);
        this.relaxedStates = new RelaxedCodec(values);
        this.comparing = new ComparingCodec(values);
    }

    UpkeepProto.UpkeepRequest encode(IrMessage.Request request) {
        UpkeepProto.UpkeepRequest.Builder wire = UpkeepProto.UpkeepRequest.newBuilder();
        if (request instanceof IrMessage.Pull pull) {
            UpkeepProto.Pull.Builder pulling = UpkeepProto.Pull.newBuilder()
                    .setPuller(pull.puller().number())
                    .setWithBodies(pull.withBodies());
            if (pull.after() != null) {
                pulling.setAfter(IdCodec.encode(pull.after()));
            }
            wire.setPull(pulling);
        } else if (request instanceof IrMessage.Absorb absorb) {
            wire.setAbsorb(UpkeepProto.Absorb.newBuilder()
                    .setSource(absorb.source().number())
                    .setAfter(IdCodec.encode(absorb.after()))
                    .setUpTo(IdCodec.encode(absorb.upTo()))
                    .addAllItems(encodeItems(absorb.items()))
                    .setWithBodies(absorb.withBodies()));
        } else if (request instanceof IrMessage.SkipTo skip) {
            wire.setSkipTo(IdCodec.encode(new LogCursor(skip.source(), skip.position())));
        } else if (request instanceof IrMessage.Inspect inspect) {
            wire.setInspect(IdCodec.encode(inspect.id()));
        } else if (request instanceof IrMessage.Bar bar) {
            wire.setBar(IdCodec.encode(bar.upTo()));
        } else if (request instanceof IrMessage.Collect collect) {
            wire.setCollect(UpkeepProto.Collect.newBuilder()
                    .setId(IdCodec.encode(collect.id()))
                    .setUpTo(IdCodec.encode(collect.upTo()))
                    .setAfter(IdCodec.encode(collect.after()))
                    .setWithBodies(collect.withBodies()));
        } else if (request instanceof IrMessage.Enter enter) {
            wire.setEnter(UpkeepProto.Enter.newBuilder()
                    .setId(IdCodec.encode(enter.id()))
                    .setUpTo(IdCodec.encode(enter.upTo()))
                    .addAllOps(encodeOps(enter.ops()))
                    .setWithBodies(enter.withBodies()));
        } else if (request instanceof IrMessage.Resolve resolve) {
            wire.setResolve(IdCodec.encode(resolve.upTo()));
        } else if (request instanceof IrMessage.Forget forget) {
            wire.setForget(IdCodec.encode(forget.upTo()));
        } else if (request instanceof IrMessage.Sweep) {
            wire.setSweep(NOTHING);
        } else if (request instanceof IrMessage.Summarize summarize) {
            wire.setSummarize(ComparingCodec.encode(summarize));
        } else if (request instanceof IrMessage.Compare compare) {
            wire.setCompare(ComparingCodec.encode(compare));
        } else if (request instanceof IrMessage.Repair repair) {
            wire.setRepair(ComparingCodec.encode(repair));
        } else {
            throw new IllegalArgumentException("there is no encoding for the request " + request);
        }
        return wire.build();
    }

    UpkeepProto.UpkeepReply encode(IrMessage.Reply reply) {
        UpkeepProto.UpkeepReply.Builder wire = UpkeepProto.UpkeepReply.newBuilder();
        if (reply instanceof IrMessage.Pulled pulled) {
            wire.setPulled(UpkeepProto.Pulled.newBuilder()
                    .setAfter(IdCodec.encode(pulled.after()))
                    .setUpTo(IdCodec.encode(pulled.upTo()))
                    .addAllItems(encodeItems(pulled.items()))
                    .setWithBodies(pulled.withBodies())
                    .setEnd(pulled.end()));
        } else if (reply instanceof IrMessage.LogGone gone) {
            wire.setLogGone(UpkeepProto.LogGone.newBuilder()
                    .setRestart(IdCodec.encode(gone.restart()))
                    .setEnd(IdCodec.encode(gone.end())));
        } else if (reply instanceof IrMessage.Absorbed absorbed) {
            wire.setAbsorbed(UpkeepProto.Absorbed.newBuilder()
                    .setSource(absorbed.source().number())
                    .setUpTo(IdCodec.encode(absorbed.upTo()))
                    .setBodiesWanted(absorbed.bodiesWanted()));
        } else if (reply instanceof IrMessage.Inspected inspected) {
            wire.setInspected(encode(inspected));
        } else if (reply instanceof IrMessage.Marked marked) {
            wire.setMarked(IdCodec.encode(marked.watermarks()));
        } else if (reply instanceof IrMessage.Unresolved unresolved) {
            wire.setUnresolved(encode(unresolved));
        } else if (reply instanceof IrMessage.Collected collected) {
            wire.setCollected(encode(collected));
        } else if (reply instanceof IrMessage.Entered entered) {
            wire.setEntered(UpkeepProto.Entered.newBuilder()
                    .setId(IdCodec.encode(entered.id()))
                    .setBodiesWanted(entered.bodiesWanted()));
        } else if (reply instanceof IrMessage.Swept swept) {
            wire.setSwept(UpkeepProto.Swept.newBuilder().setMore(swept.more()));
        } else if (reply instanceof IrMessage.Summarized summarized) {
            wire.setSummarized(ComparingCodec.encode(summarized));
        } else if (reply instanceof IrMessage.Compared compared) {
            wire.setCompared(ComparingCodec.encode(compared));
        } else if (reply instanceof IrMessage.Repaired repaired) {
            wire.setRepaired(ComparingCodec.encode(repaired));
        } else {
            throw new IllegalArgumentException("there is no encoding for the reply " + reply);
        }
        return wire.build();
    }

    private static UpkeepProto.Inspected encode(IrMessage.Inspected inspected) {
        UpkeepProto.Inspected.Builder wire = UpkeepProto.Inspected.newBuilder()
                .setId(IdCodec.encode(inspected.id()))
                .setWatermarks(IdCodec.encode(inspected.watermarks()))
                .setReplicaTimeMicros(inspected.replicaTimeMicros())
                .setGreatest(IdCodec.encode(inspected.greatest()));
        inspected.cursors().forEach(cursor -> wire.addCursors(IdCodec.encode(cursor)));
        return wire.build();
    }

    private static UpkeepProto.Unresolved encode(IrMessage.Unresolved unresolved) {
        UpkeepProto.Unresolved.Builder wire =
                UpkeepProto.Unresolved.newBuilder().setUpTo(IdCodec.encode(unresolved.upTo()));
        for (OpenOp open : unresolved.open()) {
            UpkeepProto.OpenOp.Builder one = UpkeepProto.OpenOp.newBuilder().setId(IdCodec.encode(open.id()));
            open.participants().forEach(shard -> one.addParticipants(shard.number()));
            wire.addOpen(one);
        }
        return wire.build();
    }

    private UpkeepProto.Collected encode(IrMessage.Collected collected) {
        UpkeepProto.Collected.Builder wire = UpkeepProto.Collected.newBuilder()
                .setId(IdCodec.encode(collected.id()))
                .setAfter(IdCodec.encode(collected.after()))
                .addAllOps(encodeOps(collected.ops()))
                .setWithBodies(collected.withBodies());
        if (collected.next() != null) {
            wire.setNext(IdCodec.encode(collected.next()));
        }
        return wire.build();
    }

    private List<UpkeepProto.LogItem> encodeItems(List<LogItem> items) {
        values.requireKeyCount(items.size());
        List<UpkeepProto.LogItem> wire = new ArrayList<>(items.size());
        for (LogItem item : items) {
            UpkeepProto.LogItem.Builder one = UpkeepProto.LogItem.newBuilder();
            if (item instanceof LogItem.Outcome outcome) {
                one.setOutcome(encodeOutcome(outcome.id(), outcome.decision(), outcome.body()));
            } else if (item instanceof LogItem.Done done) {
                one.setDone(relaxedStates.encode(done.id(), done.op()));
            }
            wire.add(one.build());
        }
        return wire;
    }

    private List<UpkeepProto.Outcome> encodeOps(List<KnownOp> ops) {
        values.requireKeyCount(ops.size());
        return ops.stream()
                .map(op -> encodeOutcome(op.id(), op.decision(), op.body()))
                .toList();
    }

    private UpkeepProto.Outcome encodeOutcome(Timestamp id, @Nullable Decision decision, @Nullable Body body) {
        UpkeepProto.Outcome.Builder wire = UpkeepProto.Outcome.newBuilder().setId(IdCodec.encode(id));
        if (decision != null) {
            wire.setDecision(OutcomeCodec.encode(decision));
        }
        if (body != null) {
            wire.setBody(bodies.encode(body));
        }
        return wire.build();
    }

    IrMessage.Request request(UpkeepProto.UpkeepRequest wire, Place at) {
        return switch (wire.getRequestCase()) {
            case INSPECT -> new IrMessage.Inspect(opId("Inspect", true, wire.getInspect(), at));
            case PULL -> pull(wire.getPull(), at);
            case ABSORB -> absorb(wire.getAbsorb(), at);
            case SKIP_TO -> {
                at.message("SkipTo");
                LogCursor cursor = IdCodec.cursor(wire.getSkipTo(), at);
                yield new IrMessage.SkipTo(cursor.source(), cursor.position());
            }
            case BAR -> new IrMessage.Bar(upTo("Bar", true, wire.getBar(), at));
            case COLLECT -> collect(wire.getCollect(), at);
            case ENTER -> enter(wire.getEnter(), at);
            case RESOLVE -> new IrMessage.Resolve(upTo("Resolve", true, wire.getResolve(), at));
            case FORGET -> new IrMessage.Forget(upTo("Forget", true, wire.getForget(), at));
            case SWEEP -> new IrMessage.Sweep();
            case SUMMARIZE -> comparing.summarize(wire.getSummarize(), at);
            case COMPARE -> comparing.compare(wire.getCompare(), at);
            case REPAIR -> comparing.repair(wire.getRepair(), at);
            case REQUEST_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private static IrMessage.Request pull(UpkeepProto.Pull wire, Place at) {
        at.message("Pull");
        at.field("puller");
        ReplicaId puller = IdCodec.replica(wire.getPuller(), at);
        LogPosition after = wire.hasAfter() ? IdCodec.position("after", true, wire.getAfter(), at) : null;
        return new IrMessage.Pull(puller, after, wire.getWithBodies());
    }

    private IrMessage.Request absorb(UpkeepProto.Absorb wire, Place at) {
        at.message("Absorb");
        at.field("source");
        ReplicaId source = IdCodec.replica(wire.getSource(), at);
        LogPosition after = IdCodec.position("after", wire.hasAfter(), wire.getAfter(), at);
        LogPosition upTo = IdCodec.position("up_to", wire.hasUpTo(), wire.getUpTo(), at);
        return new IrMessage.Absorb(source, after, upTo, items(wire.getItemsList(), at), wire.getWithBodies());
    }

    private IrMessage.Request collect(UpkeepProto.Collect wire, Place at) {
        OpId id = opId("Collect", wire.hasId(), wire.getId(), at);
        Timestamp upTo = upTo("Collect", wire.hasUpTo(), wire.getUpTo(), at);
        at.field("after");
        Timestamp after = IdCodec.timestamp(wire.hasAfter(), wire.getAfter(), at);
        return new IrMessage.Collect(id, upTo, after, wire.getWithBodies());
    }

    private IrMessage.Request enter(UpkeepProto.Enter wire, Place at) {
        OpId id = opId("Enter", wire.hasId(), wire.getId(), at);
        Timestamp upTo = upTo("Enter", wire.hasUpTo(), wire.getUpTo(), at);
        return new IrMessage.Enter(id, upTo, ops(wire.getOpsList(), at), wire.getWithBodies());
    }

    IrMessage.Reply reply(UpkeepProto.UpkeepReply wire, Place at) {
        return switch (wire.getReplyCase()) {
            case INSPECTED -> inspected(wire.getInspected(), at);
            case PULLED -> pulled(wire.getPulled(), at);
            case LOG_GONE -> {
                at.message("LogGone");
                UpkeepProto.LogGone gone = wire.getLogGone();
                LogPosition restart = IdCodec.position("restart", gone.hasRestart(), gone.getRestart(), at);
                yield new IrMessage.LogGone(restart, IdCodec.position("end", gone.hasEnd(), gone.getEnd(), at));
            }
            case ABSORBED -> absorbed(wire.getAbsorbed(), at);
            case MARKED -> {
                at.message("Marked");
                yield new IrMessage.Marked(IdCodec.watermarks(true, wire.getMarked(), at));
            }
            case UNRESOLVED -> unresolved(wire.getUnresolved(), at);
            case COLLECTED -> collected(wire.getCollected(), at);
            case ENTERED -> {
                UpkeepProto.Entered entered = wire.getEntered();
                yield new IrMessage.Entered(
                        opId("Entered", entered.hasId(), entered.getId(), at), entered.getBodiesWanted());
            }
            case SWEPT -> new IrMessage.Swept(wire.getSwept().getMore());
            case SUMMARIZED -> comparing.summarized(wire.getSummarized(), at);
            case COMPARED -> comparing.compared(wire.getCompared(), at);
            case REPAIRED -> comparing.repaired(wire.getRepaired(), at);
            case REPLY_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private IrMessage.Reply inspected(UpkeepProto.Inspected wire, Place at) {
        OpId id = opId("Inspected", wire.hasId(), wire.getId(), at);
        var watermarks = IdCodec.watermarks(wire.hasWatermarks(), wire.getWatermarks(), at);
        at.field("replica_time_micros");
        long timeMicros = IdCodec.time(wire.getReplicaTimeMicros(), at);
        at.field("greatest");
        Timestamp greatest = IdCodec.timestamp(wire.hasGreatest(), wire.getGreatest(), at);
        at.field("cursors");
        at.requireCount(wire.getCursorsCount(), values.keyCountMax());
        List<LogCursor> cursors = new ArrayList<>(wire.getCursorsCount());
        for (DataProto.LogCursor one : wire.getCursorsList()) {
            cursors.add(IdCodec.cursor(one, at));
        }
        return new IrMessage.Inspected(id, watermarks, timeMicros, greatest, cursors);
    }

    private IrMessage.Reply pulled(UpkeepProto.Pulled wire, Place at) {
        at.message("Pulled");
        LogPosition after = IdCodec.position("after", wire.hasAfter(), wire.getAfter(), at);
        LogPosition upTo = IdCodec.position("up_to", wire.hasUpTo(), wire.getUpTo(), at);
        at.field("end");
        if (wire.getEnd() < 0) {
            throw at.malformed("is the negative number " + wire.getEnd());
        }
        return new IrMessage.Pulled(after, upTo, items(wire.getItemsList(), at), wire.getWithBodies(), wire.getEnd());
    }

    private static IrMessage.Reply absorbed(UpkeepProto.Absorbed wire, Place at) {
        at.message("Absorbed");
        at.field("source");
        ReplicaId source = IdCodec.replica(wire.getSource(), at);
        LogPosition upTo = IdCodec.position("up_to", wire.hasUpTo(), wire.getUpTo(), at);
        return new IrMessage.Absorbed(source, upTo, wire.getBodiesWanted());
    }

    private IrMessage.Reply unresolved(UpkeepProto.Unresolved wire, Place at) {
        Timestamp upTo = upTo("Unresolved", wire.hasUpTo(), wire.getUpTo(), at);
        at.field("open");
        at.requireCount(wire.getOpenCount(), values.keyCountMax());
        List<OpenOp> open = new ArrayList<>(wire.getOpenCount());
        for (UpkeepProto.OpenOp one : wire.getOpenList()) {
            at.field("open.id");
            Timestamp id = IdCodec.takenTimestamp(one.hasId(), one.getId(), at);
            at.field("open.participants");
            List<ShardId> participants = IdCodec.participants(one.getParticipantsList(), values.participantsMax(), at);
            open.add(new OpenOp(id, participants));
        }
        return new IrMessage.Unresolved(upTo, open);
    }

    private IrMessage.Reply collected(UpkeepProto.Collected wire, Place at) {
        OpId id = opId("Collected", wire.hasId(), wire.getId(), at);
        at.field("after");
        Timestamp after = IdCodec.timestamp(wire.hasAfter(), wire.getAfter(), at);
        at.field("next");
        Timestamp next = wire.hasNext() ? IdCodec.takenTimestamp(true, wire.getNext(), at) : null;
        return new IrMessage.Collected(id, after, ops(wire.getOpsList(), at), wire.getWithBodies(), next);
    }

    private List<LogItem> items(List<UpkeepProto.LogItem> wire, Place at) {
        at.field("items");
        at.requireCount(wire.size(), values.keyCountMax());
        List<LogItem> items = new ArrayList<>(wire.size());
        for (UpkeepProto.LogItem one : wire) {
            items.add(item(one, at));
        }
        return items;
    }

    private LogItem item(UpkeepProto.LogItem wire, Place at) {
        at.field("items");
        return switch (wire.getKindCase()) {
            case OUTCOME -> {
                UpkeepProto.Outcome outcome = wire.getOutcome();
                at.field("items.id");
                Timestamp id = IdCodec.takenTimestamp(outcome.hasId(), outcome.getId(), at);
                Decision decision = OutcomeCodec.decision(outcome.hasDecision(), outcome.getDecision(), at);
                yield new LogItem.Outcome(id, decision, bodies.bodyIfPresent(outcome.hasBody(), outcome.getBody(), at));
            }
            case DONE -> {
                DataProto.DoneOp done = wire.getDone();
                at.field("items.id");
                OpId id = IdCodec.opId(done.hasId(), done.getId(), at);
                yield new LogItem.Done(id, relaxedStates.done(done, at));
            }
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private List<KnownOp> ops(List<UpkeepProto.Outcome> wire, Place at) {
        at.field("ops");
        at.requireCount(wire.size(), values.keyCountMax());
        List<KnownOp> ops = new ArrayList<>(wire.size());
        for (UpkeepProto.Outcome one : wire) {
            at.field("ops.id");
            Timestamp id = IdCodec.takenTimestamp(one.hasId(), one.getId(), at);
            Decision decision = one.hasDecision() ? OutcomeCodec.decision(true, one.getDecision(), at) : null;
            ops.add(new KnownOp(id, decision, bodies.bodyIfPresent(one.hasBody(), one.getBody(), at)));
        }
        return ops;
    }

    private static OpId opId(String message, boolean present, IdProto.OpId wire, Place at) {
        at.message(message);
        at.field("id");
        return IdCodec.opId(present, wire, at);
    }

    private static Timestamp upTo(String message, boolean present, IdProto.Timestamp wire, Place at) {
        at.message(message);
        at.field("up_to");
        return IdCodec.timestamp(present, wire, at);
    }
}
