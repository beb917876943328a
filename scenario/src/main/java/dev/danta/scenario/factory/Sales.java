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
import dev.danta.scenario.Broken;
import dev.danta.scenario.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Who has wanted a unit in which sale, and what they were told. Thread-safe. */
final class Sales {
    private static final int BROKEN_MAX = 20;

    private final long units;
    private final long buyers;
    private final int salesMax;
    /** Whether clients may die, and what a buyer has bought through one is not known. */
    private final boolean mayDie;

    private final CheckOptions options;
    private final IntFunction<Place> products;
    private final List<Sale> sales = new ArrayList<>();
    private final List<Purchase> purchases = new ArrayList<>();
    private final List<Broken> contradictions = new ArrayList<>();
    private final List<Broken> broken = new ArrayList<>();
    private final List<Broken> undecided = new ArrayList<>();
    private long repeated;
    private long notToldAtOnce;

    /** @param products those that are sold, one after the other */
    Sales(long units, long buyers, int salesMax, boolean mayDie, CheckOptions options, IntFunction<Place> products) {
        this.units = units;
        this.buyers = buyers;
        this.salesMax = salesMax;
        this.mayDie = mayDie;
        this.options = options.withAcceptVacuous(true);
        this.products = products;
    }

    /** One product, and who wants it. */
    static final class Sale {
        private final Place product;
        private long served;
        private long sold;
        private long refused;
        private long lost;
        private long soldAfterwards;

        Sale(Place product) {
            this.product = product;
        }
    }

    /** How a unit is bought. */
    enum Manner {
        /** Of what the buyer's client has set aside: nobody else can be asked how it went. */
        SET_ASIDE,
        /** With a ticket, on which the shop writes the answer in the same transaction. */
        TICKET,
        /** Under a key, for which Danta keeps the answer. */
        KEY
    }

    private enum State {
        /** Not told yet. */
        OPEN,
        SOLD,
        REFUSED,
        /** As if the buyer had not been there. */
        NOT_DONE,
        /** The client is gone, and with it whoever could say. */
        LOST
    }

    /** Somebody who wants one unit. */
    static final class Purchase {
        private final Sale sale;
        private final String buyer;
        private final Manner manner;
        private final long invoked;
        private final boolean isAfterwards;
        private State state = State.OPEN;
        private Mode mode = Mode.STRICT;
        private long completed = Operation.NEVER;

        private Purchase(Sale sale, String buyer, Manner manner, long invoked, boolean isAfterwards) {
            this.sale = sale;
            this.buyer = buyer;
            this.manner = manner;
            this.invoked = invoked;
            this.isAfterwards = isAfterwards;
        }

        Place product() {
            return sale.product;
        }

        /** Nobody else is called so. */
        String buyer() {
            return buyer;
        }

        Manner manner() {
            return manner;
        }
    }

    /** The next buyer; null once all sales are over. */
    synchronized @Nullable Purchase next(Manner manner, long now) {
        Sale sale = sales.isEmpty() ? null : sales.get(sales.size() - 1);
        if (sale == null || sale.served == buyers) {
            if (sales.size() == salesMax) {
                return null;
            }
            sale = new Sale(products.apply(sales.size()));
            sales.add(sale);
        }
        return add(sale, manner, now, false);
    }

    /** One more buyer, when all others have gone: to sell what is left. */
    synchronized Purchase afterwards(Sale sale, long now) {
        return add(sale, Manner.KEY, now, true);
    }

    private Purchase add(Sale sale, Manner manner, long now, boolean isAfterwards) {
        Purchase purchase = new Purchase(sale, sale.product.key() + "/b" + sale.served++, manner, now, isAfterwards);
        purchases.add(purchase);
        return purchase;
    }

    /** Its buyer is told; perhaps not for the first time. */
    synchronized void told(Purchase purchase, boolean isSold, Mode mode, long now) {
        State told = isSold ? State.SOLD : State.REFUSED;
        if (purchase.state != State.OPEN) {
            again(purchase, told);
            return;
        }
        purchase.state = told;
        purchase.mode = mode;
        purchase.completed = now;
        if (isSold) {
            purchase.sale.sold++;
            purchase.sale.soldAfterwards += purchase.isAfterwards ? 1 : 0;
        } else {
            purchase.sale.refused++;
        }
    }

    /** What is on a ticket: neither, if there is nothing on it. */
    synchronized void found(Purchase purchase, boolean isSold, boolean isRefused) {
        again(purchase, isSold ? State.SOLD : isRefused ? State.REFUSED : State.NOT_DONE);
    }

    private void again(Purchase purchase, State told) {
        repeated++;
        if (purchase.state != told && contradictions.size() < BROKEN_MAX) {
            contradictions.add(
                    new Broken("W5", purchase.buyer + " was told " + purchase.state + ", and later " + told));
        }
    }

