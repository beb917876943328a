package dev.danta.sim;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Transport;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settlers that stop half-way: in some runs whoever has asked for promises is, now and then, not heard of for a while in this
 * matter. What a settler leaves between the promises and the acceptances is there for its rivals, for the owner, and for a
 * change of epoch, which they would hardly ever meet otherwise.
 */
final class Faltering {
    private static final long MILLI = 1_000_000L;

    private final EventQueue events;
    private final SimRandom random;
    private final Coverage coverage;
    private final double chance;
    private boolean healed;

    /** @param chance with which a settler stops at an Inquire */
    Faltering(EventQueue events, SimRandom random, Coverage coverage, double chance) {
        this.events = events;
        this.random = random;
        this.coverage = coverage;
        this.chance = chance;
    }

    /** Nobody stops any more, and who has stopped goes on. */
    void heal() {
        healed = true;
    }

    /** Whether anybody may stop in this run. */
    boolean isAtAll() {
        return chance > 0;
    }

    /** What one settler sends by. */
    Transport of(Transport transport) {
        return isAtAll() ? new Stopping(transport) : transport;
    }

    private final class Stopping implements Transport {
        private final Transport transport;
        private final TreeMap<Timestamp, Long> silentUntilNanos = new TreeMap<>();
        private @Nullable Timestamp asked;

        Stopping(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void send(Address to, Envelope envelope) {
            IrMessage message = envelope.message();
            if (message instanceof IrMessage.Inquire inquire) {
                asked = inquire.id();
            }
            if (!isSilent(message)) {
                transport.send(to, envelope);
            }
        }

        private boolean isSilent(IrMessage message) {
            Timestamp id = matterOf(message);
            Long until = id == null ? null : silentUntilNanos.get(id);
            return !healed && until != null && events.nowNanos() < until;
        }

        private static @Nullable Timestamp matterOf(IrMessage message) {
            if (message instanceof IrMessage.Inquire inquire) {
                return inquire.id();
            } else if (message instanceof IrMessage.Finalize finalize) {
                return finalize.id();
            }
            return message instanceof IrMessage.Decide decide ? decide.id() : null;
        }

        @Override
        public void flush() {
            transport.flush();
            silentUntilNanos.values().removeIf(until -> until <= events.nowNanos());
            // From here on: what it asked has left.
            if (asked != null && !healed && !silentUntilNanos.containsKey(asked) && random.chance(chance)) {
                coverage.count("settler stops half-way");
                silentUntilNanos.put(asked, events.nowNanos() + random.between(5, 1_000) * MILLI);
            }
            asked = null;
        }
    }
}
