package dev.danta.scenario.factory;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sale after the other: some units of one product, and many more buyers, each of whom wants one. Most take it out of what
 * their client has set aside; one in ten buys with a ticket: who is not told in time comes again with the same one, and gets the
 * same answer. Thread-safe.
 */
final class Flash implements Application {
    private static final int VISITS_MAX = 5;
    private static final long COME_AGAIN_NANOS = 50_000_000;
    private static final long CLOSED_NANOS = 100_000_000;
    private static final int TICKETS_EACH = 40;
    private static final String YES = "yes";
    private static final String NO = "no";

    private final long units;
    private final long buyers;
    private final int salesMax;
    private final CheckOptions options;
    private final Collection stock;
    private final Collection tickets = Collection.records("tickets");
    private final List<Operation<Input, Output>> operations = new ArrayList<>();
    private final Map<String, String> told = new TreeMap<>();
    private final List<Broken> broken = new ArrayList<>();
    private final List<Broken> undecided = new ArrayList<>();
    private final List<Sale> sales = new ArrayList<>();
    /** Buyers with tickets who are not done: one of them may never come again, and have bought all the same. */
    private final List<Visit> underWay = new ArrayList<>();

    /** One product, and who wants it. */
    private static final class Sale {
        private final Place product;
        private long served;
        private long accepted;
        private long unknown;
        private long refused;

        Sale(Place product) {
            this.product = product;
        }
    }

    /** @param ticket what it would be called */
    private record Buyer(Sale sale, String ticket) {}

