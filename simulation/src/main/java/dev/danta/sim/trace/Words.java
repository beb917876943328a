package dev.danta.sim.trace;

import dev.danta.ir.epoch.EpochChange;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Query;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StatePart;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.AppendLog;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.PutCursor;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.upkeep.Upkeep;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.sim.kernel.SimClock;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyStates;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.participant.DropRelaxed;
import dev.danta.txn.participant.HoldChange;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.recovery.Settler;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes inputs and effects as short text, much faster than records write themselves and the same on every Java version.
 * Clients are named by the low half of their ids, times count from the start of the run.
 */
final class Words {
    /** Encloses what a reader wants to see but a digest must not depend on. Keys and values are never written with it. */
    static final char ASIDE = '\u0001';

    /** As much of a list, or of the elements of a value, makes a step differ from others. */
    private static final int LIST_MAX = 8;

    private final StringBuilder text;
    private final boolean withAsides;
    private final Map<Key, String> keys = new HashMap<>();
    private final Map<Bytes, String> elements = new HashMap<>();
    /** Those in a list may have lists of their own, and an aside ends where the next mark is. */
    private boolean inAside;

    /** With {@code withAsides} timers and long lists are written in full, between {@link #ASIDE}s. */
    Words(StringBuilder text, boolean withAsides) {
        this.text = text;
        this.withAsides = withAsides;
    }

    /** The first few of many; the others are for the reader. What they are shows in the steps before, or those after. */
    private <T> void each(Collection<T> all, Consumer<T> word) {
        Iterator<T> left = all.iterator();
        for (int i = 0; i < LIST_MAX && left.hasNext(); i++) {
            word.accept(left.next());
        }
        if (left.hasNext()) {
            if (withAsides && !inAside) {
                text.append(ASIDE);
                inAside = true;
                left.forEachRemaining(word);
                inAside = false;
                text.append(ASIDE);
            } else if (withAsides) {
                left.forEachRemaining(word);
            }
            text.append(" of ").append(all.size());
        }
    }

    /** Anything a machine is given. */
    void input(Object input) {
        if (input instanceof SweepingReplica.Input.Received received) {
            received(received.envelope());
        } else if (input instanceof TxnClient.Input.Received received) {
            received(received.envelope());
        } else if (input instanceof Settler.Input.Received received) {
            received(received.envelope());
        } else if (input instanceof TxnClient.Input.TimerFired fired) {
            text.append("timer ");
            timer(fired.timer());
        } else if (input instanceof SweepingReplica.Input.TimerFired fired) {
            text.append("timer ");
            timer(fired.timer());
        } else if (input instanceof Settler.Input.TimerFired fired) {
            text.append("timer ");
            timer(fired.timer());
        } else if (input instanceof TxnClient.Input.Called called) {
            text.append("call ").append(called.number()).append(' ');
            call(called.call());
            text.append(" within ").append(called.deadlineNanos());
        } else if (input instanceof TxnClient.Input.Connected connected) {
            text.append("connected to ").append(connected.replica());
        } else if (input instanceof TxnClient.Input.Disconnected gone) {
            text.append("disconnected from ")
                    .append(gone.replica())
                    .append(": ")
                    .append(gone.cause());
        } else if (input instanceof SweepingReplica.Input.Started) {
            text.append("started");
        } else if (input instanceof Upkeep.Received received) {
            received(received.envelope());
        } else if (input instanceof EpochChange.Input.Received received) {
            received(received.envelope());
        } else {
            text.append(input);
        }
    }

    void effect(Effect effect) {
        if (effect instanceof Effect.Send send) {
            text.append("to ");
            address(send.to());
            located(send.envelope());
        } else if (effect instanceof Effect.Persist persist) {
            mutation(persist.mutation());
        } else if (effect instanceof Effect.Tell tell) {
            report(tell.report());
        } else if (effect instanceof Effect.Arm arm) {
            text.append("arm ");
            timer(arm.timer());
            text.append(" after ").append(arm.afterNanos()).append('+').append(arm.jitterNanos());
        } else if (effect instanceof Effect.Cancel cancel) {
            text.append("cancel ");
            timer(cancel.timer());
        }
    }

