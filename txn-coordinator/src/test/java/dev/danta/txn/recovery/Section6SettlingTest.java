package dev.danta.txn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.txn.client.MemoryStore;
import dev.danta.txn.coordinator.Coordinator;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.participant.Participant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocol.md 6: a coordinator may die after any of its messages; whoever settles its transaction tells the truth. */
final class Section6SettlingTest {
    private static final Moment NOW = new Moment(0, 1_000);
    private static final Timestamp TXN = new Timestamp(500, new ClientId(7, 7));
    private static final ShardId SHARD_A = new ShardId(0);
    private static final ShardId SHARD_B = new ShardId(1);
    private static final List<ShardId> BOTH = List.of(SHARD_A, SHARD_B);
    private static final Key KEY = new Key(Bytes.utf8("k"));
    private static final RecoverySettings ONE_AT_A_TIME = new RecoverySettings(1_000, 200, 50, 1, 2);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void everyCutPointOfATwoShardCoordinatorIsSettledAlike(int replicas) {
        Set<String> outcomes = new TreeSet<>();
        for (int cut = 0; cut <= 8 * replicas; cut++) {
            for (long seed = 0; seed < 40; seed++) {
                outcomes.add(settleAfterCut(replicas, cut, seed));
            }
        }
        assertThat(outcomes).as("the cuts reach both outcomes").containsExactlyInAnyOrder("abort", "commit");
    }

    private static String settleAfterCut(int replicas, int cut, long seed) {
        String place = "replicas " + replicas + ", cut " + cut + ", seed " + seed;
        Shards shards = new Shards(replicas, seed);
        Coordinator coordinator = new Coordinator(
                TXN, Map.of(SHARD_A, write("a"), SHARD_B, write("b")), shards::of, QuorumRules.PROTOCOL);
        Outcome told = shards.runOwner(coordinator, cut);
        List<Settlement> settlers = List.of(shards.settler(1), shards.settler(2));
        shards.runSettlers(settlers);
        Outcome first = settlers.get(0).outcome();
        assertThat(settlers.get(1).outcome()).as(place).isEqualTo(first);
        if (!(told instanceof Outcome.Pending)) {
            assertThat(decision(first)).as(place + ": what the client was told").isEqualTo(decision(told));
        }
        shards.assertDecided(decision(first), place);
        return first instanceof Outcome.Committed ? "commit" : "abort";
    }

    @Test
    void aReplicaThatNeverSawThePrepareAppliesASettledCommit() {
        Shards shards = new Shards(3, 1);
        Coordinator coordinator = new Coordinator(TXN, Map.of(SHARD_A, write("a")), shards::of, QuorumRules.PROTOCOL);
        List<ShardRequest> requests = new ArrayList<>();
        for (ShardRequest prepare : coordinator.start(Set.of(new ReplicaId(3)))) {
            if (prepare.to().number() != 3) {
                shards.deliver(prepare, new Address.Client(TXN.client()))
                        .forEach(vote -> requests.addAll(coordinator.onReply(SHARD_A, prepare.to(), vote)));
            }
        }
        assertThat(requests).as("a Finalize for each replica").hasSize(3);
        requests.stream()
                .filter(finalize -> finalize.to().number() != 3)
                .forEach(finalize -> shards.deliver(finalize, new Address.Client(TXN.client())));
        Settlement settlement =
                new Settlement(TXN, List.of(SHARD_A), shards::of, QuorumRules.PROTOCOL, new ClientId(9, 9), 0);
        shards.runSettlers(List.of(settlement));
        assertThat(settlement.outcome()).isInstanceOf(Outcome.Committed.class);
        assertThat(shards.newest(SHARD_A, 3).value()).isEqualTo(Bytes.utf8("a"));
    }

