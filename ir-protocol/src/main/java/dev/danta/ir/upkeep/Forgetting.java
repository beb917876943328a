package dev.danta.ir.upkeep;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Moves the watermarks of a node's replicas forward (protocol.md 7): bar, collect what q replicas know, have the rest
 * settled, resolve; and forget what all replicas of all shards have resolved.
 *
 * <p>A round is about one time W in one epoch of one shard; its answers are counted for it alone. Clocks only choose W.
 *
 * <p><b>Why an install cannot undo what deletion rests on.</b> An install may set a member's {@code resolvedBelow} back
 * (protocol.md 9, step 4). Deletion up to D rests on every member of every shard having told a {@code resolvedBelow} of D at
 * least, each shard's members in <em>one</em> epoch: what was heard is thrown away when a membership changes. Within an epoch
 * a member's watermark does not go back, crashes included, since it is durable before it is told; and a disk that has lost
 * it does not serve. So whichever q members are sealed when that epoch ends, all of them have resolved D, and the install, which takes
 * their greatest watermark, has too; by induction so has every install after it, and every member that is filled from a
 * serving one. With the watermark come the outcomes: the snapshot is the union of what the sealed have, and they have or had
 * every commit at or below D. Without the first condition it would be a hole: {@code a} has told 20 and the others 15, an
 * install that {@code a} took no part in sets all to 15, the others go on to 20, and 20 would be deleted though {@code a}
 * has resolved 15 only.
 */
public final class Forgetting implements Machine<Upkeep> {
    private final Correspondence letters;
    private final UpkeepSettings settings;
    private final Map<ShardId, Map<ReplicaId, Heard>> heard = new TreeMap<>();
    private final Map<ShardId, Membership> heardIn = new TreeMap<>();
    private final Map<ShardId, Round> rounds = new TreeMap<>();

    /** The next step of everything. */
    record Tick() implements Timer {}

    private record Heard(Watermarks watermarks, long timeMicros, Timestamp greatest) {}

    /** What is being collected from one peer. */
    private static final class Fetch {
        private Timestamp after;
        private boolean withBodies;
        private @Nullable OpId asked;
        private @Nullable OpId entering;
        private @Nullable Timestamp next;

        Fetch(Timestamp after) {
            this.after = after;
        }
    }

    private static final class Round {
        private final Membership membership;
        private final Timestamp upTo;
        private final Map<ReplicaId, Fetch> fetches = new TreeMap<>();
        private final Set<ReplicaId> collected = new TreeSet<>();

        Round(Membership membership, Timestamp upTo) {
            this.membership = membership;
            this.upTo = upTo;
        }

        boolean isCollected() {
            return collected.size() >= membership.quorum();
        }
    }

    /**
     * Knows nothing yet.
     *
     * @param self the node whose replicas are to forget
     * @param name random, of this process's life only
     */
    public Forgetting(ReplicaId self, ClientId name, Memberships memberships, UpkeepSettings settings) {
        this.letters = new Correspondence(self, name, memberships);
        this.settings = settings;
    }

    @Override
    public List<Effect> handle(Upkeep input, Moment now) {
        List<Effect> effects = new ArrayList<>();
        if (input instanceof Upkeep.Received received) {
            onReceived(effects, received.envelope());
        } else if (input instanceof Upkeep.Started
                || (input instanceof Upkeep.TimerFired fired && fired.timer() instanceof Tick)) {
            onTick(effects);
            effects.add(new Effect.Arm(new Tick(), settings.forgetEveryNanos(), settings.forgetEveryNanos() / 2));
        }
        return effects;
    }

    private void onTick(List<Effect> effects) {
        for (Membership membership : letters.all()) {
            for (ReplicaId member : membership.members()) {
                effects.add(letters.send(membership, member, new IrMessage.Inspect(letters.next())));
            }
        }
        Timestamp forgettable = forgettable();
        for (Membership membership : letters.own()) {
            Heard own = heardOf(membership).get(letters.self());
            if (own != null) {
                goOn(effects, membership, own.watermarks());
                if (forgettable.isAbove(own.watermarks().deletedBelow())) {
                    effects.add(letters.sendSelf(membership, new IrMessage.Forget(forgettable)));
                }
                effects.add(letters.sendSelf(membership, new IrMessage.Sweep()));
            }
        }
    }

    private Map<ReplicaId, Heard> heardOf(Membership membership) {
        if (!membership.equals(heardIn.put(membership.shard(), membership))) {
            // An install may have set resolvedBelow back: what was heard before it says nothing any more.
            heard.put(membership.shard(), new TreeMap<>());
        }
        return heard.computeIfAbsent(membership.shard(), shard -> new TreeMap<>());
    }

    /** The least {@code resolvedBelow} of all replicas of all shards; nothing while one of them was never heard. */
    private Timestamp forgettable() {
        Timestamp least = null;
        for (Membership membership : letters.all()) {
            for (ReplicaId member : membership.members()) {
                Heard one = heardOf(membership).get(member);
                Timestamp resolved =
                        one == null ? Timestamp.ZERO : one.watermarks().resolvedBelow();
                least = least == null ? resolved : Timestamp.min(least, resolved);
            }
        }
        return least == null ? Timestamp.ZERO : least;
    }