    private void received(Envelope envelope) {
        text.append("from ");
        address(envelope.from());
        located(envelope);
    }

    private void located(Envelope envelope) {
        text.append(" s").append(envelope.shard().number()).append(" e");
        text.append(envelope.epoch().number()).append(' ');
        message(envelope.message());
    }

    private void address(Address address) {
        if (address instanceof Address.Client client) {
            client(client.id());
        } else if (address instanceof Address.Replica replica) {
            text.append('r').append(replica.id().number());
        }
    }

    private void client(ClientId id) {
        text.append('c').append(id.low());
    }

    private void time(Timestamp timestamp) {
        if (timestamp.equals(Timestamp.ZERO)) {
            text.append("never");
        } else {
            text.append(timestamp.timeMicros() - SimClock.EPOCH_MICROS).append('@');
            client(timestamp.client());
        }
    }

    private void key(Key key) {
        text.append(keys.computeIfAbsent(key, Words::readable));
    }

    private void spacedKey(Key key) {
        text.append(' ');
        key(key);
    }

    /** The names in a key with dots between them, without the bytes that mark and end its elements. */
    private static String readable(Key key) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < key.bytes().size(); i++) {
            char c = (char) (key.bytes().at(i) & 0xff);
            if (c > ' ') {
                name.append(c);
            } else if (c == 0 && i + 1 < key.bytes().size()) {
                name.append('.');
            }
        }
        return name.toString();
    }

    private void timer(Timer timer) {
        text.append(timer.getClass().getSimpleName());
        if (withAsides) {
            text.append(ASIDE).append(timer).append(ASIDE);
        }
    }

    private void op(OpId id) {
        client(id.client());
        text.append('#').append(id.sequence());
    }

    private void ballot(Ballot ballot) {
        text.append(ballot.epoch()).append('.').append(ballot.round()).append('.');
        client(ballot.proposer());
    }

    void message(IrMessage message) {
        if (message instanceof IrMessage.Request request) {
            request(request);
        } else if (message instanceof IrMessage.Reply reply) {
            reply(reply);
        }
    }

    private void request(IrMessage.Request request) {
        if (request instanceof IrMessage.Propose propose) {
            named("propose ", propose.id());
            body(propose.body());
        } else if (request instanceof IrMessage.Decide decide) {
            named("decide ", decide.id());
            decision(decide.decision());
            body(decide.body());
        } else if (request instanceof IrMessage.Finalize finalize) {
            named("finalize ", finalize.id());
            ballot(finalize.ballot());
            text.append(' ');
            result(finalize.result());
            body(finalize.body());
        } else if (request instanceof IrMessage.Execute execute) {
            text.append("execute ");
            op(execute.id());
            if (execute.op() instanceof RelaxedUpdate update) {
                text.append(' ');
                key(update.key());
                text.append(" join ");
                state(update.change());
            } else {
                text.append(execute.op());
            }
        } else if (request instanceof IrMessage.Ask ask) {
            text.append("ask ");
            op(ask.id());
            query(ask.query());
        } else if (request instanceof IrMessage.Inspect inspect) {
            text.append("inspect ");
            op(inspect.id());
        } else if (request instanceof IrMessage.Pull pull) {
            text.append("pull for r").append(pull.puller().number());
            position(" after ", pull.after());
            text.append(pull.withBodies() ? " with bodies" : "");
        } else if (request instanceof IrMessage.Absorb absorb) {
            text.append("absorb of r").append(absorb.source().number());
            position(" after ", absorb.after());
            position(" up to ", absorb.upTo());
            each(absorb.items(), this::item);
        } else if (request instanceof IrMessage.SkipTo skip) {
            text.append("skip in the log of r").append(skip.source().number());
            position(" to ", skip.position());
        } else if (request instanceof IrMessage.Summarize summarize) {
            view("summarize ", summarize.view());
            text.append(" above ").append(summarize.after());
            text.append(" up to ").append(summarize.upTo());
            text.append(" by ").append(summarize.keysEach());
        } else if (request instanceof IrMessage.Compare compare) {
            view("compare ", compare.view());
            text.append(" above ").append(compare.after());
            hashes(compare.parts());
            text.append(compare.sends() ? " and send" : "");
        } else if (request instanceof IrMessage.Repair repair) {
            text.append("repair ");
            op(repair.id());
            part(repair.part());
        } else if (request instanceof IrMessage.Inquire inquire) {
            named("inquire ", inquire.id());
            ballot(inquire.ballot());
            inquire.participants().forEach(shard -> text.append(" s").append(shard.number()));
        } else if (request instanceof IrMessage.Collect collect) {
            named("collect up to ", collect.upTo());
            named("after ", collect.after());
            text.append(collect.withBodies() ? "with bodies" : "");
        } else if (request instanceof IrMessage.Enter enter) {
            named("enter up to ", enter.upTo());
            each(enter.ops(), this::known);
        } else if (request instanceof IrMessage.TakeState take) {
            step("take state", take.incarnation(), take.fill(), take.number());
            each(take.decided(), this::known);
            part(take.part());
            each(take.reaches(), reach -> {
                text.append(" all above ").append(reach.after());
                text.append(" up to ").append(reach.upTo()).append(" forgotten ");
                time(reach.forgotten());
            });
        } else if (request instanceof IrMessage.HashState hash) {
            step("hash", hash.incarnation(), hash.fill(), hash.number());
            view(" ", hash.view());
            text.append(" above ").append(hash.after());
            text.append(" up to ").append(hash.upTo());
            text.append(" by ").append(hash.keysEach());
        } else if (request instanceof IrMessage.CompareState compare) {
            view("compare state ", compare.view());
            text.append(" of ").append(compare.incarnation());
            text.append(" above ").append(compare.after());
            hashes(compare.parts());
            text.append(compare.sends() ? " and send" : "");
        } else if (request instanceof IrMessage.ListDecided list) {
            step("list decided", list.incarnation(), list.fill(), list.number());
            named(" after ", list.after());
        } else if (request instanceof IrMessage.ReadOpen read) {
            named("read open after ", read.after());
        } else if (request instanceof IrMessage.ReadDecided read) {
            named("read decided after ", read.after());
            if (read.upTo() != null) {
                named("up to ", read.upTo());
            }
            text.append("but ").append(read.known().size());
        } else if (request instanceof IrMessage.InstallEnd end) {
            text.append("install for ")
                    .append(end.incarnation())
                    .append(" after ")
                    .append(end.steps())
                    .append(" steps of ");
            op(end.fill());
            text.append(' ').append(end.install().next());
            text.append(" attempt ").append(end.install().attempt());
            each(end.install().merged(), this::spacedRecord);
            watermarks(end.install().watermarks());
        } else {
            text.append(request);
        }
    }

    private void step(String what, long incarnation, OpId fill, long number) {
        text.append(what).append(" for ").append(incarnation);
        text.append(" step ").append(number).append(" of ");
        op(fill);
    }

    private void named(String what, Timestamp id) {
        text.append(what);
        time(id);
        text.append(' ');
    }

    private void reply(IrMessage.Reply reply) {
        if (reply instanceof IrMessage.Voted voted) {
            named("voted ", voted.id());
            vote(voted.vote());
        } else if (reply instanceof IrMessage.DecisionAcknowledged acknowledged) {
            named("acknowledged ", acknowledged.id());
        } else if (reply instanceof IrMessage.Accepted accepted) {
            named("accepted ", accepted.id());
            ballot(accepted.ballot());
        } else if (reply instanceof IrMessage.Decided decided) {
            named("decided ", decided.id());
            decision(decided.decision());
        } else if (reply instanceof IrMessage.Executed executed) {
            text.append("executed ");
            op(executed.id());
        } else if (reply instanceof IrMessage.ClockRefused refused) {
            named("clock refuses ", refused.id());
            text.append("at ").append(refused.replicaTimeMicros() - SimClock.EPOCH_MICROS);
        } else if (reply instanceof IrMessage.ExecuteClockRefused refused) {
            text.append("clock refuses ");
            op(refused.id());
            text.append(" at ").append(refused.replicaTimeMicros() - SimClock.EPOCH_MICROS);
        } else if (reply instanceof IrMessage.Answered answered) {
            text.append("answered ");
            op(answered.id());
            answer(answered.answer());
        } else if (reply instanceof IrMessage.Inspected inspected) {
            text.append("inspected ");
            op(inspected.id());
            for (LogCursor cursor : inspected.cursors()) {
                text.append(" r").append(cursor.source().number());
                position(" up to ", cursor.position());
            }
        } else if (reply instanceof IrMessage.Pulled pulled) {
            text.append("pulled");
            position(" after ", pulled.after());
            position(" up to ", pulled.upTo());
            each(pulled.items(), this::item);
            text.append(pulled.more() ? " and more" : "");
        } else if (reply instanceof IrMessage.Absorbed absorbed) {
            text.append("absorbed of r").append(absorbed.source().number());
            position(" up to ", absorbed.upTo());
            text.append(absorbed.bodiesWanted() ? ", bodies wanted" : "");
        } else if (reply instanceof IrMessage.LogGone gone) {
            text.append("that part of the log is gone");
            position(", restart after ", gone.restart());
            position(", end ", gone.end());
        } else if (reply instanceof IrMessage.Summarized summarized) {
            text.append("summarized ");
            op(summarized.id());
            hashes(summarized.parts());
        } else if (reply instanceof IrMessage.Compared compared) {
            text.append("compared ");
            op(compared.id());
            text.append(" different ").append(compared.different());
            if (compared.part() != null) {
                part(compared.part());
            }
            text.append(compared.upTo() == null ? " unsuitable" : " up to " + compared.upTo());
        } else if (reply instanceof IrMessage.Repaired repaired) {
            text.append("repaired ");
            op(repaired.id());
            text.append(" took ").append(repaired.taken());
        } else if (reply instanceof IrMessage.Promised promised) {
            named("promised ", promised.id());
            ballot(promised.ballot());
            text.append(' ');
            vote(promised.vote());
            accepted(promised.accepted());
            body(promised.body());
        } else if (reply instanceof IrMessage.Collected collected) {
            named("collected after ", collected.after());
            each(collected.ops(), this::known);
            text.append(collected.next() == null ? "" : " and more");
        } else if (reply instanceof IrMessage.RecordPage page) {
            text.append(page.sealed() ? "sealed records of " : "records of ").append(page.incarnation());
            each(page.records(), this::spacedRecord);
            watermarks(page.watermarks());
            text.append(page.next() == null ? "" : " and more");
        } else if (reply instanceof IrMessage.DecidedListed listed) {
            text.append("decided:");
            each(listed.decided(), id -> named(" ", id));
            watermarks(listed.watermarks());
            text.append(listed.upTo() == null ? "" : " and more");
        } else if (reply instanceof IrMessage.RecordsRead read) {
            text.append("records of ").append(read.incarnation());
            each(read.records(), this::spacedRecord);
        } else {
            text.append(reply);
        }
    }

    private void known(KnownOp op) {
        named(" ", op.id());
        decision(op.decision());
        text.append(op.body() == null ? "" : " with its body");
    }

    private void view(String what, StateView view) {
        text.append(what);
        op(view.id());
        if (view.horizon() != null) {
            text.append(" at ");
            time(view.horizon());
        }
        text.append(" forgotten ");
        time(view.forgotten());
    }

    private void hashes(List<RangeHash> parts) {
        each(parts, part -> text.append(' ').append(part.upTo()).append(':').append(Long.toHexString(part.hash())));
    }

    private void part(@Nullable StatePart part) {
        if (part instanceof KeyStates states) {
            each(states.keys(), state -> {
                spacedKey(state.key());
                text.append('=');
                version(state.newest());
                if (state.relaxed() != null) {
                    text.append(" relaxed ");
                    state(state.relaxed());
                }
            });
        }
    }

    private void watermarks(Watermarks watermarks) {
        named(" forgotten up to ", watermarks.deletedBelow());
        named("resolved up to ", watermarks.resolvedBelow());
        named("no vote up to ", watermarks.noFirstVoteBelow());
    }

    /** Whose log it is shows where the position stands. */
    private void position(String before, @Nullable LogPosition position) {
        text.append(before);
        if (position == null) {
            text.append("nothing");
        } else {
            text.append(position.incarnation().epoch().number()).append(':').append(position.number());
        }
    }

    private void item(LogItem item) {
        if (item instanceof LogItem.Outcome outcome) {
            named(" ", outcome.id());
            decision(outcome.decision());
        } else if (item instanceof LogItem.Done done) {
            text.append(' ');
            op(done.id());
        }
    }

    private void atMost(int limit, boolean fromEnd) {
        text.append(fromEnd ? " the last " : " at most ").append(limit);
    }

    private void query(Query query) {
        if (query instanceof ReadQuery.Versions versions) {
            each(versions.keys(), this::spacedKey);
        } else if (query instanceof ReadQuery.Relaxed relaxed) {
            text.append(" relaxed ");
            key(relaxed.key());
        } else if (query instanceof ReadQuery.Hashes hashes) {
            text.append(" hashes of");
            each(hashes.keys(), this::spacedKey);
        } else if (query instanceof ReadQuery.Range range) {
            range(range.range());
            atMost(range.limit(), range.fromEnd());
        } else if (query instanceof ReadQuery.Feed feed) {
            position(" changes after ", feed.after());
            range(feed.keys());
            atMost(feed.limit(), false);
        } else if (query instanceof ReadQuery.KeyRead keyRead) {
            text.append(" strictly ");
            key(keyRead.key());
            named(" up to ", keyRead.g());
        } else if (query instanceof ReadQuery.Validate validate) {
            text.append(" validate");
            accesses(validate.reads());
            named(" up to ", validate.g());
        } else {
            text.append(query);
        }
    }

    private void answer(Answer answer) {
        if (answer instanceof ReadAnswer.Versions versions) {
            each(versions.entries(), entry -> {
                text.append(' ');
                version(entry.version());
                text.append(entry.held() ? " held" : "");
            });
            text.append(" at ").append(versions.replicaTimeMicros() - SimClock.EPOCH_MICROS);
        } else if (answer instanceof ReadAnswer.Range range) {
            for (ReadAnswer.RangeEntry entry : range.entries()) {
                spacedKey(entry.key());
                text.append('=');
                version(entry.version());
                text.append(entry.held() ? " held" : "");
            }
            text.append(range.more() ? " and more at " : " at ")
                    .append(range.replicaTimeMicros() - SimClock.EPOCH_MICROS);
        } else if (answer instanceof ReadAnswer.Relaxed relaxed) {
            text.append(' ');
            state(relaxed.state());
            text.append(" at ").append(relaxed.replicaTimeMicros() - SimClock.EPOCH_MICROS);
        } else if (answer instanceof ReadAnswer.Feed feed) {
            each(feed.changes(), this::change);
            position(" up to ", feed.upTo());
            text.append(" of ").append(feed.end());
        } else if (answer instanceof ReadAnswer.FeedGap gap) {
            position(" gap, up to ", gap.end());
        } else if (answer instanceof ReadAnswer.Hashes hashes) {
            each(hashes.hashes(), this::spacedHash);
        } else if (answer instanceof ReadAnswer strict) {
            strict(strict);
        } else {
            text.append(answer);
        }
    }

    private void change(KeyChange change) {
        spacedKey(change.key());
        text.append('=');
        if (change instanceof KeyChange.Written written) {
            version(written.version());
            text.append(written.overtaken() ? " overtaken" : "");
        } else if (change instanceof KeyChange.Joined joined) {
            state(joined.change());
        }
    }

    private void spacedHash(long hash) {
        text.append(' ').append(Long.toHexString(hash));
    }

    private void strict(ReadAnswer answer) {
        if (answer instanceof ReadAnswer.KeyRead keyRead) {
            text.append(' ');
            version(keyRead.version());
            if (keyRead.writer() != null) {
                named(" held by ", keyRead.writer());
            }
            named(" above ", keyRead.deletedBelow());
        } else if (answer instanceof ReadAnswer.Outdated outdated) {
            text.append(" outdated");
            newest(outdated.newest());
            named(" above ", outdated.deletedBelow());
        } else if (answer instanceof ReadAnswer.Held held) {
            named(" held by ", held.writer());
        } else if (answer instanceof ReadAnswer.Forgotten forgotten) {
            named(" forgotten up to ", forgotten.deletedBelow());
        } else {
            text.append(answer);
        }
    }

    private void body(@Nullable Body body) {
        if (body instanceof PrepareBody prepare) {
            text.append(" of ");
            prepare.participants().forEach(shard -> text.append('s').append(shard.number()));
            accesses(prepare.accesses());
        } else {
            text.append(' ').append(body);
        }
    }

    private void accesses(AccessSet accesses) {
        reads(accesses.reads());
        ranges(accesses.ranges());
        writes(accesses.writes());
    }

    private void ranges(List<RangeRead> ranges) {
        for (RangeRead read : ranges) {
            range(read.range());
            text.append(" with (");
            reads(read.seen());
            text.append(" )");
        }
    }

    private void range(KeyRange range) {
        text.append(" from ");
        key(range.from());
        text.append(" below ");
        key(range.to());
    }

    private void reads(List<Read> reads) {
        each(reads, read -> {
            text.append(" read ");
            key(read.key());
            text.append(read.deletion() ? " deleted " : " ");
            time(read.seen());
        });
    }

    private void writes(List<Write> writes) {
        for (Write write : writes) {
            text.append(" write ");
            key(write.key());
            text.append('=').append(write.value());
        }
    }

    private void vote(@Nullable Vote vote) {
        if (vote instanceof Vote.Ok ok) {
            text.append("OK ");
            time(ok.timestamp());
        } else if (vote instanceof Vote.No no) {
            text.append("NO ");
            refusal(no.refusal());
        } else {
            text.append("no vote");
        }
    }

    private void refusal(Refusal refusal) {
        if (refusal instanceof TxnRefusal.StaleRead stale) {
            text.append("stale");
            newest(stale.newest());
        } else if (refusal instanceof TxnRefusal.Conflict conflict) {
            named("conflict with ", conflict.holder());
        } else {
            text.append(refusal);
        }
    }

    private void newest(List<Verdict.Newest> newest) {
        for (Verdict.Newest one : newest) {
            spacedKey(one.key());
            text.append(':');
            version(one.version());
        }
    }

    private void result(Result result) {
        if (result instanceof Result.Ok ok) {
            named("OK ", ok.timestamp());
        } else {
            text.append("ABORT");
        }
    }

    private void decision(@Nullable Decision decision) {
        if (decision instanceof Decision.Commit commit) {
            named("COMMIT ", commit.timestamp());
        } else {
            text.append(decision == null ? "undecided" : "ABORT");
        }
    }

    private void version(Version version) {
        time(version.timestamp());
        text.append('=').append(version.value());
    }

    private void state(@Nullable RelaxedState state) {
        if (state instanceof LwwRegister register) {
            time(register.stamp());
            text.append('=').append(register.value());
        } else if (state instanceof Counter counter) {
            for (Map.Entry<ClientId, Counter.Total> entry : counter.totals().entrySet()) {
                text.append(' ');
                client(entry.getKey());
                text.append('#').append(entry.getValue().sequence());
                text.append('=').append(entry.getValue().sum());
            }
        } else if (state instanceof Spending spending) {
            text.append("spent #").append(spending.sequence());
            text.append('=').append(spending.cumulative());
            text.append(spending.fenced() ? ", fenced" : "");
        } else if (state instanceof LwwSet set) {
            stamped(" +", set.added());
            stamped(" -", set.removed());
        } else if (state instanceof LwwMap map) {
            each(map.fields().entrySet(), entry -> {
                text.append(' ');
                element(entry.getKey());
                text.append(": ");
                state(entry.getValue());
            });
        } else if (state instanceof GrowSet set) {
            each(set.elements(), one -> {
                text.append(" +");
                element(one);
            });
        } else {
            text.append("nothing");
        }
    }

    private void stamped(String before, Map<Bytes, Timestamp> elements) {
        each(elements.entrySet(), entry -> {
            text.append(before);
            element(entry.getKey());
            text.append(' ');
            time(entry.getValue());
        });
    }

    private void element(Bytes element) {
        text.append(elements.computeIfAbsent(element, Words::readable));
    }

    /** As it is if that can be read, else in hexadecimal digits. */
    private static String readable(Bytes element) {
        byte[] bytes = element.toArray();
        for (byte b : bytes) {
            if (b < ' ' || b == ASIDE || b > '~') {
                return HexFormat.of().formatHex(bytes);
            }
        }
        return element.toUtf8();
    }

    private void mutation(Mutation mutation) {
        if (mutation instanceof PutRecord put) {
            text.append("put record ");
            record(put.record());
        } else if (mutation instanceof PutVersion put) {
            text.append("put version ");
            key(put.key());
            text.append(' ');
            version(put.version());
        } else if (mutation instanceof PutRelaxed put) {
            text.append("put relaxed ");
            key(put.key());
            text.append(' ');
            state(put.state());
        } else if (mutation instanceof DropRelaxed drop) {
            text.append("drop relaxed ");
            key(drop.key());
        } else if (mutation instanceof AppendLog append) {
            text.append("log ").append(append.number()).append(": ");
            entry(append.entry());
        } else if (mutation instanceof PutCursor put) {
            text.append("have the log of r").append(put.cursor().source().number());
            position(" up to ", put.cursor().position());
        } else {
            text.append(mutation);
        }
    }

    private void entry(LogEntry entry) {
        if (entry instanceof LogEntry.Decided decided) {
            time(decided.id());
        } else if (entry instanceof LogEntry.Done done) {
            op(done.id());
        } else {
            text.append(entry instanceof LogEntry.Hole ? "hole" : "joined");
        }
    }

    private void record(OpRecord record) {
        time(record.id());
        text.append(' ');
        vote(record.vote());
        text.append(" promised ");
        ballot(record.promised());
        accepted(record.accepted());
        text.append(' ');
        decision(record.decision());
    }

    private void spacedRecord(OpRecord record) {
        text.append(' ');
        record(record);
    }

    private void accepted(@Nullable Acceptance accepted) {
        if (accepted != null) {
            text.append(" accepted ");
            ballot(accepted.ballot());
            text.append(' ');
            result(accepted.result());
        }
    }

    private void report(Report report) {
        if (report instanceof Finished finished) {
            text.append("finished ").append(finished.call()).append(' ');
            outcome(finished.outcome());
        } else if (report instanceof HoldChange change) {
            named(change.begins() ? "holds " : "no longer holds ", change.holder());
            change.written().forEach(this::spacedKey);
        } else {
            text.append(report);
        }
    }

    private void call(ClientCall call) {
        if (call instanceof ClientCall.Commit commit) {
            text.append("commit");
            reads(commit.reads());
            ranges(commit.ranges());
            writes(commit.writes());
        } else if (call instanceof ClientCall.ReadVersions read) {
            text.append("read");
            read.keys().forEach(this::spacedKey);
        } else if (call instanceof ClientCall.ReadRange read) {
            text.append("read");
            range(read.range());
            atMost(read.limit(), read.fromEnd());
        } else if (call instanceof ClientCall.Validate validate) {
            text.append("validate");
            reads(validate.reads());
            ranges(validate.ranges());
        } else if (call instanceof ClientCall.AwaitOutcome await) {
            named("await ", await.txn());
        } else if (call instanceof ClientCall.PutRegister put) {
            text.append("put ");
            key(put.key());
            text.append('=').append(put.value());
        } else if (call instanceof ClientCall.ChangeSet change) {
            text.append("change ");
            key(change.key());
            change.added().forEach(element -> text.append(" +").append(element));
            change.removed().forEach(element -> text.append(" -").append(element));
            named(" after ", change.after());
        } else if (call instanceof ClientCall.ChangeMap change) {
            text.append("change ");
            key(change.key());
            change.put()
                    .forEach((field, value) ->
                            text.append(' ').append(field).append(": ").append(value));
            change.removed().forEach(field -> text.append(" -").append(field));
            named(" after ", change.after());
        } else if (call instanceof ClientCall.Join join) {
            text.append("join ");
            key(join.key());
            text.append(' ');
            state(join.change());
        } else if (call instanceof ClientCall.AddToCounter add) {
            text.append("add ").append(add.amount()).append(" to ");
            key(add.key());
        } else if (call instanceof ClientCall.Gain gain) {
            text.append("gain ").append(gain.amount()).append(" of ");
            key(gain.key());
        } else if (call instanceof ClientCall.Spend spend) {
            text.append("spend ").append(spend.amount()).append(" of ");
            key(spend.key());
            text.append(' ').append(spend.manner());
        } else if (call instanceof ClientCall.ReadCounter read) {
            text.append(read.exact() ? "count exactly " : "count ");
            key(read.key());
        } else if (call instanceof ClientCall.GiveBack back) {
            text.append("give back ");
            key(back.key());
        } else if (call instanceof ClientCall.OpenCounters open) {
            text.append("open");
            each(open.asks(), ask -> {
                text.append(' ');
                key(ask.key());
                text.append(" for ").append(ask.amount()).append(' ').append(ask.need());
            });
        } else if (call instanceof ClientCall.ReadRelaxed read) {
            text.append("read ").append(read.level()).append(' ');
            key(read.key());
            if (read.maxAgeNanos() > 0) {
                text.append(" of the last ").append(read.maxAgeNanos()).append("ns");
            }
            if (read.mark() != null) {
                text.append(" with ").append(read.mark());
            }
        } else if (call instanceof ClientCall.HashRelaxed hash) {
            text.append("hash ").append(hash.level());
            each(hash.keys(), this::spacedKey);
        } else {
            text.append(call);
        }
        if (call instanceof ClientCall.Change change && change.ack() != ClientCall.Ack.QUORUM) {
            text.append(" acknowledged by ").append(change.ack());
        }
    }

    private void outcome(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Committed committed) {
            named("committed ", committed.txn());
            time(committed.timestamp());
            text.append(' ').append(committed.path());
        } else if (outcome instanceof CallOutcome.Versions versions) {
            text.append("versions");
            each(versions.versions(), version -> {
                text.append(' ');
                version(version);
            });
        } else if (outcome instanceof CallOutcome.CountersOpened opened) {
            text.append("opened");
            each(opened.counters(), one -> {
                text.append(' ');
                key(one.key());
                text.append(' ');
                version(one.version());
                text.append(" room ").append(one.record().room()).append(one.changed() ? " changed" : "");
            });
        } else if (outcome instanceof CallOutcome.Aborted aborted) {
            named("aborted ", aborted.txn());
            text.append(aborted.reason());
            newest(aborted.newest());
        } else if (outcome instanceof CallOutcome.Relaxed relaxed) {
            text.append("relaxed ");
            state(relaxed.state());
        } else if (outcome instanceof CallOutcome.Hashes hashes) {
            text.append("hashes");
            hashes.hashes().forEach((key, hash) -> {
                spacedKey(key);
                spacedHash(hash);
            });
        } else if (outcome instanceof CallOutcome.Updated) {
            text.append("updated");
        } else {
            text.append(outcome);
        }
    }
}