    @Test
    void aCommitThatTheClientWasToldIsFoundAlthoughOneVoterIsAway() {
        Shards shards = new Shards(3, 1);
        Coordinator coordinator = new Coordinator(TXN, Map.of(SHARD_A, write("a")), shards::of, QuorumRules.PROTOCOL);
        Outcome told = shards.runOwner(coordinator, 3);
        assertThat(told).isInstanceOf(Outcome.Committed.class);
        shards.down(3);
        Settlement settlement =
                new Settlement(TXN, List.of(SHARD_A), shards::of, QuorumRules.PROTOCOL, new ClientId(9, 9), 0);
        shards.runSettlers(List.of(settlement));
        assertThat(decision(settlement.outcome())).isEqualTo(decision(told));
    }

    @Test
    void anInquiryBarsTheOwnersLateVotes() {
        Shards shards = new Shards(3, 1);
        Settlement settlement =
                new Settlement(TXN, List.of(SHARD_A), shards::of, QuorumRules.PROTOCOL, new ClientId(9, 9), 0);
        shards.runSettlers(List.of(settlement));
        assertThat(settlement.outcome()).isInstanceOf(Outcome.Aborted.class);
        Coordinator late = new Coordinator(TXN, Map.of(SHARD_A, write("a")), shards::of, QuorumRules.PROTOCOL);
        assertThat(shards.runOwner(late, 100)).isInstanceOf(Outcome.Aborted.class);
    }

    @Test
    void whoKnowsOneParticipantOnlyLearnsOfTheOthers() {
        Shards shards = new Shards(3, 1);
        Coordinator coordinator = new Coordinator(
                TXN, Map.of(SHARD_A, write("a"), SHARD_B, write("b")), shards::of, QuorumRules.PROTOCOL);
        assertThat(shards.runOwner(coordinator, 6)).isInstanceOf(Outcome.Committed.class);
        Settlement settlement =
                new Settlement(TXN, List.of(SHARD_B), shards::of, QuorumRules.PROTOCOL, new ClientId(9, 9), 0);
        shards.runSettlers(List.of(settlement));
        shards.assertDecided(decision(coordinator.outcome()), "told one of two shards");
    }

    @Test
    void aSettlerNeverUsesABallotTwice() {
        Shards shards = new Shards(3, 1);
        Settler settler = new Settler(new ClientId(9, 9), shards.memberships(), RecoverySettings.DEFAULTS);
        Settler.Input report = new Settler.Input.Reported(new Overdue(TXN, List.of(SHARD_A)));
        List<Ballot> first = ballots(settler.handle(report, NOW));
        for (int replica = 1; replica <= 2; replica++) {
            IrMessage.Reply abort = new IrMessage.Decided(TXN, new Decision.Abort(), null);
            IrMessage.Reply acknowledged = new IrMessage.DecisionAcknowledged(TXN);
            Address from = new Address.Replica(new ReplicaId(replica));
            for (IrMessage.Reply reply : List.of(abort, acknowledged)) {
                settler.handle(new Settler.Input.Received(new Envelope(SHARD_A, Epoch.FIRST, from, reply)), NOW);
            }
        }
        assertThat(settler.underWay()).isZero();
        List<Ballot> second = ballots(settler.handle(report, NOW));
        assertThat(first).hasSize(3);
        assertThat(second).hasSize(3).doesNotContainAnyElementsOf(first);
    }

    /** Seed 17711: what a dead client left was settled one transaction a sweep. */
    @Test
    void aSettlerGoesOnWithWhatWaitsWhenOneIsSettled() {
        Settler settler = oneAtATime(new Shards(3, 1));
        assertThat(inquired(report(settler, 1, 0))).containsOnly(txn(1));
        assertThat(report(settler, 2, 0)).isEmpty();
        assertThat(report(settler, 3, 0)).isEmpty();
        assertThat(inquired(settle(settler, 1, 0))).containsOnly(txn(2));
        assertThat(inquired(settle(settler, 2, 0))).containsOnly(txn(3));
        assertThat(inquired(settle(settler, 3, 0))).isEmpty();
        assertThat(settler.underWay()).isZero();
    }

