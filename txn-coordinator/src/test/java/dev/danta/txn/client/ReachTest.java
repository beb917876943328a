package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static dev.danta.txn.client.Bench.key;
import static dev.danta.txn.client.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.counter.CounterBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a client refuses at once because it knows that no quorum can be reached, and when it knows that. */
class ReachTest {
    private static final Key X = key("x");
    private static final CounterBounds BOUNDS = new CounterBounds(10, 0);
    private static final long MILLI = 1_000_000;
    private static final Membership MEMBERS =
            new Membership(new ShardId(0), Epoch.FIRST, List.of(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)));

    /** So much passes, and it looks whom it has heard. */
    private static void look(Bench bench, long nanos) {
        bench.pass(nanos);
        bench.fire(new Reach.Look());
    }

    private static void lookFor(Bench bench, long nanos) {
        for (long passed = 0; passed < nanos; passed += 150 * MILLI) {
            look(bench, 150 * MILLI);
        }
    }

    /** One call waits in vain until no replica is believed in any more. */
    private static Bench cutOff(int... connected) {
        Bench bench = new Bench(3, 1).connected(connected);
        bench.call(write(X, "first"));
        lookFor(bench, 1_500 * MILLI);
        return bench;
    }

    private static CallOutcome last(Bench bench) {
        List<Finished> answers = bench.answers();
        return answers.get(answers.size() - 1).outcome();
    }

    private static void assertRefused(Bench bench, ClientCall what, Map<ReplicaId, String> causes) {
        int proposed = bench.sent(IrMessage.Propose.class).size();
        int executed = bench.sent(IrMessage.Execute.class).size();
        int answered = bench.answers().size();
        bench.call(what);
        assertThat(bench.answers()).as("%s", what).hasSize(answered + 1);
        assertThat(last(bench)).isInstanceOfSatisfying(CallOutcome.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.UNAVAILABLE);
            assertThat(failed.causes()).isEqualTo(causes);
        });
        assertThat(bench.sent(IrMessage.Propose.class)).hasSize(proposed);
        assertThat(bench.sent(IrMessage.Execute.class)).hasSize(executed);
    }

    private static void assertTakenUp(Bench bench) {
        int answered = bench.answers().size();
        int proposed = bench.sent(IrMessage.Propose.class).size();
        bench.call(write(X, "next"));
        assertThat(bench.answers()).hasSize(answered);
        assertThat(bench.sent(IrMessage.Propose.class)).hasSizeGreaterThan(proposed);
    }

    /** The questions that say nothing but that somebody is there. */
    private static long questions(Bench bench) {
        return bench.sent(IrMessage.Ask.class).stream()
                .filter(ask -> ask.query().equals(new ReadQuery.Versions(List.of())))
                .count();
    }

    /** Those of {@code effects}, with whom they are put to. */
    private static List<Effect.Send> questions(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(Effect.Send.class::cast)
                .filter(sent -> sent.envelope().message() instanceof IrMessage.Ask ask
                        && ask.query().equals(new ReadQuery.Versions(List.of())))
                .toList();
    }

    private static IrMessage.Reply alive() {
        return new IrMessage.WrongEpoch(MEMBERS);
    }

    @Test
    void whereConnectedReplicasSayNothingLaterCallsAreRefusedAtOnceAndNothingIsSent() {
        Bench bench = cutOff(1, 2, 3);
        assertThat(bench.answers()).as("the first waits").isEmpty();
        Map<ReplicaId, String> causes = Map.of(
                new ReplicaId(1), "no answer for 1 s",
                new ReplicaId(2), "no answer for 1 s",
                new ReplicaId(3), "no answer for 1 s");
        assertRefused(bench, write(X, "next"), causes);
        assertRefused(bench, new ClientCall.ReadStrict(List.of(X)), causes);
        assertRefused(bench, new ClientCall.ReadStrict(List.of(X, key("y"))), causes);
        assertRefused(bench, new ClientCall.Validate(List.of(Read.of(X, Version.NEVER_THERE))), causes);
        assertRefused(bench, new ClientCall.Spend(X, BOUNDS, 1, SpendManner.STRICT, false), causes);
        assertRefused(bench, new ClientCall.Spend(X, BOUNDS, 1, SpendManner.RESERVED, false), causes);
        assertRefused(bench, new ClientCall.ReadCounter(X, BOUNDS, false), causes);
        ClientCall.OpenCounters.Ask ask =
                new ClientCall.OpenCounters.Ask(X, BOUNDS, 1, false, ClientCall.OpenCounters.Need.TO_CHANGE);
        assertRefused(bench, new ClientCall.OpenCounters(List.of(ask), false), causes);
        assertRefused(bench, new ClientCall.ReadRelaxed(X, ClientCall.Level.QUORUM), causes);
    }

    @Test
    void whatIsRelaxedGoesOn() {
        Bench bench = cutOff(1, 2, 3);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v")));
        bench.call(new ClientCall.ReadRelaxed(X, ClientCall.Level.LOCAL));
        bench.call(new ClientCall.ReadVersions(List.of(X), false));
        assertThat(bench.answers()).isEmpty();
        assertThat(bench.sent(IrMessage.Execute.class)).hasSize(3);
    }

    @Test
    void whoeverCannotBeConnectedToIsGoneTooAfterAWhile() {
        Bench bench = new Bench(3, 1).connected(1);
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(2), "connection refused"));
        bench.call(write(X, "first"));
        lookFor(bench, 750 * MILLI);
        int answered = bench.answers().size();
        bench.call(write(X, "second"));
        assertThat(bench.answers()).as("it may still be connected").hasSize(answered);
        // The first has answered nothing, but no question either was left unanswered long enough.
        bench.reply(0, 1, alive());
        look(bench, 250 * MILLI);
        assertRefused(
                bench,
                write(X, "third"),
                Map.of(new ReplicaId(2), "connection refused", new ReplicaId(3), "not connected yet"));
        bench.handle(new TxnClient.Input.Connected(new ReplicaId(3)));
        assertTakenUp(bench);
    }

    @Test
    void aMinorityThatIsSilentIsInNobodysWay() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(write(X, "first"));
        for (int i = 0; i < 20; i++) {
            look(bench, 150 * MILLI);
            bench.reply(0, 1, alive());
            bench.reply(0, 3, alive());
        }
        assertTakenUp(bench);
    }

    @Test
    void theFirstAnswersOfAQuorumEndIt() {
        Bench bench = cutOff(1, 2, 3);
        bench.reply(0, 2, alive());
        bench.call(write(X, "second"));
        assertThat(bench.answers()).as("one is no quorum").hasSize(1);
        bench.reply(0, 3, alive());
        assertTakenUp(bench);
    }

    /** A question that takes effect nowhere, and that also a replica answers whose members are changing. */
    @Test
    void thoseThatAreSilentAreAskedEachTimeItLooks() {
        Bench bench = cutOff(1, 2);
        long before = questions(bench);
        look(bench, 150 * MILLI);
        assertThat(questions(bench)).as("two are connected").isEqualTo(before + 2);
        assertThat(bench.armed(Reach.Look.class)).hasSizeGreaterThan(10);
    }

    @Test
    void aClientThatStoodStillDoesNotTakeThatForSilence() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(write(X, "first"));
        look(bench, 150 * MILLI);
        look(bench, 60 * SECOND);
        look(bench, 150 * MILLI);
        assertTakenUp(bench);
    }

    @Test
    void aClientThatStoodStillWithoutConnectionsHasTimeToConnect() {
        Bench bench = new Bench(3, 1);
        bench.call(write(X, "first"), 100 * SECOND);
        look(bench, 150 * MILLI);
        look(bench, 60 * SECOND);
        bench.call(write(X, "second"));
        assertThat(bench.answers()).isEmpty();
        bench.handle(new TxnClient.Input.Connected(new ReplicaId(1)));
        bench.handle(new TxnClient.Input.Connected(new ReplicaId(2)));
        assertTakenUp(bench);
    }

    @Test
    void oneQuestionLeftUnansweredSaysNothing() {
        ClientSettings d = ClientSettings.DEFAULTS;
        ClientSettings impatient = new ClientSettings(
                d.fastPathMinNanos(),
                d.fastPathMaxNanos(),
                d.resendMinNanos(),
                d.resendMaxNanos(),
                d.giveUpNanos(),
                0,
                d.spreadWindow(),
                d.spreadBytesMax(),
                d.unknownsKept(),
                d.settling(),
                d.knownVersionsMax(),
                d.knownVersionBytesMax(),
                d.counterLeaseNanos(),
                d.laxLeaseNanos());
        Bench bench = new Bench(3, 1, impatient).connected(1, 2, 3);
        bench.call(write(X, "first"));
        look(bench, 150 * MILLI);
        look(bench, 150 * MILLI);
        assertTakenUp(bench);
        look(bench, 150 * MILLI);
        bench.call(write(X, "last"));
        assertThat(bench.answers()).hasSize(1);
    }

    @Test
    void whoseRoundTripsAreLongIsWaitedForLonger() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(write(X, "first"));
        Timestamp id = bench.sent(IrMessage.Propose.class).get(0).id();
        bench.pass(800 * MILLI);
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Voted(id, new Vote.Ok(id)));
            bench.reply(0, replica, new IrMessage.DecisionAcknowledged(id));
        }
        bench.call(write(X, "second"));
        lookFor(bench, 3_000 * MILLI);
        assertTakenUp(bench);
        lookFor(bench, 600 * MILLI);
        int answered = bench.answers().size();
        bench.call(write(X, "last"));
        assertThat(bench.answers()).hasSize(answered + 1);
    }

    @Test
    void whereAllIsWellItAsksNobodyAndLooksNoLonger() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(write(X, "first"));
        Timestamp id = bench.sent(IrMessage.Propose.class).get(0).id();
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Voted(id, new Vote.Ok(id)));
        }
        look(bench, 150 * MILLI);
        assertThat(questions(bench)).isZero();
        assertThat(bench.armed(Reach.Look.class)).hasSize(1);
        bench.call(write(X, "second"));
        assertThat(bench.armed(Reach.Look.class)).hasSize(2);
    }

    @Test
    void whoeverDoesNotCallForLongForgetsWhoWasSilent() {
        Bench bench = new Bench(3, 1);
        bench.call(write(X, "first"));
        lookFor(bench, 1_500 * MILLI);
        bench.fire(new Transactions.QuorumWait(0));
        lookFor(bench, 27 * SECOND);
        assertRefused(
                bench,
                write(X, "second"),
                Map.of(
                        new ReplicaId(1), "not connected yet",
                        new ReplicaId(2), "not connected yet",
                        new ReplicaId(3), "not connected yet"));
        lookFor(bench, 31 * SECOND);
        int looks = bench.armed(Reach.Look.class).size();
        look(bench, 150 * MILLI);
        assertThat(bench.armed(Reach.Look.class)).as("it has stopped").hasSize(looks);
        int answered = bench.answers().size();
        bench.call(write(X, "third"));
        assertThat(bench.answers()).as("it waits again").hasSize(answered);
    }

    /** Also a replica answers them whose shard does nothing any more: transactions do not wait for it again. */
    @Test
    void anAnswerToAQuestionOfItsOwnDoesNotMakeASuspectBelievedAgain() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(write(X, "first"));
        Timestamp first = bench.sent(IrMessage.Propose.class).get(0).id();
        bench.reply(0, 1, new IrMessage.Voted(first, new Vote.Ok(first)));
        bench.reply(0, 2, new IrMessage.Voted(first, new Vote.Ok(first)));
        assertThat(bench.sent(IrMessage.Finalize.class))
                .as("the third is waited for")
                .isEmpty();
        bench.fire(new Transactions.Hurry(first));
        int finalized = bench.sent(IrMessage.Finalize.class).size();
        assertThat(finalized).isPositive();
        look(bench, 150 * MILLI);
        look(bench, 150 * MILLI);
        bench.reply(0, 3, alive());

        bench.call(write(key("y"), "second"));
        List<IrMessage.Propose> proposed = bench.sent(IrMessage.Propose.class);
        Timestamp second = proposed.get(proposed.size() - 1).id();
        bench.reply(0, 1, new IrMessage.Voted(second, new Vote.Ok(second)));
        bench.reply(0, 2, new IrMessage.Voted(second, new Vote.Ok(second)));
        assertThat(bench.sent(IrMessage.Finalize.class)).as("the third is not").hasSizeGreaterThan(finalized);
    }

    /** It writes nothing, so that no vote tells it how far the replicas are. */
    @Test
    void whoeverReadsFromAfarIsNotRefusedOnceTheFirstAnswersHaveCome() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.ReadStrict(List.of(X)), 60 * SECOND);
        List<List<Effect.Send>> underWay = new ArrayList<>();
        for (int looks = 1; looks <= 100; looks++) {
            bench.pass(150 * MILLI);
            if (underWay.size() == 14) {
                for (Effect.Send question : underWay.remove(0)) {
                    bench.reply(0, ((Address.Replica) question.to()).id().number(), alive());
                }
            }
            underWay.add(questions(bench.fire(new Reach.Look())));
            if (looks > 15) {
                int answered = bench.answers().size();
                bench.call(new ClientCall.ReadStrict(List.of(X)), 60 * SECOND);
                assertThat(bench.answers()).as("after %s looks", looks).hasSize(answered);
            }
        }
    }

    /** What was asked last was answered at once: nobody is far away because everybody stood still for long. */
    @Test
    void whoeverWasCutOffForLongIsRefusedAsSoonTheNextTime() {
        Bench bench = cutOff(1, 2, 3);
        lookFor(bench, 20 * SECOND);
        long each = questions(bench) / 3;
        for (int replica = 1; replica <= 3; replica++) {
            for (long i = 0; i < each; i++) {
                bench.reply(0, replica, alive());
            }
        }
        assertTakenUp(bench);
        lookFor(bench, 1_500 * MILLI);
        int answered = bench.answers().size();
        bench.call(write(X, "last"));
        assertThat(bench.answers()).hasSize(answered + 1);
    }

    /** A shard may have moved away, and a node say nothing about it. */
    @Test
    void aNodeIsAskedAboutAnotherOfItsShardsTheNextTime() {
        Bench bench = new Bench(3, 3).connected(1, 2, 3);
        bench.call(write(X, "first"));
        Set<ShardId> asked = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            bench.pass(150 * MILLI);
            questions(bench.fire(new Reach.Look())).stream()
                    .filter(sent -> sent.to().equals(new Address.Replica(new ReplicaId(1))))
                    .forEach(sent -> asked.add(sent.envelope().shard()));
        }
        assertThat(asked).containsExactly(new ShardId(0), new ShardId(1), new ShardId(2));
    }
}
