package dev.danta.ir.upkeep;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.runtime.Effect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Under which name a machine of this package talks, and to whom. */
final class Correspondence {
    private final ReplicaId self;
    private final ClientId name;
    private final Memberships memberships;
    private long sequence;

    Correspondence(ReplicaId self, ClientId name, Memberships memberships) {
        this.self = self;
        this.name = name;
        this.memberships = memberships;
    }

    ReplicaId self() {
        return self;
    }

    /** A name for one question, never used again. */
    OpId next() {
        return new OpId(name, sequence++);
    }

    /** The shards of which the own node has a replica. */
    List<Membership> own() {
        return memberships.all().stream()
                .filter(membership -> membership.hasMember(self))
                .toList();
    }

    List<Membership> all() {
        return memberships.all();
    }

    Effect send(Membership membership, ReplicaId to, IrMessage.Request request) {
        return new Effect.Send(
                new Address.Replica(to),
                new Envelope(membership.shard(), membership.epoch(), new Address.Client(name), request));
    }

    Effect sendSelf(Membership membership, IrMessage.Request request) {
        return send(membership, self, request);
    }

    /** The membership in which {@code envelope} was sent, if that is still the one, and by one of its members. */
    @Nullable
    Membership current(Envelope envelope) {
        if (!memberships.knows(envelope.shard())) {
            return null;
        }
        if (envelope.message() instanceof IrMessage.WrongEpoch wrong) {
            memberships.learn(wrong.current());
            return null;
        }
        Membership membership = memberships.of(envelope.shard());
        boolean counts = envelope.epoch().equals(membership.epoch())
                && envelope.from() instanceof Address.Replica from
                && membership.hasMember(from.id());
        return counts ? membership : null;
    }
}