    @Test
    void onlySoManyWaitToBeSettled() {
        Settler settler = oneAtATime(new Shards(3, 1));
        for (int number = 1; number <= 5; number++) {
            report(settler, number, 0);
        }
        assertThat(inquired(settle(settler, 1, 0))).containsOnly(txn(2));
        assertThat(inquired(settle(settler, 2, 0))).containsOnly(txn(3));
        assertThat(inquired(settle(settler, 3, 0)))
                .as("two waited, the others come with a later sweep")
                .isEmpty();
    }

    @Test
    void whatIsNotReportedAnyMoreIsNotSettledAnyMore() {
        Settler settler = oneAtATime(new Shards(3, 1));
        report(settler, 1, 0);
        report(settler, 2, 0);
        report(settler, 3, 0);
        long twoSweeps = 3 * ONE_AT_A_TIME.sweepEveryNanos();
        assertThat(report(settler, 3, twoSweeps)).isEmpty();
        assertThat(inquired(settle(settler, 1, twoSweeps + 1))).containsOnly(txn(3));
    }

    /** Where a shard has no quorum its transactions would have all places, for ever, and those of other shards none. */
    @Test
    void whatCannotBeSettledGivesWay() {
        Settler settler = oneAtATime(new Shards(3, 1));
        report(settler, 1, 0);
        for (int tries = 0; tries < 20; tries++) {
            assertThat(inquired(again(settler, 1, 0))).as("nobody else waits").containsOnly(txn(1));
        }
        report(settler, 2, 0);
        assertThat(inquired(again(settler, 1, 0))).containsOnly(txn(2));
        assertThat(inquired(again(settler, 2, 0))).as("it has only begun").containsOnly(txn(2));
        assertThat(inquired(settle(settler, 2, 0))).as("its turn comes again").containsOnly(txn(1));
    }

    @Test
    void whoGivesWayToNobodyGoesOn() {
        Settler settler = oneAtATime(new Shards(3, 1));
        report(settler, 1, 0);
        report(settler, 2, 0);
        long muchLater = 4 * ONE_AT_A_TIME.sweepEveryNanos();
        for (int tries = 0; tries < 20; tries++) {
            assertThat(inquired(again(settler, 1, muchLater)))
                    .as("nobody reports the other any more")
                    .containsOnly(txn(1));
        }
        assertThat(settler.underWay()).isEqualTo(1);
    }

    private static List<Effect> again(Settler settler, int number, long nanos) {
        return settler.handle(new Settler.Input.TimerFired(new Settler.Again(txn(number))), new Moment(nanos, 1_000));
    }

    private static Settler oneAtATime(Shards shards) {
        return new Settler(new ClientId(9, 9), shards.memberships(), ONE_AT_A_TIME);
    }

    private static Timestamp txn(int number) {
        return new Timestamp(500 + number, new ClientId(7, 7));
    }

    private static List<Effect> report(Settler settler, int number, long nanos) {
        Overdue overdue = new Overdue(txn(number), List.of(SHARD_A));
        return settler.handle(new Settler.Input.Reported(overdue), new Moment(nanos, 1_000));
    }

    /** Two replicas say that it was aborted, and have heard it from the settler. */
    private static List<Effect> settle(Settler settler, int number, long nanos) {
        List<Effect> effects = new ArrayList<>();
        for (int replica = 1; replica <= 2; replica++) {
            IrMessage.Reply abort = new IrMessage.Decided(txn(number), new Decision.Abort(), null);
            IrMessage.Reply acknowledged = new IrMessage.DecisionAcknowledged(txn(number));
            Address from = new Address.Replica(new ReplicaId(replica));
            for (IrMessage.Reply reply : List.of(abort, acknowledged)) {
                Envelope envelope = new Envelope(SHARD_A, Epoch.FIRST, from, reply);
                effects.addAll(settler.handle(new Settler.Input.Received(envelope), new Moment(nanos, 1_000)));
            }
        }
        return effects;
    }

