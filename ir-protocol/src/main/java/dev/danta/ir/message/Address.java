package dev.danta.ir.message;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;

/** Who sends or receives an {@link Envelope}. */
public sealed interface Address {
    /** One process life of a client. */
    record Client(ClientId id) implements Address {
        @Override
        public String toString() {
            return "c" + id;
        }
    }

    /** A replica of the envelope's shard. */
    record Replica(ReplicaId id) implements Address {
        @Override
        public String toString() {
            return id.toString();
        }
    }
}
