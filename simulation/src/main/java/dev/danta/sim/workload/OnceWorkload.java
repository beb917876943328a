package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are to take effect once, however often they are made (protocol.md 4.5). Each has a record: a transaction
 * that finds none places an order and records which; one that finds a record says which order it names. Whoever does not
 * know what became of a request makes it again, and others do, for a client that is dead or only seems so. When nobody can
 * make it any more and every attempt is settled, its record may be deleted.
 *
 * <p>In the end every request has at most one order, one that was acknowledged has exactly one, and that is the one that
 * everybody was told.
 */
public final class OnceWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;

    /** Who looks for a request that was made before looks at so many of the latest. */
    private static final int LATEST = 24;

    private static final double ASKS = 0.1;

    private final OnceRules rules;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();

    private static final class Request {
        private final String name;
        private final Key record;
        private @Nullable String told;
        private int attempts;
        /** Transactions that nobody knows the outcome of. */
        private final List<Timestamp> unknown = new ArrayList<>();
        /** An attempt ended with its client, and nobody knows its transaction. */
        private boolean lost;
        /** Nobody makes it any more. */
        private boolean closed;

        Request(int number) {
            this.name = "request-" + number;
            this.record = KeyLayout.key("sim", "request", List.of(name));
        }
    }

    /** What one attempt would place. */
    private static final class Order {
        private final String name;
        private final Key key;
        private final Request request;
        private boolean isImpossible;

        Order(int number, Request request) {
            this.name = "order-" + number;
            this.key = KeyLayout.key("sim", "order", List.of(name));
            this.request = request;
        }
    }

    public OnceWorkload(OnceRules rules) {
        this.rules = rules;
    }

    private static @Nullable String text(Map<Key, Version> seen, Key key) {
        Version version = seen.get(key);
        return version == null || version.value() == null
                ? null
                : version.value().toUtf8();
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        if (!callers.contains(caller)) {
            callers.add(caller);
        }
        return done -> {
            if (random.chance(ASKS) && ask(caller, random, done)) {
                return;
            }
            int dice = random.below(100);
            Request known = requests.isEmpty() ? null : latest(random);
            if (known == null || dice < 45) {
                Request request = new Request(requests.size());
                requests.add(request);
                attempt(caller, random, request, done);
            } else if (known.closed) {
                caller.after(random.between(0, MILLI), done);
            } else if (dice < 75) {
                attempt(caller, random, known, done);
            } else if (dice < 85) {
                look(caller, random, known, done);
            } else {
                delete(caller, random, known, done);
            }
        };
    }

    /**
     * Asks what became of a transaction of somebody else, who is dead more often than not, and of which only the id is
     * known. Whatever it is told is held against all that others were told, like any outcome.
     */
    private boolean ask(Caller caller, SimRandom random, Runnable done) {
        List<Timestamp> proposed = new ArrayList<>();
        boolean ofDead = random.chance(0.8);
        for (Caller other : callers) {
            if (other != caller && !(ofDead && other.isAlive())) {
                proposed.addAll(other.lastProposed());
            }
        }
        if (!proposed.isEmpty()) {
            ClientCall question = new ClientCall.AwaitOutcome(random.pick(proposed), List.of());
            caller.call(question, random.between(200, 4_000) * MILLI, outcome -> done.run());
        }
        return !proposed.isEmpty();
    }

    private Request latest(SimRandom random) {
        return requests.get(requests.size() - 1 - random.below(Math.min(LATEST, requests.size())));
    }

    private void attempt(Caller caller, SimRandom random, Request request, Runnable done) {
        Order order = new Order(orders.size(), request);
        orders.add(order);
        request.attempts++;
        Consumer<TxnEnd> end = came -> {
            if (ended(caller, random, order, came)) {
                attempt(caller, random, request, done);
            } else {
                done.run();
            }
        };
        Function<Map<Key, Version>, List<Write>> body = seen -> text(seen, request.record) == null
                ? List.of(
                        new Write(request.record, Bytes.utf8(order.name)),
                        new Write(order.key, Bytes.utf8(request.name)))
                : List.of();
        if (rules.readsRecord()) {
            Transact.run(caller, random, List.of(request.record), body, end);
        } else {
            ReadOnly.run(caller, random, List.of(request.record), looked -> {
                if (looked instanceof TxnEnd.Committed found && text(found.seen(), request.record) == null) {
                    Transact.run(caller, random, List.of(), body, end);
                } else {
                    end.accept(looked);
                }
            });
        }
    }

    /** Takes note of what an attempt came to, and says whether its client tries again at once. */
    private boolean ended(Caller caller, SimRandom random, Order order, TxnEnd end) {
        Request request = order.request;
        request.attempts--;
        if (end instanceof TxnEnd.Committed committed) {
            String found = text(committed.seen(), request.record);
            order.isImpossible = found != null;
            tell(request, found == null ? order.name : found);
            return false;
        }
        if (end instanceof TxnEnd.NotDone) {
            order.isImpossible = true;
        } else if (end instanceof TxnEnd.Unknown unknown) {
            request.lost |= !caller.isAlive();
            request.unknown.add(unknown.txn());
        }
        return caller.isAlive() && !request.closed && random.chance(0.5);
    }

    private static void tell(Request request, String order) {
        if (request.told != null && !request.told.equals(order)) {
            throw invalid(request.name + " was told that it is " + request.told + ", and then that it is " + order);
        }
        request.told = order;
    }

    private static Violation invalid(String what) {
        return new Violation(Violation.Kind.HISTORY_INVALID, "once: " + what);
    }

    /** Looks whether it was done, without doing it. */
    private void look(Caller caller, SimRandom random, Request request, Runnable done) {
        String toldBefore = request.told;
        ReadOnly.run(caller, random, List.of(request.record), end -> {
            if (end instanceof TxnEnd.Committed committed && !request.closed) {
                String found = text(committed.seen(), request.record);
                if (found != null) {
                    tell(request, found);
                } else if (toldBefore != null) {
                    throw invalid(request.name + " is " + toldBefore + ", and nothing is recorded");
                }
            }
            done.run();
        });
    }

    private void delete(Caller caller, SimRandom random, Request request, Runnable done) {
        boolean settled = request.attempts == 0 && !request.lost;
        if (request.told == null || !rules.mayDelete(settled)) {
            caller.after(random.between(0, MILLI), done);
            return;
        }
        request.closed = true;
        settle(caller, List.copyOf(request.unknown), known -> {
            if (rules.mayDelete(known)) {
                Function<Map<Key, Version>, List<Write>> body = seen ->
                        text(seen, request.record) == null ? List.of() : List.of(new Write(request.record, null));
                Transact.run(caller, random, List.of(request.record), body, end -> done.run());
            } else {
                done.run();
            }
        });
    }

    /** Asks for the outcomes of {@code txns}, one after the other, and says whether all are known. */
    private static void settle(Caller caller, List<Timestamp> txns, Consumer<Boolean> known) {
        if (txns.isEmpty()) {
            known.accept(true);
            return;
        }
        caller.call(new ClientCall.AwaitOutcome(txns.get(0), List.of()), PATIENCE_NANOS, outcome -> {
            if (outcome instanceof CallOutcome.Committed || outcome instanceof CallOutcome.Aborted) {
                settle(caller, txns.subList(1, txns.size()), known);
            } else {
                known.accept(false);
            }
        });
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        if (orders.isEmpty()) {
            answered.accept(true);
            return;
        }
        List<Key> keys = orders.stream().map(order -> order.key).sorted().toList();
        ReadOnly.run(caller, random, keys, end -> {
            if (end instanceof TxnEnd.Committed committed) {
                check(committed.seen());
            }
            answered.accept(end instanceof TxnEnd.Committed);
        });
    }

    private void check(Map<Key, Version> seen) {
        Map<String, String> placed = new TreeMap<>();
        for (Order order : orders) {
            if (text(seen, order.key) != null) {
                String other = placed.put(order.request.name, order.name);
                if (other != null) {
                    throw invalid(order.request.name + " has taken effect twice: " + other + " and " + order.name);
                }
                if (order.isImpossible) {
                    throw invalid(order.name + " was not placed, and is there");
                }
            }
        }
        for (Request request : requests) {
            if (request.told != null && !request.told.equals(placed.get(request.name))) {
                throw invalid(request.name + " is " + request.told + ", and there is " + placed.get(request.name));
            }
        }
    }

    /** Whatever contradicts itself was found when it was told. */
    @Override
    public void judge() {}
}
