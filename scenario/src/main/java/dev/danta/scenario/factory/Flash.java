package dev.danta.scenario.factory;

import dev.danta.check.CheckOptions;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Port.Spent;
import dev.danta.scenario.Work;
import dev.danta.scenario.factory.Sales.Manner;
import dev.danta.scenario.factory.Sales.Purchase;
import dev.danta.scenario.factory.Sales.Sale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sale after the other: some units of one product, and many more buyers, each of whom wants one. Most take it out of what
 * their client has set aside; one in ten buys with a ticket and one in ten under a key: who is not told in time comes again, and
 * gets the same answer. In the end everybody knows, but for those whose clients have died with what they had set aside.
 * Thread-safe.
 */
final class Flash implements Application {
    private static final int VISITS_MAX = 5;
    private static final long COME_AGAIN_NANOS = 50_000_000;
    private static final long CLOSED_NANOS = 100_000_000;
    private static final int TICKETS_EACH = 40;
    /** So many are asked again one by one in the end. */
    private static final int ASKED_AGAIN_MAX = 300;
    /** One of so many who were told comes again all the same. */
    private static final int DOUBTS_EACH = 8;
    /** For those who are still to be told one looks so often, and waits so long in between. */
    private static final int LOOKS_MAX = 20;

    private static final long LOOK_AGAIN_NANOS = 100_000_000;
    private static final String YES = "yes";
    private static final String NO = "no";

    private final Collection stock;
    private final Collection tickets = Collection.records("tickets");
    private final Sales sales;

    Flash(long units, long buyers, int salesMax, boolean mayDie, CheckOptions options) {
        this.stock = Collection.atLeast("flash", 0, units, 0);
        this.sales = new Sales(units, buyers, salesMax, mayDie, options, number -> stock.at("p" + number));
    }

    @Override
    public String name() {
        return Factory.NAME;
    }

    @Override
    public List<Collection> collections() {
        return List.of(stock, tickets);
    }

    @Override
    public void prepare(Port port, Consumer<Boolean> then) {
        then.accept(true);
    }

    @Override
    public Step newUser(Port port) {
        return then -> {
            long dice = port.draw(10);
            Manner manner = dice == 0 ? Manner.TICKET : dice == 1 ? Manner.KEY : Manner.SET_ASIDE;
            Purchase purchase = sales.next(manner, port.nowNanos());
            if (purchase == null) {
                port.after(CLOSED_NANOS, () -> then.accept(new Done("closed", Ending.DECLINED)));
            } else if (manner == Manner.SET_ASIDE) {
                buy(port, purchase, then);
            } else {
                new Visit(port, purchase, then).come();
            }
        };
    }

    /** What is not known in time is left open: it has no name by which anybody could ask for it. */
    private void buy(Port port, Purchase purchase, Consumer<Done> then) {
        port.spend(
                purchase.product(),
                1,
                Port.Way.RESERVED,
                spent -> {
                    Ending ending = ending(spent);
                    if (ending == Ending.UNKNOWN) {
                        sales.leavesUntold(purchase);
                    } else {
                        ended(purchase, spent, port.nowNanos());
                    }
                    then.accept(new Done("buy", ending));
                },
                spent -> {
                    if (spent.status() == Spent.Status.UNKNOWN) {
                        sales.lost(purchase);
                    } else {
                        ended(purchase, spent, port.nowNanos());
                    }
                });
    }

    private static Ending ending(Spent spent) {
        return switch (spent.status()) {
            case ACCEPTED -> Ending.DONE;
            case LIMIT -> Ending.DECLINED;
            case NOT_DONE -> Ending.NOT_DONE;
            case UNKNOWN -> Ending.UNKNOWN;
        };
    }

    private void ended(Purchase purchase, Spent spent, long now) {
        Mode mode = spent.way() == Port.Way.RESERVED ? Mode.RESERVED : Mode.STRICT;
        switch (ending(spent)) {
            case DONE -> sales.told(purchase, true, mode, now);
            case DECLINED -> sales.told(purchase, false, mode, now);
            case NOT_DONE -> sales.notDone(purchase);
            case UNKNOWN -> {}
        }
    }

    /** Asks for what somebody has who buys with a ticket or under a key; for the first time or again. */
    private void ask(Port port, Purchase purchase, Consumer<Ending> then) {
        Consumer<Ending> told = ending -> {
            if (ending == Ending.DONE || ending == Ending.DECLINED) {
                sales.told(purchase, ending == Ending.DONE, Mode.STRICT, port.nowNanos());
            }
            then.accept(ending);
        };
        if (purchase.manner() == Manner.KEY) {
            port.spendOnce(purchase.product(), 1, "flash/" + purchase.buyer(), spent -> told.accept(ending(spent)));
        } else {
            port.transact(withTicket(purchase), ending -> {
                if (ending instanceof Work.Ending.Done done) {
                    told.accept(done.effect().answer().equals(YES) ? Ending.DONE : Ending.DECLINED);
                } else {
                    told.accept(ending instanceof Work.Ending.Unknown ? Ending.UNKNOWN : Ending.NOT_DONE);
                }
            });
        }
    }

    private Work withTicket(Purchase purchase) {
        Place ticket = tickets.at(purchase.buyer());
        Place product = purchase.product();
        return new Work(List.of(ticket), List.of(Work.Counted.spend(product, 1)), seen -> {
            String answered = seen.value(ticket);
            if (answered != null) {
                return Work.Effect.none(answered);
            }
            // Who is refused has that in writing, too: what a visit before may still be about comes too late.
            boolean isEnough = seen.enough(product);
            Map<Place, @Nullable String> puts = new TreeMap<>();
            puts.put(ticket, isEnough ? YES : NO);
            return new Work.Effect(
                    isEnough ? YES : NO,
                    puts,
                    isEnough ? List.of(product) : List.of(),
                    new TreeMap<>(),
                    new TreeMap<>());
        });
    }

