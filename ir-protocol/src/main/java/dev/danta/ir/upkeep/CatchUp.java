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
 */
public final class CatchUp implements Machine<Upkeep> {
    private final Correspondence letters;
    private final UpkeepSettings settings;
    private final Map<ShardId, Progress> shards = new TreeMap<>();

    /** The next pull of everything. */
    record Tick() implements Timer {}

    /** How far the own replica of a shard is in the logs of its peers. */
    private static final class Progress {
        private final Map<ReplicaId, LogPosition> cursors = new TreeMap<>();
        private final Set<ReplicaId> hasMore = new TreeSet<>();
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
        if (input instanceof Upkeep.Received received) {
            onReceived(effects, received.envelope());
        } else if (input instanceof Upkeep.Noticed noticed) {
            letters.own().stream()
                    .filter(membership -> membership.shard().equals(noticed.shard()))
                    .forEach(membership -> pullAll(effects, membership));
        } else if (input instanceof Upkeep.Started
                || (input instanceof Upkeep.TimerFired fired && fired.timer() instanceof Tick)) {
            letters.own().forEach(membership -> pullAll(effects, membership));
            effects.add(new Effect.Arm(new Tick(), settings.pullEveryNanos(), settings.pullEveryNanos() / 2));
        }
        return effects;
    }

    private void pullAll(List<Effect> effects, Membership membership) {
        if (membership.size() == 1) {
            return;
        }
        Progress progress = shards.get(membership.shard());
        if (progress == null) {
            effects.add(letters.sendSelf(membership, new IrMessage.Inspect(letters.next())));
            return;
        }
        for (ReplicaId peer : membership.members()) {
            if (!peer.equals(letters.self())) {
                effects.add(pull(membership, progress, peer, false));
            }
        }
    }

    private Effect pull(Membership membership, Progress progress, ReplicaId peer, boolean withBodies) {
        LogPosition after = progress.cursors.get(peer);
        return letters.send(membership, peer, new IrMessage.Pull(letters.self(), after, withBodies));
    }

    private void onReceived(List<Effect> effects, Envelope envelope) {
        Membership membership = letters.current(envelope);
        if (membership == null || !(envelope.from() instanceof Address.Replica from)) {
            return;
        }
        boolean fromSelf = from.id().equals(letters.self());
        Progress progress = shards.get(membership.shard());
        if (envelope.message() instanceof IrMessage.Inspected inspected && fromSelf) {
            if (progress == null) {
                Progress begun = new Progress();
                inspected.cursors().forEach(cursor -> begun.cursors.put(cursor.source(), cursor.position()));
                shards.put(membership.shard(), begun);
                pullAll(effects, membership);
            }
        } else if (progress != null && fromSelf) {
            onAbsorbed(effects, membership, progress, envelope.message());
        } else if (progress != null) {
            onServed(effects, membership, progress, from.id(), envelope.message());
        }
    }

    private void onServed(
            List<Effect> effects, Membership membership, Progress progress, ReplicaId peer, IrMessage message) {
        if (message instanceof IrMessage.LogGone gone) {
            effects.add(letters.sendSelf(membership, new IrMessage.SkipTo(peer, gone.restart())));
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

    private void onAbsorbed(
            List<Effect> effects, Membership membership, Progress progress, @Nullable IrMessage message) {
        if (!(message instanceof IrMessage.Absorbed absorbed) || !membership.hasMember(absorbed.source())) {
            return;
        }
        LogPosition before = progress.cursors.put(absorbed.source(), absorbed.upTo());
        boolean isNew =
                before == null || !before.incarnation().equals(absorbed.upTo().incarnation());
        if (absorbed.bodiesWanted() || isNew || progress.hasMore.remove(absorbed.source())) {
            effects.add(pull(membership, progress, absorbed.source(), absorbed.bodiesWanted()));
        }
    }
}
