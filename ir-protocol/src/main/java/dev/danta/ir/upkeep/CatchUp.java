package dev.danta.ir.upkeep;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
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
 * Pulls the logs of the peers of every replica of a node, page by page, and hands the pages to that replica (protocol.md
 * 7). Bodies are asked for only when the replica lacks one: what clients have spread to all costs an id per operation here.
 *
 * <p>How far a peer's log was pulled is what the own replica says that it has on its disk; so a pull vouches for it.
 *
 * <p>Where a peer's log is gone, beyond the own replica's cursor or altogether, the two compare everything that they have
 * ({@link RangeRepair}), and only then the cursor moves to what there is of the log. Nothing is missed: what the log said up
 * to its end had been done to the peer's state when the peer said so; the comparison begins after that, and brings all of
 * that state, or what has come in its place; and what is said in the log later is pulled. A process that dies meanwhile
 * leaves the cursor where it was, and the next one finds the log gone again. It is not enough to compare what is at or below
 * the common horizon, as is done from time to time with one peer after the other: an entry that was truncated may be above.
 */
public final class CatchUp implements Machine<Upkeep> {
    private final Correspondence letters;
    private final UpkeepSettings settings;
    private final Map<ShardId, Progress> shards = new TreeMap<>();

    /** The next pull of everything. */
    record Tick() implements Timer {}

    /** The next comparison of every shard. */
    record CompareTick() implements Timer {}

    /** The next page of a comparison. */
    record NextPage(ShardId shard, ReplicaId peer) implements Timer {}

    /** How far the own replica of a shard is in the logs of its peers. */
    private static final class Progress {
        private final Membership membership;
        private final Map<ReplicaId, LogPosition> cursors = new TreeMap<>();
        private final Set<ReplicaId> hasMore = new TreeSet<>();
        private final Map<ReplicaId, RangeRepair> comparisons = new TreeMap<>();
        /** Where the logs are gone that comparisons are about. */
        private final Map<ReplicaId, IrMessage.LogGone> gone = new TreeMap<>();
        /** Up to where the logs are in the own replica's state since comparisons are over. */
        private final Map<ReplicaId, LogPosition> covered = new TreeMap<>();

        private int turn;

        Progress(Membership membership) {
            this.membership = membership;
        }
    }

    /** Null if nothing is known, or in an epoch that is over: the disk may be another since. */
    private @Nullable Progress progress(Membership membership) {
        Progress progress = shards.get(membership.shard());
        return progress != null && progress.membership.equals(membership) ? progress : null;
    }

    /**
     * Knows nothing yet of how far the replicas are.
     *
     * @param self the node whose replicas are to catch up
     * @param name random, of this process's life only
     */
    public CatchUp(ReplicaId self, ClientId name, Memberships memberships, UpkeepSettings settings) {
        this.letters = new Correspondence(self, name, memberships);
        this.settings = settings;
    }

    @Override
    public List<Effect> handle(Upkeep input, Moment now) {
        List<Effect> effects = new ArrayList<>();
        if (input instanceof Upkeep.Started) {
            onTick(effects);
            armComparing(effects);
        } else if (input instanceof Upkeep.Received received) {
            onReceived(effects, received.envelope());
        } else if (input instanceof Upkeep.Noticed noticed) {
            letters.own().stream()
                    .filter(membership -> membership.shard().equals(noticed.shard()))
                    .forEach(membership -> pullAll(effects, membership));
        } else if (input instanceof Upkeep.TimerFired fired) {
            onTimer(effects, fired.timer());
        }
        return effects;
    }

    private void onTimer(List<Effect> effects, Timer timer) {
        if (timer instanceof Tick) {
            onTick(effects);
        } else if (timer instanceof CompareTick) {
            letters.own().forEach(membership -> compareWithNext(effects, membership));
            armComparing(effects);
        } else if (timer instanceof NextPage page) {
            Progress progress = shards.get(page.shard());
            RangeRepair comparison = progress == null ? null : progress.comparisons.get(page.peer());
            if (progress != null && comparison != null) {
                comparison.goOn(effects);
                afterStep(effects, progress, page.peer(), comparison);
            }
        }
    }

    private void onTick(List<Effect> effects) {
        letters.all().stream()
                .filter(membership -> peers(membership).isEmpty() || !membership.hasMember(letters.self()))
                .forEach(membership -> effects.add(askSelf(membership)));
        for (Membership membership : letters.own()) {
            Progress progress = progress(membership);
            if (progress != null) {
                for (Map.Entry<ReplicaId, RangeRepair> one : List.copyOf(progress.comparisons.entrySet())) {
                    one.getValue().again(effects);
                    afterStep(effects, progress, one.getKey(), one.getValue());
                }
            }
            pullAll(effects, membership);
        }
        effects.add(new Effect.Arm(new Tick(), settings.pullEveryNanos(), settings.pullEveryNanos() / 2));
    }

    private void armComparing(List<Effect> effects) {
        effects.add(new Effect.Arm(
                new CompareTick(),
                settings.comparing().everyNanos(),
                settings.comparing().everyNanos() / 2));
    }

    private void pullAll(List<Effect> effects, Membership membership) {
        if (peers(membership).isEmpty()) {
            return;
        }
        Progress progress = progress(membership);
        if (progress == null) {
            effects.add(askSelf(membership));
            return;
        }
        for (ReplicaId peer : peers(membership)) {
            effects.add(pull(membership, progress, peer, false));
        }
    }

    /** How far the own replica is; and, where there is nobody to pull from, whether the members have changed. */
    private Effect askSelf(Membership membership) {
        return letters.sendSelf(membership, new IrMessage.Inspect(letters.next()));
    }

