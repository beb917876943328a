package dev.danta.sim.mutant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.quorum.Membership;
import dev.danta.relaxed.Counter;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Mutants of clients that spend of bounded counters: the replicas are as they should be. */
final class CounterMutants {
    private CounterMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings stock = usual.withScenario(Scenario.STOCK);
        return List.of(
                new Mutant(
                        "m13-closed-with-one-replicas-spends",
                        "an allotment is closed with what one replica says was spent of it",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public int answersToClose(Membership members) {
                                return 1;
                            }
                        })),
                new Mutant(
                        "m14-folded-gain-counted-again",
                        "gains are folded in whole each time, whatever was folded before",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public CounterRecord folding(CounterRecord record, Counter gains) {
                                return folded(record, new TreeMap<>(), gains);
                            }
                        })),
                new Mutant(
                        "m14-folded-goes-back",
                        "what is on record as folded is what was read last, also if that is less",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public CounterRecord folding(CounterRecord record, Counter gains) {
                                return folded(record, record.folded(), gains);
                            }
                        })),
                new Mutant(
                        "m14-gains-added-to-an-older-record",
                        "gains are added to a record that was read at another moment, and not folded into it",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public boolean writesFolded() {
                                return false;
                            }
                        })),
                new Mutant(
                        "m15-enough-by-one-replica",
                        "whether there is enough is judged by what one replica has",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public boolean validates() {
                                return false;
                            }
                        })),
                new Mutant(
                        "m22-refused-called-failed",
                        "a spend that replicas refuse is called failed",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public boolean isRefusedFailed() {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-gains-of-one-replica",
                        "gains are read from one replica before the record is",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public ClientCall.Level gains() {
                                return ClientCall.Level.LOCAL;
                            }
                        })),
                new Mutant(
                        "x-closed-without-fence",
                        "an allotment that is called in is closed without a fence",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public boolean fences(boolean leaseIsOver) {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-lease-over-without-fence",
                        "an allotment whose lease is over is closed without a fence",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public boolean fences(boolean leaseIsOver) {
                                return !leaseIsOver;
                            }
                        })),
                new Mutant(
                        "m22-lax-refunded-by-a-stranger",
                        "a lax allotment is called in like any other",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public boolean isCallable(Allotment allotment) {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-moved-bound-forgets-lax",
                        "who moves a bound takes what lax allotments hold for what is not spent",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public CounterRecord bounded(CounterRecord record, long shift, long allowance) {
                                CounterRecord moved = record.bounded(shift, allowance);
                                long held = moved.open().values().stream()
                                        .filter(Allotment::lax)
                                        .mapToLong(Allotment::amount)
                                        .sum();
                                return with(moved, moved.room() + held, moved.folded());
                            }
                        })),
                new Mutant(
                        "x-rest-returned-twice",
                        "what is left of a closed allotment is returned twice",
                        stock,
                        keeping(new CounterRules() {
                            @Override
                            public CounterRecord closing(CounterRecord record, Timestamp id, long spent) {
                                Allotment allotment = record.open().get(id);
                                CounterRecord closed = record.closing(id, spent);
                                return allotment == null
                                        ? closed
                                        : with(closed, closed.room() + allotment.amount() - spent, closed.folded());
                            }
                        })));
    }

    private static CounterRecord folded(
            CounterRecord record, SortedMap<ClientId, Counter.Total> before, Counter gains) {
        long room = record.room();
        for (Map.Entry<ClientId, Counter.Total> entry : gains.totals().entrySet()) {
            Counter.Total total = before.get(entry.getKey());
            room += Math.max(0, entry.getValue().sum() - (total == null ? 0 : total.sum()));
        }
        return with(record, room, gains.totals());
    }

    private static CounterRecord with(CounterRecord record, long room, SortedMap<ClientId, Counter.Total> folded) {
        return new CounterRecord(room, record.allowance(), record.shift(), folded, record.open(), record.closed());
    }

    private static SimParts keeping(CounterRules rules) {
        return new SimParts() {
            @Override
            public CounterRules counterRules() {
                return rules;
            }
        };
    }
}