    /** A buyer who comes until it is known, a few times. */
    private final class Visit {
        private final Port port;
        private final Purchase purchase;
        private final Consumer<Done> then;
        private boolean isUnknown;
        private int visits;

        Visit(Port port, Purchase purchase, Consumer<Done> then) {
            this.port = port;
            this.purchase = purchase;
            this.then = then;
        }

        void come() {
            visits++;
            ask(port, purchase, this::answered);
        }

        private void answered(Ending ending) {
            if (ending == Ending.DONE || ending == Ending.DECLINED) {
                if (port.draw(DOUBTS_EACH) == 0) {
                    ask(port, purchase, again -> end(ending));
                } else {
                    end(ending);
                }
                return;
            }
            isUnknown |= ending == Ending.UNKNOWN;
            if (visits < VISITS_MAX) {
                port.after(COME_AGAIN_NANOS, this::come);
            } else if (isUnknown) {
                sales.leavesUntold(purchase);
                end(Ending.UNKNOWN);
            } else {
                sales.notDone(purchase);
                end(Ending.NOT_DONE);
            }
        }

        private void end(Ending ending) {
            then.accept(new Done(purchase.manner() == Manner.KEY ? "buy-under-key" : "buy-with-ticket", ending));
        }
    }

    /** Tells everybody what they have bought, sells what is left, and asks again for what was told. */
    @Override
    public void audit(Port port, Consumer<Boolean> then) {
        Sequence.run(
                List.<Consumer<Consumer<Boolean>>>of(
                        next -> tellAll(port, next),
                        next -> awaitAll(port, LOOKS_MAX, next),
                        next -> Sequence.<Sale>run(sales.all(), (sale, sold) -> sellRest(port, sale, sold), next),
                        next -> checkTickets(port, next),
                        next -> Sequence.run(
                                sales.underKeys(ASKED_AGAIN_MAX),
                                (purchase, asked) -> ask(port, purchase, ending -> asked.accept(isTold(ending))),
                                next)),
                Consumer::accept,
                isDone -> {
                    boolean isComplete = isDone && sales.open().isEmpty();
                    if (isComplete) {
                        sales.judge();
                    }
                    then.accept(isComplete);
                });
    }

    private static boolean isTold(Ending ending) {
        return ending == Ending.DONE || ending == Ending.DECLINED;
    }

    /** For whoever has a ticket or a key others can ask, too. */
    private void tellAll(Port port, Consumer<Boolean> then) {
        List<Purchase> open = sales.open().stream()
                .filter(purchase -> purchase.manner() != Manner.SET_ASIDE)
                .toList();
        Sequence.run(open, (purchase, told) -> ask(port, purchase, ending -> told.accept(isTold(ending))), then);
    }

    private void awaitAll(Port port, int looks, Consumer<Boolean> then) {
        if (sales.open().isEmpty() || looks == 0) {
            then.accept(sales.open().isEmpty());
        } else {
            port.after(LOOK_AGAIN_NANOS, () -> awaitAll(port, looks - 1, then));
        }
    }

    /** So that all of it is accounted for. */
    private void sellRest(Port port, Sale sale, Consumer<Boolean> then) {
        sellRest(port, sale, sales.afterwards(sale, port.nowNanos()), LOOKS_MAX, then);
    }

    private void sellRest(Port port, Sale sale, Purchase purchase, int visits, Consumer<Boolean> then) {
        ask(port, purchase, ending -> {
            if (ending == Ending.DONE) {
                port.after(0, () -> sellRest(port, sale, then));
            } else if (ending == Ending.DECLINED || visits == 0) {
                then.accept(ending == Ending.DECLINED);
            } else {
                port.after(LOOK_AGAIN_NANOS, () -> sellRest(port, sale, purchase, visits - 1, then));
            }
        });
    }

    private void checkTickets(Port port, Consumer<Boolean> then) {
        List<Purchase> told = sales.withTickets();
        List<List<Purchase>> batches = new ArrayList<>();
        for (int from = 0; from < told.size(); from += TICKETS_EACH) {
            batches.add(told.subList(from, Math.min(told.size(), from + TICKETS_EACH)));
        }
        Sequence.run(batches, (batch, next) -> checkTickets(port, batch, next), then);
    }

    private void checkTickets(Port port, List<Purchase> batch, Consumer<Boolean> then) {
        List<Place> places =
                batch.stream().map(purchase -> tickets.at(purchase.buyer())).toList();
        Work work = new Work(places, List.of(), seen -> {
            StringBuilder answer = new StringBuilder();
            places.forEach(place -> answer.append(seen.value(place)).append(' '));
            return Work.Effect.none(answer.toString());
        });
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                String[] there = done.effect().answer().split(" ");
                for (int i = 0; i < there.length; i++) {
                    sales.found(batch.get(i), there[i].equals(YES), there[i].equals(NO));
                }
            }
            then.accept(ending instanceof Work.Ending.Done);
        });
    }

    @Override
    public List<Broken> verdict() {
        return sales.verdict();
    }

    @Override
    public List<Broken> undecided() {
        return sales.undecided();
    }

    @Override
    public String summary() {
        return sales.summary();
    }
}
