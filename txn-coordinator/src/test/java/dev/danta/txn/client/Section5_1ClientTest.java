package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.coordinator.Outcome;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How a client counts the answers to its strict reads (protocol.md 5.1), input by input. */
final class Section5_1ClientTest {
    private static final ClientId WRITER = new ClientId(0, 9);
    private static final Version OLD = new Version(at(5), Bytes.utf8("old"));
    private static final Version NEW = new Version(at(7), Bytes.utf8("new"));
    private static final ReadAnswer VALID = new ReadAnswer.Valid();
    private static final ReadAnswer HELD = new ReadAnswer.Held(at(8));

    private final Bench bench = new Bench(3, 2).connected(1, 2, 3);
    private final Key x = bench.keyOn(0);
    private final Key y = bench.keyOn(1);

    private static Timestamp at(long micros) {
        return new Timestamp(micros, WRITER);
    }

    private static ReadAnswer shows(Version version) {
        return new ReadAnswer.KeyRead(version, null, Timestamp.ZERO);
    }

    private static ReadAnswer showsHeld(Version version) {
        return new ReadAnswer.KeyRead(version, at(8), Timestamp.ZERO);
    }

    private IrMessage.Ask lastAsk() {
        List<IrMessage.Ask> sent = bench.sent(IrMessage.Ask.class);
        return sent.get(sent.size() - 1);
    }

    private void answer(int shard, int replica, OpId round, ReadAnswer answer) {
        bench.reply(shard, replica, new IrMessage.Answered(round, answer));
    }

    private Stream<CallOutcome> outcomes() {
        return bench.answers().stream().map(Finished::outcome);
    }

    private void readX() {
        bench.call(new ClientCall.ReadStrict(List.of(x)));
    }

    /** Asks for x and y, and has one replica of each shard tell what it has. */
    private OpId readBoth(Version versionOfX, Version versionOfY) {
        bench.call(new ClientCall.ReadStrict(List.of(x, y)));
        List<IrMessage.Ask> asked = bench.sent(IrMessage.Ask.class);
        answerVersions(0, asked.get(0).id(), versionOfX);
        answerVersions(1, asked.get(1).id(), versionOfY);
        return lastAsk().id();
    }

    private void answerVersions(int shard, OpId id, Version version) {
        answer(shard, 1, id, new ReadAnswer.Versions(List.of(new ReadAnswer.Entry(version, false)), 0, Timestamp.ZERO));
    }

