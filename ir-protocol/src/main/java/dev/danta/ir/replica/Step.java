package dev.danta.ir.replica;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What one message leads to: changes, and answers to whoever sent it. */
final class Step {
    private final Address asker;
    private final Supplier<Membership> membership;
    private final ReplicaId self;
    private final List<Effect> effects = new ArrayList<>(4);

    /** Answers carry the epoch in which {@code membership} is at that moment. */
    Step(Address asker, Supplier<Membership> membership, ReplicaId self) {
        this.asker = asker;
        this.membership = membership;
        this.self = self;
    }

    void reply(IrMessage.Reply reply) {
        Membership now = membership.get();
        Envelope envelope = new Envelope(now.shard(), now.epoch(), new Address.Replica(self), reply);
        effects.add(new Effect.Send(asker, envelope));
    }

    void persist(Mutation mutation) {
        effects.add(new Effect.Persist(mutation));
    }

    void add(Effect effect) {
        effects.add(effect);
    }

    void addAll(List<Effect> more) {
        effects.addAll(more);
    }

    /** All of it so far, in order; whoever adds to it adds to the step. */
    List<Effect> effects() {
        return effects;
    }
}
