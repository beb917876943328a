package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * Proposals that wait at one replica, for a bounded time and in bounded number, for older transactions that hold their keys,
 * in place of a NO that would make their clients begin again (protocol.md 4.5). They wait before the replica's table, not in
 * it: nothing has been said of them, nothing is recorded, and a crash loses them, so that their clients send them again. Who
 * is woken goes through the whole table.
 *
 * <p>Woken proposals are handed over in a step of their own: the writes of the decision that woke them are in the store only
 * after its step, and what a step persists is not seen by the rest of it.
 */
public final class WaitingProposals {
    private final Participant participant;
    private final WaitingSettings settings;
    private final WaitingRules rules;
    private final Map<Timestamp, Waiting> waiting = new TreeMap<>();
    private final Map<Timestamp, Envelope> woken = new TreeMap<>();

    private record Waiting(Envelope envelope, NavigableSet<Timestamp> inTheWay) {}

    /** A proposal has waited long enough. */
    public record PatienceOver(Timestamp txn) implements Timer {}

    /** Woken proposals are due. */
    public record Wake() implements Timer {}

    public WaitingProposals(Participant participant, WaitingSettings settings, WaitingRules rules) {
        this.participant = participant;
        this.settings = settings;
        this.rules = rules;
    }

    /** Those because of which alone {@code propose} would be refused; empty if it would not be, or for another reason too. */
    public NavigableSet<Timestamp> inTheWay(IrMessage.Propose propose) {
        return participant.inTheWay(propose.id(), propose.body());
    }

    /** Whether the proposal in {@code envelope} may wait for {@code inTheWay}. */
    public boolean mayWait(Timestamp txn, NavigableSet<Timestamp> inTheWay) {
        return (waiting.containsKey(txn) || waiting.size() < settings.waitingMax()) && rules.mayWait(txn, inTheWay);
    }

    /** Keeps it from now on; if it waits already, as the same once more. */
    public List<Effect> keep(Envelope envelope, Timestamp txn, NavigableSet<Timestamp> inTheWay) {
        boolean cameFirst = waiting.put(txn, new Waiting(envelope, inTheWay)) == null;
        return cameFirst ? List.of(new Effect.Arm(new PatienceOver(txn), settings.waitNanos(), 0)) : List.of();
    }

    /** Keeps one that was woken and is still held up; its patience goes on. */
    public List<Effect> keepAgain(Envelope envelope, Timestamp txn, NavigableSet<Timestamp> inTheWay) {
        waiting.put(txn, new Waiting(envelope, inTheWay));
        return List.of();
    }

    /** To be called after each step: wakes those of whose obstacles one is gone. */
    public List<Effect> afterStep() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        boolean nothingWasWoken = woken.isEmpty();
        for (Map.Entry<Timestamp, Waiting> entry : List.copyOf(waiting.entrySet())) {
            Waiting one = entry.getValue();
            if (!one.inTheWay().stream().allMatch(participant::isHolding)) {
                waiting.remove(entry.getKey());
                woken.put(entry.getKey(), one.envelope());
            }
        }
        return nothingWasWoken && !woken.isEmpty() ? List.of(new Effect.Arm(new Wake(), 0, 0)) : List.of();
    }

    /** Those that were woken, the oldest first. */
    public List<Envelope> takeWoken() {
        if (woken.isEmpty()) {
            return List.of();
        }
        List<Envelope> taken = new ArrayList<>(woken.values());
        woken.clear();
        return taken;
    }

    /** Its patience is over: it goes to the replica, which refuses it if it is still held up; empty if it does not wait. */
    public List<Envelope> takeImpatient(Timestamp txn) {
        Waiting one = waiting.remove(txn);
        Envelope envelope = one == null ? woken.remove(txn) : one.envelope();
        return envelope == null ? List.of() : List.of(envelope);
    }

    /** What a proposal that waited says to the replica. */
    public Envelope afterWaiting(Envelope waited) {
        return waited.message() instanceof IrMessage.Propose propose
                ? new Envelope(waited.shard(), waited.epoch(), waited.from(), rules.whenWoken(propose))
                : waited;
    }
}