    /** It did not and will not take effect. */
    synchronized void notDone(Purchase purchase) {
        if (purchase.state == State.OPEN) {
            purchase.state = State.NOT_DONE;
        }
    }

    /** Its buyer goes away without having been told. */
    synchronized void leavesUntold(Purchase purchase) {
        if (purchase.state == State.OPEN) {
            notToldAtOnce++;
        }
    }

    /** Nobody will ever say. */
    synchronized void lost(Purchase purchase) {
        if (purchase.state == State.OPEN) {
            purchase.state = State.LOST;
            purchase.sale.lost++;
        }
    }

    synchronized List<Sale> all() {
        return List.copyOf(sales);
    }

    /** Of whom nobody has said yet what they were sold. */
    synchronized List<Purchase> open() {
        return purchases.stream()
                .filter(purchase -> purchase.state == State.OPEN)
                .toList();
    }

    /** Those with tickets of whom it is known how it went: also that it did not. */
    synchronized List<Purchase> withTickets() {
        return purchases.stream()
                .filter(purchase -> purchase.manner == Manner.TICKET)
                .filter(purchase -> purchase.state != State.OPEN)
                .toList();
    }

    /** Some who bought under keys and were told, spread over all of them. */
    synchronized List<Purchase> underKeys(int most) {
        List<Purchase> all = purchases.stream()
                .filter(purchase -> purchase.manner == Manner.KEY)
                .filter(purchase -> purchase.state == State.SOLD || purchase.state == State.REFUSED)
                .toList();
        List<Purchase> some = new ArrayList<>();
        for (int i = 0; i < Math.min(most, all.size()); i++) {
            some.add(all.get((int) ((long) i * all.size() / Math.min(most, all.size()))));
        }
        return some;
    }

    /** When everybody was asked. */
    synchronized void judge() {
        broken.clear();
        undecided.clear();
        for (Sale sale : sales) {
            boolean isExact = sale.sold <= units && sale.sold + sale.lost >= units && (mayDie || sale.lost == 0);
            if (!isExact) {
                broken.add(new Broken(
                        "W2",
                        sale.sold + " of " + units + " of " + sale.product + " are sold; " + sale.refused
                                + " were refused, and " + sale.lost + " will never know"));
            }
        }
        List<Operation<Input, Output>> operations = new ArrayList<>();
        for (Purchase one : purchases) {
            // Each buyer buys once.
            long process = operations.size();
            Input input = new Input.Spend(one.sale.product.key(), 1);
            switch (one.state) {
                case SOLD ->
                    operations.add(
                            Operation.known(process, input, new Output.Accepted(one.mode), one.invoked, one.completed));
                case REFUSED ->
                    operations.add(Operation.known(process, input, new Output.Limit(), one.invoked, one.completed));
                case OPEN, LOST -> operations.add(Operation.unknown(process, input, one.invoked));
                case NOT_DONE -> {}
            }
        }
        Result<Input, Output> result =
                HistoryCheck.check(BoundedCounterModel.stock(units), History.of(operations), options);
        if (result instanceof Result.Invalid) {
            broken.add(new Broken("W2", result.sentence()));
        } else if (!result.isValid()) {
            undecided.add(new Broken("W2", result.sentence()));
        }
    }

    synchronized List<Broken> verdict() {
        List<Broken> all = new ArrayList<>(contradictions);
        all.addAll(broken);
        for (Sale sale : sales) {
            if (all.isEmpty() && sale.sold > units) {
                all.add(new Broken("W2", sale.sold + " were sold of " + units + " of " + sale.product));
            }
        }
        return all;
    }

    synchronized List<Broken> undecided() {
        return List.copyOf(undecided);
    }

    /** What was sold, and who knows. */
    synchronized String summary() {
        long least = sales.stream().mapToLong(sale -> sale.sold).min().orElse(0);
        long most = sales.stream().mapToLong(sale -> sale.sold).max().orElse(0);
        long afterwards = sales.stream().mapToLong(sale -> sale.soldAfterwards).sum();
        long unknown = purchases.stream()
                .filter(purchase -> purchase.state == State.OPEN || purchase.state == State.LOST)
                .count();
        return String.format(
                Locale.ROOT,
                "sold %s of %d in each of %d sales, %d of them after the load; %d unknown, of %d at first; of %d who asked"
                        + " again %s told both yes and no",
                least == most ? String.valueOf(most) : least + " to " + most,
                units,
                sales.size(),
                afterwards,
                unknown,
                notToldAtOnce,
                repeated,
                contradictions.isEmpty() ? "nobody was" : contradictions.size() + " were");
    }
}