    private void goOn(List<Effect> effects, Membership membership, Watermarks own) {
        Timestamp target = target(membership);
        if (target.isAbove(own.noFirstVoteBelow())) {
            effects.add(letters.sendSelf(membership, new IrMessage.Bar(target)));
        }
        Round round = rounds.get(membership.shard());
        boolean isOver =
                round == null || !round.membership.equals(membership) || round.upTo.isAtOrBelow(own.resolvedBelow());
        if (round != null && !isOver) {
            step(effects, round, own);
        } else if (own.noFirstVoteBelow().isAbove(own.resolvedBelow())) {
            // What is barred already is what can be resolved; peers with slower clocks bar it soon.
            Round begun = new Round(membership, own.noFirstVoteBelow());
            begun.collected.add(letters.self());
            rounds.put(membership.shard(), begun);
            step(effects, begun, own);
        } else {
            rounds.remove(membership.shard());
        }
    }

    private void step(List<Effect> effects, Round round, Watermarks own) {
        if (round.isCollected()) {
            effects.add(letters.sendSelf(round.membership, new IrMessage.Resolve(round.upTo)));
            return;
        }
        for (ReplicaId peer : round.membership.members()) {
            if (!round.collected.contains(peer)) {
                Fetch fetch = round.fetches.computeIfAbsent(peer, p -> new Fetch(own.resolvedBelow()));
                effects.add(collect(round, peer, fetch));
            }
        }
    }

    private Effect collect(Round round, ReplicaId peer, Fetch fetch) {
        OpId asked = letters.next();
        fetch.asked = asked;
        fetch.entering = null;
        return letters.send(
                round.membership, peer, new IrMessage.Collect(asked, round.upTo, fetch.after, fetch.withBodies));
    }

    /**
     * The q-th greatest clock heard of, less the lag: that many replicas can bar it. Where all are heard of, this is the q-th
     * smallest as well, as protocol.md 7 has it; with fewer the q-th smallest may be that of the one whose clock is broken.
     *
     * <p>Divergence: not above the greatest id or commit timestamp of any record that was heard of. There is nothing to forget above it, and where a
     * shard has one member whose clock is an hour ahead for a moment, it would bar itself for that hour (seed 39042, ADR 15).
     */
    private Timestamp target(Membership membership) {
        List<Long> clocks = new ArrayList<>();
        for (ReplicaId member : membership.members()) {
            Heard one = heardOf(membership).get(member);
            if (one != null) {
                clocks.add(one.timeMicros());
            }
        }
        if (clocks.size() < membership.quorum()) {
            return Timestamp.ZERO;
        }
        clocks.sort(null);
        long byClocks = clocks.get(clocks.size() - membership.quorum()) - settings.lagMicros();
        // One above, for W has no client's id: what came last is at or below it.
        long micros = byClocks <= greatestMicros() ? byClocks : greatestMicros() + 1;
        return micros <= 0 ? Timestamp.ZERO : new Timestamp(micros, ClientId.NONE);
    }

    /** The time of the greatest id or commit timestamp that any replica of any shard has told. */
    private long greatestMicros() {
        long greatest = 0;
        for (Map<ReplicaId, Heard> members : heard.values()) {
            for (Heard one : members.values()) {
                greatest = Math.max(greatest, one.greatest().timeMicros());
            }
        }
        return greatest;
    }

    private void onReceived(List<Effect> effects, Envelope envelope) {
        Membership membership = letters.current(envelope);
        if (membership == null || !(envelope.from() instanceof Address.Replica from)) {
            return;
        }
        IrMessage message = envelope.message();
        Round round = rounds.get(membership.shard());
        boolean fromSelf = from.id().equals(letters.self());
        if (message instanceof IrMessage.Inspected inspected) {
            Heard news = new Heard(inspected.watermarks(), inspected.replicaTimeMicros(), inspected.greatest());
            heardOf(membership).put(from.id(), news);
        } else if (message instanceof IrMessage.Swept swept && fromSelf && swept.more()) {
            effects.add(letters.sendSelf(membership, new IrMessage.Sweep()));
        } else if (round != null && round.membership.equals(membership)) {
            if (message instanceof IrMessage.Collected collected) {
                onCollected(effects, round, from.id(), collected);
            } else if (message instanceof IrMessage.Entered entered && fromSelf) {
                onEntered(effects, round, entered);
            } else if (message instanceof IrMessage.Unresolved unresolved && fromSelf) {
                effects.add(new Effect.Tell(new Unsettled(unresolved.open())));
            }
        }
    }

    private void onCollected(List<Effect> effects, Round round, ReplicaId peer, IrMessage.Collected collected) {
        Fetch fetch = round.fetches.get(peer);
        if (fetch == null || !collected.id().equals(fetch.asked)) {
            return;
        }
        OpId entering = letters.next();
        fetch.asked = null;
        fetch.entering = entering;
        fetch.next = collected.next();
        effects.add(letters.sendSelf(
                round.membership, new IrMessage.Enter(entering, round.upTo, collected.ops(), collected.withBodies())));
    }

    private void onEntered(List<Effect> effects, Round round, IrMessage.Entered entered) {
        for (Map.Entry<ReplicaId, Fetch> one : round.fetches.entrySet()) {
            Fetch fetch = one.getValue();
            if (entered.id().equals(fetch.entering)) {
                fetch.entering = null;
                fetch.withBodies = entered.bodiesWanted();
                if (entered.bodiesWanted() || fetch.next != null) {
                    fetch.after = entered.bodiesWanted() || fetch.next == null ? fetch.after : fetch.next;
                    effects.add(collect(round, one.getKey(), fetch));
                } else if (round.collected.add(one.getKey()) && round.isCollected()) {
                    effects.add(letters.sendSelf(round.membership, new IrMessage.Resolve(round.upTo)));
                }
                return;
            }
        }
    }
}
