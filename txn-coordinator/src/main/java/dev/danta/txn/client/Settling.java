package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.recovery.ParticipantSearch;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.txn.recovery.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A client's settling of transactions, its own and others', whose coordinator may be gone or is stuck (protocol.md 6): of
 * those it is asked about by id, and of those that stand in its way. The same {@link Settlement} that nodes use, under this
 * client's id: its own transactions have ballots of round 0, its settlements higher ones.
 */
final class Settling {
    private final ClientId self;
    private final Turn.Context context;
    private final List<ShardId> allShards;
    private final RecoverySettings settings;
    private final Map<Timestamp, Task> tasks = new TreeMap<>();
    private int roundsUsed;

    /** The next step of one settlement. */
    record Again(Timestamp txn) implements Timer {}

    /** Wants to know what became of a transaction; told at most once. */
    interface Waiter {
        void onSettled(Turn turn, Outcome outcome);

        /** Whether there is still a reason to look for a transaction that no replica knows. */
        boolean isWaiting(Turn turn);
    }

    private static final class Task {
        private List<ShardId> hint;
        private final List<Waiter> waiters = new ArrayList<>();
        private @Nullable ParticipantSearch search;
        private @Nullable Settlement settlement;
        private int tries;

        Task(List<ShardId> hint) {
            this.hint = hint;
        }
    }

    Settling(ClientId self, Turn.Context context, ShardMap shards, RecoverySettings settings) {
        this.self = self;
        this.context = context;
        this.allShards =
                IntStream.range(0, shards.shards()).mapToObj(ShardId::new).toList();
        this.settings = settings;
    }

    /**
     * Settles {@code txn}, which holds keys at, or was proposed to, {@code participants}: all of them or some, but no others.
     *
     * @return false if too much is being settled already; {@code waiter} is not told then
     */
    boolean settle(Turn turn, Timestamp txn, List<ShardId> participants, @Nullable Waiter waiter) {
        Task task = tasks.get(txn);
        if (task == null) {
            task = begin(txn, participants);
            if (task == null) {
                return false;
            }
        }
        if (task.settlement == null) {
            turn.send(take(txn, task, participants).attempt());
            turn.arm(new Again(txn), settings.againNanos(), settings.againNanos());
        }
        join(turn, task, waiter);
        return true;
    }

    /**
     * Looks for {@code txn} at the replicas of all shards, or of {@code hint}, and settles what is found; what nobody knows
     * is settled at {@code hint}, and looked for again while somebody waits if that is empty.
     *
     * @return false if too much is being settled already
     */
    boolean find(Turn turn, Timestamp txn, List<ShardId> hint, Waiter waiter) {
        Task task = tasks.get(txn);
        if (task == null) {
            task = begin(txn, hint);
            if (task == null) {
                return false;
            }
            ParticipantSearch search =
                    new ParticipantSearch(txn, hint.isEmpty() ? allShards : hint, context::membership);
            task.search = search;
            turn.send(search.ask());
            turn.arm(new Again(txn), settings.againNanos(), settings.againNanos());
        } else if (task.hint.isEmpty()) {
            task.hint = hint;
        }
        join(turn, task, waiter);
        return true;
    }

    private @Nullable Task begin(Timestamp txn, List<ShardId> hint) {
        if (tasks.size() >= settings.settlementsMax()) {
            return null;
        }
        Task task = new Task(hint);
        tasks.put(txn, task);
        return task;
    }

    private static void join(Turn turn, Task task, @Nullable Waiter waiter) {
        if (waiter == null) {
            return;
        }
        if (task.settlement == null || task.settlement.outcome() instanceof Outcome.Pending) {
            task.waiters.add(waiter);
        } else {
            waiter.onSettled(turn, task.settlement.outcome());
        }
    }

    private Settlement take(Timestamp txn, Task task, List<ShardId> participants) {
        Settlement settlement =
                new Settlement(txn, participants, context::membership, context.quorums(), self, roundsUsed);
        task.settlement = settlement;
        task.search = null;
        return settlement;
    }

    /** A replica, in the present epoch of {@code shard}, answered something about {@code txn}. */
    void onReply(Turn turn, ShardId shard, ReplicaId from, Timestamp txn, IrMessage.Reply reply) {
        Task task = tasks.get(txn);
        if (task == null) {
            return;
        }
        if (task.search != null) {
            task.search.onReply(shard, from, reply);
            goOnSearching(turn, txn, task, task.search);
        } else if (task.settlement != null) {
            turn.send(task.settlement.onReply(shard, from, reply));
            goOnSettling(turn, txn, task, task.settlement);
        }
    }

    private void goOnSearching(Turn turn, Timestamp txn, Task task, ParticipantSearch search) {
        if (search.outcome() instanceof Outcome.Forgotten) {
            end(turn, txn, task, search.outcome());
            return;
        }
        if (!(search.outcome() instanceof Outcome.Pending)) {
            // One replica knows it; the settlement brings it to those that still hold keys for it.
            tell(turn, task, search.outcome());
        }
        List<ShardId> participants = search.found().isEmpty() && search.isVain() ? task.hint : search.found();
        if (!participants.isEmpty()) {
            turn.send(take(txn, task, participants).attempt());
        }
    }

    private void goOnSettling(Turn turn, Timestamp txn, Task task, Settlement settlement) {
        Outcome outcome = settlement.outcome();
        if (settlement.isSpread() || outcome instanceof Outcome.Forgotten) {
            // The same transaction may be settled again: what answers this task, late, must not count for that one.
            roundsUsed = Math.max(roundsUsed, settlement.round());
            end(turn, txn, task, outcome);
        } else if (!(outcome instanceof Outcome.Pending)) {
            tell(turn, task, outcome);
        }
    }

    private void end(Turn turn, Timestamp txn, Task task, Outcome outcome) {
        tasks.remove(txn);
        turn.cancel(new Again(txn));
        tell(turn, task, outcome);
    }

    private static void tell(Turn turn, Task task, Outcome outcome) {
        List<Waiter> waiters = List.copyOf(task.waiters);
        task.waiters.clear();
        waiters.forEach(waiter -> waiter.onSettled(turn, outcome));
    }

    /** Ever more slowly: another attempt if it was preempted, else what is unanswered once more. */
    void onAgain(Turn turn, Again timer) {
        Task task = tasks.get(timer.txn());
        if (task == null) {
            return;
        }
        task.waiters.removeIf(waiter -> !waiter.isWaiting(turn));
        if (task.search != null) {
            if (task.waiters.isEmpty()) {
                tasks.remove(timer.txn());
                return;
            }
            turn.send(task.search.isVain() ? task.search.again() : task.search.ask());
        } else if (task.settlement != null) {
            turn.send(task.settlement.isPreempted() ? task.settlement.attempt() : task.settlement.resend());
        }
        task.tries++;
        long base = settings.againNanos() << Math.min(task.tries, 5);
        turn.arm(timer, base, base);
    }

    /** The members of {@code shard} have changed: whatever was being counted there begins anew. */
    void onMoved(Turn turn, ShardId shard) {
        tasks.forEach((txn, task) -> {
            if (task.search != null) {
                task.search.onMoved(shard);
                turn.send(task.search.ask());
            } else if (task.settlement != null) {
                turn.send(task.settlement.onMoved(shard));
            }
        });
    }
}
