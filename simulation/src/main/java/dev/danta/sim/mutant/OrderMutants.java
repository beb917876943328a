package dev.danta.sim.mutant;

import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.workload.OrderRules;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;

/** Mutants of transactions that decide about bounded counters: single spends and the replicas are as they should be. */
final class OrderMutants {
    private OrderMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings orders = usual.withScenario(Scenario.ORDERS);
        return List.of(
                new Mutant(
                        "m15-order-refused-before-call-in",
                        "an order is refused while somebody holds an allotment that could be called in",
                        orders,
                        keeping(new CounterRules() {
                            @Override
                            public boolean callsInBeforeLimit() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-own-allotment-not-stopped",
                        "an allotment of a client's own is closed without a fence, and more is spent of it meanwhile",
                        orders,
                        keeping(new CounterRules() {
                            @Override
                            public boolean stopsOwn() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-second-look-forgets-the-first",
                        "a transaction that opens a counter once more takes what it has called in for open again",
                        orders,
                        keeping(new CounterRules() {
                            @Override
                            public boolean keepsCalledIn() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-bound-tightened-over-allotments",
                        "a bound is tightened while allotments are open that could be called in",
                        orders,
                        keeping(new CounterRules() {
                            @Override
                            public boolean callsInBeforeTightening() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-collections-bound-kept",
                        "whether there is enough is judged by the collection's bound, wherever the counter's own was moved",
                        orders,
                        keeping(new CounterRules() {
                            @Override
                            public boolean covers(
                                    CounterRecord record,
                                    CounterBounds collections,
                                    long amount,
                                    boolean intoAllowance) {
                                return record.bounded(0, collections.allowance())
                                        .covers(amount, intoAllowance);
                            }
                        })),
                new Mutant(
                        "x-order-without-its-counters",
                        "an order does not have the counters' records among what it has read",
                        orders,
                        keeping(new OrderRules() {
                            @Override
                            public boolean readsCounters() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-reservation-ended-twice",
                        "who ends a reservation has not read that it is held in the same transaction",
                        orders,
                        keeping(new OrderRules() {
                            @Override
                            public boolean readsReservation() {
                                return false;
                            }
                        })));
    }

    private static SimParts keeping(CounterRules rules) {
        return new SimParts() {
            @Override
            public CounterRules counterRules() {
                return rules;
            }
        };
    }

    private static SimParts keeping(OrderRules rules) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(Scenario.orders(shape, rules, CounterRules.PROTOCOL));
            }
        };
    }
}