    @Test
    void one_key_is_asked_of_all_and_the_newest_of_a_quorum_is_the_answer() {
        readX();
        assertThat(bench.sent(IrMessage.Ask.class))
                .hasSize(3)
                .allMatch(ask -> ask.query().equals(new ReadQuery.KeyRead(x, Timestamp.ZERO)));
        answer(0, 1, lastAsk().id(), shows(OLD));
        assertThat(bench.answers()).isEmpty();
        answer(0, 3, lastAsk().id(), shows(NEW));
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(NEW), null));
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void a_replica_at_which_somebody_is_about_to_write_does_not_count() {
        readX();
        answer(0, 1, lastAsk().id(), showsHeld(OLD));
        answer(0, 2, lastAsk().id(), shows(OLD));
        assertThat(bench.answers()).isEmpty();
        answer(0, 3, lastAsk().id(), shows(OLD));
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(OLD), null));
    }

    @Test
    void one_replica_counts_once() {
        readX();
        answer(0, 1, lastAsk().id(), shows(OLD));
        answer(0, 1, lastAsk().id(), shows(OLD));
        assertThat(bench.answers()).isEmpty();
    }

    @Test
    void while_a_writer_is_in_the_way_of_a_quorum_it_is_waited_for_and_all_are_asked_anew() {
        readX();
        OpId first = lastAsk().id();
        answer(0, 1, first, showsHeld(OLD));
        answer(0, 2, first, showsHeld(OLD));
        assertThat(bench.answers()).isEmpty();
        bench.fire(bench.armed(StrictReads.TryAgain.class).get(0));
        OpId second = lastAsk().id();
        assertThat(second).isNotEqualTo(first);
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(6);
        answer(0, 3, first, shows(OLD));
        answer(0, 1, second, shows(NEW));
        assertThat(bench.answers()).isEmpty();
        answer(0, 2, second, shows(OLD));
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(NEW), null));
    }

    @Test
    void a_round_that_meets_forgetting_begins_wholly_anew_with_what_it_was_told() {
        readX();
        OpId first = lastAsk().id();
        answer(0, 3, first, shows(OLD));
        answer(0, 1, first, new ReadAnswer.Forgotten(at(6)));
        OpId second = lastAsk().id();
        assertThat(second).isNotEqualTo(first);
        assertThat(bench.sent(IrMessage.Ask.class))
                .hasSize(6)
                .last()
                .isEqualTo(new IrMessage.Ask(second, new ReadQuery.KeyRead(x, at(6))));
        ReadAnswer gone = new ReadAnswer.KeyRead(Version.NEVER_THERE, null, at(6));
        answer(0, 1, second, gone);
        assertThat(bench.answers())
                .as("the answer to the first round is not counted")
                .isEmpty();
        answer(0, 2, second, gone);
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(Version.NEVER_THERE), null));
    }

    @Test
    void what_was_heard_of_forgetting_goes_with_every_later_round() {
        readX();
        answer(0, 1, lastAsk().id(), new ReadAnswer.Forgotten(at(6)));
        bench.call(new ClientCall.Validate(List.of(Read.of(y, OLD))));
        assertThat(((ReadQuery.Validate) lastAsk().query()).g()).isEqualTo(at(6));
    }

    @Test
    void a_replica_that_claims_to_have_forgotten_what_it_may_forget_is_not_counted() {
        readX();
        OpId round = lastAsk().id();
        answer(0, 1, round, new ReadAnswer.Forgotten(Timestamp.ZERO));
        assertThat(lastAsk().id()).isEqualTo(round);
        assertThat(bench.answers()).isEmpty();
    }

    @Test
    void never_there_ranks_as_a_deletion_at_what_the_replica_has_forgotten() {
        readX();
        answer(0, 1, lastAsk().id(), new ReadAnswer.Forgotten(at(6)));
        OpId round = lastAsk().id();
        answer(0, 3, round, new ReadAnswer.KeyRead(OLD, null, Timestamp.ZERO));
        answer(0, 1, round, new ReadAnswer.KeyRead(Version.NEVER_THERE, null, at(6)));
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(Version.NEVER_THERE), null));
    }

    @Test
    void several_keys_are_read_anywhere_and_then_validated_by_all() {
        OpId round = readBoth(OLD, NEW);
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(2 + 6);
        answer(0, 1, round, VALID);
        answer(0, 2, round, VALID);
        answer(1, 1, round, VALID);
        assertThat(bench.answers()).as("a quorum of each shard").isEmpty();
        answer(1, 3, round, VALID);
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(OLD, NEW), null));
    }

    @Test
    void what_is_reported_newer_is_taken_up_and_everything_validated_anew() {
        OpId first = readBoth(OLD, NEW);
        answer(1, 1, first, VALID);
        answer(1, 2, first, VALID);
        ReadAnswer outdated = new ReadAnswer.Outdated(List.of(new Verdict.Newest(x, NEW)), Timestamp.ZERO);
        answer(0, 1, first, outdated);
        answer(0, 2, first, outdated);
        OpId second = lastAsk().id();
        assertThat(second).isNotEqualTo(first);
        answer(0, 1, second, VALID);
        answer(0, 2, second, VALID);
        assertThat(bench.answers())
                .as("what the other shard said before does not count")
                .isEmpty();
        answer(1, 1, second, VALID);
        answer(1, 2, second, VALID);
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(NEW, NEW), null));
    }

    @Test
    void a_writer_is_waited_for_before_all_is_validated_anew() {
        OpId first = readBoth(OLD, NEW);
        answer(0, 1, first, HELD);
        answer(0, 2, first, HELD);
        assertThat(lastAsk().id()).isEqualTo(first);
        bench.fire(bench.armed(StrictReads.TryAgain.class).get(0));
        assertThat(lastAsk().id()).isNotEqualTo(first);
    }

    /** Else the answer to the one round could be given with what the other was told. */
    @Test
    void a_timer_that_comes_twice_does_not_begin_a_second_round_beside_the_first() {
        OpId first = readBoth(OLD, NEW);
        answer(0, 1, first, HELD);
        answer(0, 2, first, HELD);
        StrictReads.TryAgain timer = bench.armed(StrictReads.TryAgain.class).get(0);
        bench.fire(timer);
        OpId second = lastAsk().id();
        bench.fire(timer);
        assertThat(lastAsk().id()).isEqualTo(second);
    }

    @Test
    void one_replica_that_is_not_content_does_no_harm() {
        OpId round = readBoth(OLD, NEW);
        answer(0, 1, round, HELD);
        answer(1, 1, round, new ReadAnswer.Outdated(List.of(new Verdict.Newest(y, NEW)), Timestamp.ZERO));
        for (int shard : new int[] {0, 1}) {
            answer(shard, 2, round, VALID);
            answer(shard, 3, round, VALID);
        }
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(OLD, NEW), null));
    }

    @Test
    void who_only_validates_is_told_what_is_newer() {
        bench.call(new ClientCall.Validate(List.of(Read.of(x, OLD))));
        OpId round = lastAsk().id();
        Verdict.Newest newest = new Verdict.Newest(x, NEW);
        answer(0, 1, round, new ReadAnswer.Outdated(List.of(newest), Timestamp.ZERO));
        answer(0, 2, round, HELD);
        assertThat(outcomes()).containsExactly(new CallOutcome.Outdated(List.of(newest)));
    }

    @Test
    void what_was_read_and_has_been_forgotten_is_gone() {
        bench.call(new ClientCall.Validate(List.of(Read.of(x, OLD))));
        answer(0, 1, lastAsk().id(), new ReadAnswer.Forgotten(at(6)));
        OpId round = lastAsk().id();
        Verdict.Newest gone = new Verdict.Newest(x, Version.NEVER_THERE);
        answer(0, 1, round, new ReadAnswer.Outdated(List.of(gone), at(6)));
        answer(0, 2, round, new ReadAnswer.Outdated(List.of(gone), at(6)));
        assertThat(outcomes()).containsExactly(new CallOutcome.Outdated(List.of(gone)));
    }

    @Test
    void unanswered_questions_are_repeated_with_the_id_of_their_round() {
        readX();
        OpId round = lastAsk().id();
        answer(0, 2, round, shows(OLD));
        bench.fire(new StrictReads.AskAgain(round));
        assertThat(bench.sent(IrMessage.Ask.class))
                .hasSize(5)
                .allMatch(ask -> ask.id().equals(round));
        bench.handle(new TxnClient.Input.Connected(new ReplicaId(3)));
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(6);
        answer(0, 3, round, shows(OLD));
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(OLD), null));
    }

    @Test
    void with_a_writer_in_the_way_and_a_replica_away_it_is_waited_for() {
        readX();
        OpId round = lastAsk().id();
        answer(0, 1, round, showsHeld(OLD));
        answer(0, 2, round, shows(OLD));
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(3), "connection lost"));
        assertThat(bench.armed(StrictReads.TryAgain.class)).hasSize(1);
    }

    /** Every round meets a writer; the last one is followed by a proposal. */
    private void readBothUntilItIsPrepared() {
        readBoth(OLD, NEW);
        for (int i = 0; i < StrictReads.ROUNDS_MAX; i++) {
            assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
            OpId round = lastAsk().id();
            answer(0, 1, round, HELD);
            answer(0, 2, round, HELD);
            bench.fire(bench.armed(StrictReads.TryAgain.class).get(i));
        }
    }

    private Timestamp prepared() {
        List<IrMessage.Propose> sent = bench.sent(IrMessage.Propose.class);
        return sent.get(sent.size() - 1).id();
    }

    private void vote(int shard, Timestamp id, Vote vote) {
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(shard, replica, new IrMessage.Voted(id, vote));
        }
    }

    @Test
    void what_cannot_be_validated_for_writers_is_prepared_at_last() {
        readBothUntilItIsPrepared();
        List<IrMessage.Propose> sent = bench.sent(IrMessage.Propose.class);
        assertThat(sent)
                .hasSize(6)
                .allMatch(propose -> propose.body() instanceof PrepareBody body
                        && body.accesses().writes().isEmpty());
        Timestamp id = prepared();
        vote(0, id, new Vote.Ok(id));
        vote(1, id, new Vote.Ok(id));
        assertThat(outcomes())
                .containsExactly(new CallOutcome.StrictlyRead(
                        List.of(OLD, NEW), new CallOutcome.Committed(id, id, Outcome.Path.FAST)));
    }

    private void readXUntilItIsPrepared() {
        readX();
        for (int i = 0; i < StrictReads.ROUNDS_MAX; i++) {
            OpId round = lastAsk().id();
            answer(0, 1, round, showsHeld(OLD));
            answer(0, 2, round, showsHeld(NEW));
            bench.fire(bench.armed(StrictReads.TryAgain.class).get(i));
        }
    }

    @Test
    void one_key_that_writers_do_not_leave_alone_is_prepared_at_last() {
        readXUntilItIsPrepared();
        assertThat(bench.sent(IrMessage.Propose.class)).hasSize(3);
        Timestamp id = prepared();
        assertThat(outcomes()).isEmpty();
        vote(0, id, new Vote.Ok(id));
        assertThat(outcomes())
                .containsExactly(new CallOutcome.StrictlyRead(
                        List.of(NEW), new CallOutcome.Committed(id, id, Outcome.Path.FAST)));
    }

    @Test
    void what_is_only_to_be_validated_is_prepared_too() {
        bench.call(new ClientCall.Validate(List.of(Read.of(x, OLD))));
        for (int i = 0; i < StrictReads.ROUNDS_MAX; i++) {
            OpId round = lastAsk().id();
            answer(0, 1, round, HELD);
            answer(0, 2, round, HELD);
            bench.fire(bench.armed(StrictReads.TryAgain.class).get(i));
        }
        Timestamp id = prepared();
        vote(0, id, new Vote.Ok(id));
        assertThat(outcomes())
                .containsExactly(new CallOutcome.Validated(new CallOutcome.Committed(id, id, Outcome.Path.FAST)));
    }

    @Test
    void what_is_only_to_be_validated_and_is_refused_as_stale_is_out_of_date() {
        bench.call(new ClientCall.Validate(List.of(Read.of(x, OLD))));
        for (int i = 0; i < StrictReads.ROUNDS_MAX; i++) {
            OpId round = lastAsk().id();
            answer(0, 1, round, HELD);
            answer(0, 2, round, HELD);
            bench.fire(bench.armed(StrictReads.TryAgain.class).get(i));
        }
        Verdict.Newest newer = new Verdict.Newest(x, NEW);
        vote(0, prepared(), new Vote.No(new TxnRefusal.StaleRead(List.of(newer))));
        assertThat(outcomes()).containsExactly(new CallOutcome.Outdated(List.of(newer)));
    }

    /** It could not be prepared for as long as its clock is refused; that does not keep it from being read. */
    @Test
    void what_replicas_refuse_to_prepare_for_its_clock_is_read_in_rounds_again() {
        readXUntilItIsPrepared();
        Timestamp id = prepared();
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.ClockRefused(id, 0));
        }
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Accepted(id, Ballot.ofOwner(Epoch.FIRST, id.client())));
        }
        bench.fire(bench.armed(StrictReads.TryAgain.class).get(StrictReads.ROUNDS_MAX));
        OpId round = lastAsk().id();
        answer(0, 1, round, shows(NEW));
        answer(0, 2, round, shows(OLD));
        assertThat(outcomes()).containsExactly(new CallOutcome.StrictlyRead(List.of(NEW), null));
    }

    @Test
    void what_is_prepared_and_refused_as_stale_is_prepared_anew_with_what_is_newer() {
        readBothUntilItIsPrepared();
        Timestamp first = prepared();
        vote(0, first, new Vote.No(new TxnRefusal.StaleRead(List.of(new Verdict.Newest(x, NEW)))));
        Timestamp second = prepared();
        assertThat(second).isNotEqualTo(first);
        vote(0, second, new Vote.Ok(second));
        vote(1, second, new Vote.Ok(second));
        assertThat(outcomes())
                .containsExactly(new CallOutcome.StrictlyRead(
                        List.of(NEW, NEW), new CallOutcome.Committed(second, second, Outcome.Path.FAST)));
    }

    @Test
    void what_was_prepared_is_ended_when_the_deadline_passes_and_answers_nothing_any_more() {
        readBothUntilItIsPrepared();
        Timestamp id = prepared();
        bench.fire(new Turn.Deadline(0));
        assertThat(bench.sent(IrMessage.Finalize.class))
                .isNotEmpty()
                .allMatch(finalize -> finalize.id().equals(id) && finalize.result() instanceof Result.Abort);
        vote(0, id, new Vote.No(new TxnRefusal.Conflict(at(8))));
        assertThat(outcomes()).hasSize(1).allMatch(CallOutcome.Failed.class::isInstance);
    }

    /** Else the answer to the one could be given with what the other had read. */
    @Test
    void a_timer_that_comes_twice_does_not_begin_a_second_attempt_beside_the_first() {
        readBothUntilItIsPrepared();
        bench.fire(bench.armed(StrictReads.TryAgain.class).get(0));
        assertThat(bench.sent(IrMessage.Propose.class)).hasSize(6);
        int asked = bench.sent(IrMessage.Ask.class).size();
        Timestamp id = prepared();
        vote(0, id, new Vote.No(new TxnRefusal.StaleRead(List.of(new Verdict.Newest(x, NEW)))));
        bench.fire(bench.armed(StrictReads.TryAgain.class).get(0));
        assertThat(bench.sent(IrMessage.Propose.class)).hasSize(12);
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(asked);
    }

    @Test
    void a_writer_that_stays_in_the_way_is_settled() {
        readX();
        OpId first = lastAsk().id();
        answer(0, 1, first, showsHeld(OLD));
        answer(0, 2, first, showsHeld(OLD));
        bench.pass(ClientSettings.DEFAULTS.settling().recoveryAfterNanos());
        bench.fire(bench.armed(StrictReads.TryAgain.class).get(0));
        assertThat(bench.sent(IrMessage.Inquire.class)).isEmpty();
        OpId second = lastAsk().id();
        answer(0, 1, second, showsHeld(OLD));
        answer(0, 2, second, showsHeld(OLD));
        assertThat(bench.sent(IrMessage.Inquire.class))
                .hasSize(3)
                .allMatch(inquire -> inquire.id().equals(at(8)));
    }

    @Test
    void the_deadline_ends_it_without_a_trace() {
        long call = bench.call(new ClientCall.ReadStrict(List.of(x)), SECOND);
        bench.fire(new Turn.Deadline(call));
        assertThat(outcomes()).singleElement().isInstanceOfSatisfying(CallOutcome.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.DEADLINE);
            assertThat(failed.causes()).hasSize(3);
        });
        assertThat(bench.machine.left()).isZero();
        answer(0, 1, lastAsk().id(), shows(OLD));
        assertThat(bench.answers()).hasSize(1);
    }

    @Test
    void an_answer_to_something_else_ends_it() {
        readX();
        answer(0, 1, lastAsk().id(), VALID);
        assertThat(outcomes())
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
    }

    @Test
    void a_strict_read_names_each_key_once_and_at_least_one() {
        assertThatThrownBy(() -> new ClientCall.ReadStrict(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClientCall.ReadStrict(List.of(x, x))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClientCall.Validate(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