    private List<ReplicaId> peers(Membership membership) {
        return membership.members().stream()
                .filter(member -> !member.equals(letters.self()))
                .toList();
    }

    private Effect pull(Membership membership, Progress progress, ReplicaId peer, boolean withBodies) {
        LogPosition after = progress.cursors.get(peer);
        return letters.send(membership, peer, new IrMessage.Pull(letters.self(), after, withBodies));
    }

    private void compareWithNext(List<Effect> effects, Membership membership) {
        Progress progress = progress(membership);
        List<ReplicaId> peers = peers(membership);
        if (progress == null || peers.isEmpty()) {
            return;
        }
        ReplicaId peer = peers.get(progress.turn++ % peers.size());
        if (!progress.comparisons.containsKey(peer)) {
            compare(effects, progress, membership, peer, false);
        }
    }

    private void compare(
            List<Effect> effects, Progress progress, Membership membership, ReplicaId peer, boolean whole) {
        RangeRepair begun = new RangeRepair(
                letters, membership, peer, whole, settings.comparing().keysPerHash());
        progress.comparisons.put(peer, begun);
        begun.begin(effects);
    }

    private void onReceived(List<Effect> effects, Envelope envelope) {
        Membership membership = letters.current(envelope);
        if (membership == null || !(envelope.from() instanceof Address.Replica from)) {
            return;
        }
        boolean fromSelf = from.id().equals(letters.self());
        Progress progress = progress(membership);
        if (progress == null) {
            if (envelope.message() instanceof IrMessage.Inspected inspected && fromSelf) {
                Progress begun = new Progress(membership);
                inspected.cursors().forEach(cursor -> begun.cursors.put(cursor.source(), cursor.position()));
                shards.put(membership.shard(), begun);
                pullAll(effects, membership);
            }
            return;
        }
        if (fromSelf) {
            onAbsorbed(effects, membership, progress, envelope.message());
        } else {
            onServed(effects, membership, progress, from.id(), envelope.message());
        }
        for (Map.Entry<ReplicaId, RangeRepair> one : List.copyOf(progress.comparisons.entrySet())) {
            one.getValue().onReply(from.id(), envelope.message(), effects);
            afterStep(effects, progress, one.getKey(), one.getValue());
        }
    }

    private void onServed(
            List<Effect> effects, Membership membership, Progress progress, ReplicaId peer, IrMessage message) {
        if (message instanceof IrMessage.LogGone gone) {
            onLogGone(effects, membership, progress, peer, gone);
        } else if (message instanceof IrMessage.Pulled pulled
                && pulled.after().equals(progress.cursors.get(peer))
                && !pulled.upTo().equals(pulled.after())) {
            if (pulled.more()) {
                progress.hasMore.add(peer);
            } else {
                progress.hasMore.remove(peer);
            }
            effects.add(letters.sendSelf(
                    membership,
                    new IrMessage.Absorb(peer, pulled.after(), pulled.upTo(), pulled.items(), pulled.withBodies())));
        }
    }

    private void onLogGone(
            List<Effect> effects, Membership membership, Progress progress, ReplicaId peer, IrMessage.LogGone gone) {
        LogPosition covered = progress.covered.get(peer);
        RangeRepair running = progress.comparisons.get(peer);
        IrMessage.LogGone before = progress.gone.get(peer);
        if (covered != null && gone.restart().isAtOrBefore(covered)) {
            // It was truncated further meanwhile: what is missing now was in the state that was compared. What is left
            // was in it as well, but is pulled: a state has no decisions.
            effects.add(letters.sendSelf(membership, new IrMessage.SkipTo(peer, gone.restart())));
        } else if (running == null
                || !running.isWhole()
                || before == null
                || !gone.restart().isAtOrBefore(before.end())) {
            progress.gone.put(peer, gone);
            compare(effects, progress, membership, peer, true);
        }
    }

    /** A comparison has gone on, or come to its end. */
    private void afterStep(List<Effect> effects, Progress progress, ReplicaId peer, RangeRepair comparison) {
        if (comparison.beginsToRest()) {
            Membership membership = comparison.membership();
            effects.add(new Effect.Arm(
                    new NextPage(membership.shard(), peer), settings.comparing().pauseNanos(), 0));
        }
        if (!comparison.isOver()) {
            return;
        }
        progress.comparisons.remove(peer);
        effects.add(new Effect.Tell(comparison.result()));
        IrMessage.LogGone gone = comparison.isWhole() ? progress.gone.remove(peer) : null;
        if (gone != null && comparison.isCompleted()) {
            progress.covered.put(peer, gone.end());
            effects.add(letters.sendSelf(comparison.membership(), new IrMessage.SkipTo(peer, gone.restart())));
        }
    }

    private void onAbsorbed(
            List<Effect> effects, Membership membership, Progress progress, @Nullable IrMessage message) {
        if (!(message instanceof IrMessage.Absorbed absorbed) || !membership.hasMember(absorbed.source())) {
            return;
        }
        LogPosition before = progress.cursors.get(absorbed.source());
        if (before != null
                && absorbed.upTo().isAtOrBefore(before)
                && !absorbed.upTo().equals(before)) {
            // Said long ago. The cursor never goes back: what would be asked for from there may be gone by now.
            return;
        }
        progress.cursors.put(absorbed.source(), absorbed.upTo());
        boolean isNew =
                before == null || !before.incarnation().equals(absorbed.upTo().incarnation());
        if (absorbed.bodiesWanted() || isNew || progress.hasMore.remove(absorbed.source())) {
            effects.add(pull(membership, progress, absorbed.source(), absorbed.bodiesWanted()));
        }
    }
}