    private static List<Timestamp> inquired(List<Effect> effects) {
        List<Timestamp> ids = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send && send.envelope().message() instanceof IrMessage.Inquire inquire) {
                ids.add(inquire.id());
            }
        }
        return ids;
    }

    @Test
    void aSettlerBeginsAnewInTheNewEpochAndTellsOfIt() {
        Shards shards = new Shards(3, 1);
        Settler settler = new Settler(new ClientId(9, 9), shards.memberships(), RecoverySettings.DEFAULTS);
        List<Ballot> before =
                ballots(settler.handle(new Settler.Input.Reported(new Overdue(TXN, List.of(SHARD_A))), NOW));
        Membership now =
                new Membership(SHARD_A, new Epoch(2), List.of(new ReplicaId(2), new ReplicaId(3), new ReplicaId(4)));
        Settler.Input wrong = new Settler.Input.Received(new Envelope(
                SHARD_A, now.epoch(), new Address.Replica(new ReplicaId(1)), new IrMessage.WrongEpoch(now)));
        List<Effect> effects = settler.handle(wrong, NOW);
        assertThat(effects).contains(new Effect.Tell(new MembersChanged(now)));
        assertThat(ballots(effects))
                .hasSize(3)
                .allMatch(ballot -> ballot.epoch() == 2 && ballot.compareTo(before.get(0)) > 0);
        assertThat(settler.handle(wrong, NOW)).as("old news").isEmpty();
    }

    private static List<Ballot> ballots(List<Effect> effects) {
        List<Ballot> ballots = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send && send.envelope().message() instanceof IrMessage.Inquire inquire) {
                ballots.add(inquire.ballot());
            }
        }
        return ballots;
    }

    private static AccessSet write(String value) {
        return new AccessSet(List.of(), List.of(new Write(KEY, Bytes.utf8(value))));
    }

    private static Decision decision(Outcome outcome) {
        return outcome instanceof Outcome.Committed committed
                ? new Decision.Commit(committed.timestamp())
                : new Decision.Abort();
    }

    /** Replicas of two shards, reached one message at a time in a seeded order. */
    private static final class Shards {
        private final SplittableRandom random;
        private final Map<ShardId, Membership> memberships = new TreeMap<>();
        private final Map<ShardId, Map<ReplicaId, IrReplica>> replicas = new TreeMap<>();
        private final Map<ShardId, Map<ReplicaId, MemoryStore>> stores = new TreeMap<>();
        private final Set<ReplicaId> down = new TreeSet<>();

        Shards(int size, long seed) {
            random = new SplittableRandom(seed);
            List<ReplicaId> members = new ArrayList<>();
            for (int i = 1; i <= size; i++) {
                members.add(new ReplicaId(i));
            }
            for (ShardId shard : BOTH) {
                Membership membership = new Membership(shard, Epoch.FIRST, members);
                memberships.put(shard, membership);
                for (ReplicaId member : members) {
                    MemoryStore store = new MemoryStore();
                    Participant participant = new Participant(store, store, store, new Participant.Settings(1_000_000));
                    stores.computeIfAbsent(shard, s -> new TreeMap<>()).put(member, store);
                    replicas.computeIfAbsent(shard, s -> new TreeMap<>())
                            .put(
                                    member,
                                    new IrReplica(
                                            member, membership, new IrReplica.Settings(1_000_000), store, participant));
                }
            }
        }

        Membership of(ShardId shard) {
            Membership membership = memberships.get(shard);
            assertThat(membership).isNotNull();
            return membership;
        }

        Memberships memberships() {
            return new Memberships(List.copyOf(memberships.values()));
        }

        Settlement settler(int number) {
            return new Settlement(TXN, BOTH, this::of, QuorumRules.PROTOCOL, new ClientId(100, number), 0);
        }

        void down(int replica) {
            down.add(new ReplicaId(replica));
        }

        Version newest(ShardId shard, int replica) {
            return stores.get(shard).get(new ReplicaId(replica)).newest(KEY);
        }

        List<IrMessage.Reply> deliver(ShardRequest request, Address from) {
            List<IrMessage.Reply> replies = new ArrayList<>();
            if (down.contains(request.to())) {
                return replies;
            }
            MemoryStore store = stores.get(request.shard()).get(request.to());
            Envelope envelope = new Envelope(request.shard(), Epoch.FIRST, from, request.request());
            IrReplica replica = replicas.get(request.shard()).get(request.to());
            for (Effect effect : replica.handle(new IrReplica.Input.Received(envelope), NOW)) {
                if (effect instanceof Effect.Persist persist) {
                    store.apply(persist.mutation());
                } else if (effect instanceof Effect.Send send
                        && send.envelope().message() instanceof IrMessage.Reply reply) {
                    replies.add(reply);
                }
            }
            store.commit();
            return replies;
        }

        /** Runs the owner until {@code cut} of its messages have arrived; its decisions count among them. */
        Outcome runOwner(Coordinator coordinator, int cut) {
            List<ShardRequest> bag = new ArrayList<>(coordinator.start(Set.of()));
            boolean decisionsSent = false;
            for (int arrived = 0; arrived < cut && !bag.isEmpty(); arrived++) {
                ShardRequest request = bag.remove(random.nextInt(bag.size()));
                for (IrMessage.Reply reply : deliver(request, new Address.Client(TXN.client()))) {
                    bag.addAll(coordinator.onReply(request.shard(), request.to(), reply));
                }
                if (random.nextInt(10) == 0) {
                    bag.addAll(coordinator.onFastPathTimeout());
                } else if (random.nextInt(20) == 0) {
                    bag.addAll(coordinator.onGiveUp());
                }
                if (!decisionsSent && !(coordinator.outcome() instanceof Outcome.Pending)) {
                    decisionsSent = true;
                    bag.addAll(coordinator.decisions());
                }
            }
            return coordinator.outcome();
        }

        /** Runs settlers side by side until each has brought its decision to everyone who can be reached. */
        void runSettlers(List<Settlement> settlers) {
            IdentityHashMap<Settlement, List<ShardRequest>> bags = new IdentityHashMap<>();
            settlers.forEach(settler -> bags.put(settler, new ArrayList<>(settler.attempt())));
            for (int step = 0; step < 100_000; step++) {
                Settlement settler = settlers.get(random.nextInt(settlers.size()));
                List<ShardRequest> bag = bags.get(settler);
                if (bag.isEmpty()) {
                    bag.addAll(settler.isPreempted() ? settler.attempt() : settler.resend());
                } else {
                    ShardRequest request = bag.remove(random.nextInt(bag.size()));
                    if (random.nextInt(10) != 0) {
                        for (IrMessage.Reply reply : deliver(request, new Address.Client(new ClientId(100, 1)))) {
                            bag.addAll(settler.onReply(request.shard(), request.to(), reply));
                        }
                    }
                }
                boolean reachedAll = down.isEmpty()
                        ? settlers.stream()
                                .allMatch(s -> s.isSpread() && s.resend().isEmpty())
                        : settlers.stream().allMatch(Settlement::isSpread);
                if (reachedAll) {
                    return;
                }
            }
            throw new AssertionError("not settled after 100,000 steps");
        }

        void assertDecided(Decision decision, String place) {
            stores.forEach((shard, perReplica) -> perReplica.forEach((replica, store) -> {
                OpRecord kept = store.record(TXN);
                assertThat(kept).as(place + " at " + shard + " " + replica).isNotNull();
                assertThat(kept.decision())
                        .as(place + " at " + shard + " " + replica)
                        .isEqualTo(decision);
                Version version = store.newest(KEY);
                assertThat(version.value() != null).as(place).isEqualTo(decision instanceof Decision.Commit);
            }));
        }
    }
}