    Flash(long units, long buyers, int salesMax, CheckOptions options) {
        this.units = units;
        this.buyers = buyers;
        this.salesMax = salesMax;
        this.options = options.withAcceptVacuous(true);
        this.stock = Collection.atLeast("flash", 0, units, 0);
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
            Buyer buyer = nextBuyer();
            if (buyer == null) {
                port.after(CLOSED_NANOS, () -> then.accept(new Done("closed", Ending.DECLINED)));
            } else if (port.draw(10) == 0) {
                new Visit(port, buyer, then).come();
            } else {
                buy(port, buyer.sale(), then);
            }
        };
    }

    private synchronized @Nullable Buyer nextBuyer() {
        Sale sale = sales.isEmpty() ? null : sales.get(sales.size() - 1);
        if (sale == null || sale.served == buyers) {
            if (sales.size() == salesMax) {
                return null;
            }
            sale = new Sale(stock.at("p" + sales.size()));
            sales.add(sale);
        }
        return new Buyer(sale, sale.product.key() + "/b" + sale.served++);
    }

    private void buy(Port port, Sale sale, Consumer<Done> then) {
        long invoked = port.nowNanos();
        port.spend(sale.product, 1, Port.Way.RESERVED, spent -> {
            Mode mode = spent.way() == Port.Way.RESERVED ? Mode.RESERVED : Mode.STRICT;
            Ending ending = switch (spent.status()) {
                case ACCEPTED -> Ending.DONE;
                case LIMIT -> Ending.DECLINED;
                case NOT_DONE -> Ending.NOT_DONE;
                case UNKNOWN -> Ending.UNKNOWN;
            };
            ended(sale, ending, mode, invoked, port.nowNanos());
            then.accept(new Done("buy", ending));
        });
    }

    /** Somebody was told how it went. */
    private synchronized void ended(Sale sale, Ending ending, Mode mode, long invoked, long completed) {
        // Each buyer buys once.
        long process = operations.size();
        Input input = new Input.Spend(sale.product.key(), 1);
        switch (ending) {
            case DONE -> {
                sale.accepted++;
                operations.add(Operation.known(process, input, new Output.Accepted(mode), invoked, completed));
            }
            case DECLINED -> {
                sale.refused++;
                operations.add(Operation.known(process, input, new Output.Limit(), invoked, completed));
            }
            case UNKNOWN -> {
                sale.unknown++;
                operations.add(Operation.unknown(process, input, invoked));
            }
            case NOT_DONE -> {
                // It is as if the buyer had not been there.
            }
        }
    }

    /** A buyer with a ticket. */
    private final class Visit {
        private final Port port;
        private final Sale sale;
        private final String buyer;
        private final Consumer<Done> then;
        private final long invoked;
        private boolean isUnknown;
        private int visits;

        Visit(Port port, Buyer buyer, Consumer<Done> then) {
            this.port = port;
            this.sale = buyer.sale();
            this.buyer = buyer.ticket();
            this.then = then;
            this.invoked = port.nowNanos();
            enters(this);
        }

        void come() {
            Place ticket = tickets.at(buyer);
            Place product = sale.product;
            visits++;
            Work work = new Work(List.of(ticket), List.of(Work.Counted.spend(product, 1)), seen -> {
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
            port.transact(work, this::answered);
        }

        private void answered(Work.Ending ending) {
            if (ending instanceof Work.Ending.Done done) {
                String answer = done.effect().answer();
                told(buyer, answer);
                end(answer.equals(YES) ? Ending.DONE : Ending.DECLINED);
                return;
            }
            isUnknown |= ending instanceof Work.Ending.Unknown;
            if (visits < VISITS_MAX) {
                port.after(COME_AGAIN_NANOS, this::come);
            } else {
                end(isUnknown ? Ending.UNKNOWN : Ending.NOT_DONE);
            }
        }

        /** Nobody will come again. */
        void nobodyKnows() {
            leaves(this);
            ended(sale, Ending.UNKNOWN, Mode.STRICT, invoked, port.nowNanos());
        }

        private void end(Ending ending) {
            leaves(this);
            ended(sale, ending, Mode.STRICT, invoked, port.nowNanos());
            then.accept(new Done("buy-with-ticket", ending));
        }
    }

    private synchronized void enters(Visit visit) {
        underWay.add(visit);
    }

    private synchronized void leaves(Visit visit) {
        underWay.remove(visit);
    }

    private synchronized void told(String buyer, String answer) {
        told.put(buyer, answer);
    }

    /** Sells what is left, so that all of it is accounted for; then looks at all tickets that were answered. */
    @Override
    public void audit(Port port, Consumer<Boolean> then) {
        List<Sale> all;
        synchronized (this) {
            broken.clear();
            all = List.copyOf(sales);
        }
        Sequence.<Sale>run(all, (sale, next) -> sellRest(port, sale, next), isSold -> {
            if (isSold) {
                checkTickets(port, isChecked -> {
                    if (isChecked) {
                        judge();
                    }
                    then.accept(isChecked);
                });
            } else {
                then.accept(false);
            }
        });
    }

    private void sellRest(Port port, Sale sale, Consumer<Boolean> then) {
        long invoked = port.nowNanos();
        port.spend(sale.product, 1, Port.Way.STRICT, spent -> {
            switch (spent.status()) {
                case ACCEPTED -> {
                    ended(sale, Ending.DONE, Mode.STRICT, invoked, port.nowNanos());
                    port.after(0, () -> sellRest(port, sale, then));
                }
                case LIMIT -> {
                    ended(sale, Ending.DECLINED, Mode.STRICT, invoked, port.nowNanos());
                    then.accept(true);
                }
                case NOT_DONE -> then.accept(false);
                case UNKNOWN -> {
                    ended(sale, Ending.UNKNOWN, Mode.STRICT, invoked, port.nowNanos());
                    then.accept(false);
                }
            }
        });
    }

    private void checkTickets(Port port, Consumer<Boolean> then) {
        Map<String, String> answers;
        synchronized (this) {
            answers = new TreeMap<>(told);
        }
        List<String> names = new ArrayList<>(answers.keySet());
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < names.size(); from += TICKETS_EACH) {
            batches.add(names.subList(from, Math.min(names.size(), from + TICKETS_EACH)));
        }
        Sequence.run(batches, (batch, next) -> checkTickets(port, batch, answers, next), then);
    }

    private void checkTickets(Port port, List<String> batch, Map<String, String> answers, Consumer<Boolean> then) {
        List<Place> places = batch.stream().map(tickets::at).toList();
        Work work = new Work(places, List.of(), seen -> {
            StringBuilder answer = new StringBuilder();
            places.forEach(place -> answer.append(seen.value(place)).append(' '));
            return Work.Effect.none(answer.toString());
        });
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                String[] there = done.effect().answer().split(" ");
                for (int i = 0; i < there.length; i++) {
                    if (!there[i].equals(answers.get(batch.get(i)))) {
                        broken("W5", batch.get(i) + " was told " + answers.get(batch.get(i)) + ", and has " + there[i]);
                    }
                }
            }
            then.accept(ending instanceof Work.Ending.Done);
        });
    }

    private synchronized void broken(String law, String what) {
        broken.add(new Broken(law, what));
    }

    private synchronized void judge() {
        List.copyOf(underWay).forEach(Visit::nobodyKnows);
        for (Sale sale : sales) {
            if (sale.accepted > units || sale.accepted + sale.unknown < units) {
                broken.add(new Broken(
                        "W2",
                        sale.accepted + " of " + units + " of " + sale.product + " are sold, and " + sale.unknown
                                + " perhaps; " + sale.refused + " were refused"));
            }
        }
        Result<Input, Output> result =
                HistoryCheck.check(BoundedCounterModel.stock(units), History.of(operations), options);
        undecided.clear();
        if (result instanceof Result.Invalid) {
            broken.add(new Broken("W2", result.sentence()));
        } else if (!result.isValid()) {
            undecided.add(new Broken("W2", result.sentence()));
        }
    }

    @Override
    public synchronized List<Broken> verdict() {
        List<Broken> all = new ArrayList<>(broken);
        for (Sale sale : sales) {
            if (all.isEmpty() && sale.accepted > units) {
                all.add(new Broken("W2", sale.accepted + " were sold of " + units + " of " + sale.product));
            }
        }
        return all;
    }

    @Override
    public synchronized List<Broken> undecided() {
        return List.copyOf(undecided);
    }
}
