package dev.danta.scenario.factory;

import dev.danta.scenario.Broken;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Holds what is there against what users were told. */
final class Judge {
    /** Of each law. */
    private static final int BROKEN_MAX = 5;

    private final Plant plant;
    private final Ledger ledger;
    private final Stocktaking stock;
    private final List<Broken> broken = new ArrayList<>();
    private final SortedMap<Sku, Sums> sums = new TreeMap<>();

    /** What is on record of a product. */
    private static final class Sums {
        private long reserved;
        private long picked;
        private long released;
        private long lost;
        private long lostOfWhatWasForSale;
    }

    Judge(Plant plant, Ledger ledger, Stocktaking stock) {
        this.plant = plant;
        this.ledger = ledger;
        this.stock = stock;
        plant.skus().forEach(sku -> sums.put(sku, new Sums()));
    }

    List<Broken> verdict() {
        ledger.attempts().forEach(this::judgeOrder);
        ledger.losses().forEach(this::judgeLoss);
        sums.forEach(this::judgeStock);
        plant.slots().forEach(this::judgeSlot);
        ledger.statuses().forEach(this::judgeMachine);
        for (int factory = 0; factory < plant.size().factories(); factory++) {
            judgeEvents(factory);
        }
        judgeBoard();
        stock.forgetful().forEach(view -> law("W9", false, view + " has lost what was folded into it"));
        return broken;
    }

    private void law(String law, boolean holds, String what) {
        if (!holds && broken.stream().filter(one -> one.id().equals(law)).count() < BROKEN_MAX) {
            broken.add(new Broken(law, what));
        }
    }

    private Sums sums(Sku sku) {
        return sums.computeIfAbsent(sku, unused -> new Sums());
    }

    private void judgeOrder(OrderCode code, List<Ledger.Attempt> attempts) {
        Order there = Order.decode(code, stock.record(plant.order(code)));
        Order owner = null;
        for (Ledger.Attempt attempt : attempts) {
            boolean isThere =
                    there != null && there.buyer().equals(attempt.order().buyer());
            owner = isThere ? attempt.order() : owner;
            String who = attempt.order().buyer() + "'s order " + code;
            law("W5", attempt.told() != Port.Reply.DONE || isThere, who + " was placed and is not there: " + there);
            law("W5", attempt.told() != Port.Reply.NOT_DONE || !isThere, who + " was not placed and is there");
        }
        law("W6", there == null || owner != null, code + " is nobody's: " + there);
        SortedMap<Sku, Long> wanted = new TreeMap<>();
        attempts.forEach(attempt -> attempt.order().items().forEach(item -> wanted.put(item.sku(), 0L)));
        if (owner != null) {
            owner.items().forEach(item -> wanted.put(item.sku(), item.quantity()));
        }
        wanted.forEach((sku, quantity) -> judgeReservation(code, sku, quantity));
    }

    private void judgeReservation(OrderCode code, Sku sku, long quantity) {
        Place place = plant.reservation(code, sku);
        Reservation there = Reservation.decode(stock.record(place));
        law(
                "W5",
                there == null ? quantity == 0 : there.quantity() == quantity,
                place + " is " + there + ", and of " + sku + " were ordered " + quantity);
        if (there == null) {
            return;
        }
        law("W1", there.isSound(), "more is picked or released of " + place + " than it has: " + there);
        Tally.Range picked = ledger.picked().of(place);
        Tally.Range released = ledger.released().of(place);
        law("W4", picked.has(there.picked()), place + " is " + there + ", and picked were " + picked);
        law("W4", released.has(there.released()), place + " is " + there + ", and released were " + released);
        Sums sum = sums(sku);
        sum.reserved += there.quantity();
        sum.picked += there.picked();
        sum.released += there.released();
    }

    private void judgeLoss(String id, Ledger.Loss loss) {
        String there = stock.record(plant.loss(id));
        law("W2", loss.told() != Port.Reply.DONE || there != null, "loss " + id + " was reported and is not there");
        law("W2", loss.told() != Port.Reply.NOT_DONE || there == null, "loss " + id + " was not, and is there");
        if (there == null) {
            return;
        }
        Sums sum = sums(loss.sku());
        sum.lost += loss.amount();
        if (there.startsWith("short ")) {
            law(
                    "W2",
                    stock.events(loss.sku().factory()).containsKey(Store.shortage(id)),
                    "loss " + id + " leaves less of " + loss.sku() + " than is promised, and nobody says so");
        } else {
            sum.lostOfWhatWasForSale += loss.amount();
        }
    }

    private void judgeStock(Sku sku, Sums sum) {
        Size size = plant.size();
        Tally.Range inBins = new Tally.Range(0, 0);
        long found = 0;
        for (Place bin : plant.bins(sku)) {
            inBins = inBins.plus(ledger.gained().of(bin)).plus(size.perBin());
            found += stock.counter(bin);
        }
        inBins = inBins.plus(-sum.picked - sum.lost);
        law("W7", inBins.has(found), found + " of " + sku + " are in its bins, and should be " + inBins);

        Place available = plant.available(sku);
        Tally.Range forSale = ledger.gained()
                .of(available)
                .plus(size.perBin() * size.locations() - sum.reserved + sum.released - sum.lostOfWhatWasForSale)
                .minus(ledger.soldOfWhatIsHeld().of(available));
        long left = stock.counter(available);
        boolean isBackorderable = sku.goods() == Goods.BACKORDERABLE;
        // What clients hold to sell of it counts as sold, also where they have died with it.
        boolean isSo = isBackorderable ? left <= forSale.most() : forSale.has(left);
        law(isBackorderable ? "W3" : "W2", isSo, left + " of " + sku + " are for sale, and should be " + forSale);
    }

    private void judgeSlot(Place slot) {
        Tally.Range used = ledger.slots().of(slot);
        long there = stock.counter(slot);
        long capacity = plant.size().capacity();
        law("W8", used.least() <= capacity, used + " of " + slot + " were reserved, and it has " + capacity);
        long booked = stock.booked(slot);
        law("W8", booked == there, slot + " is " + there + ", and " + booked + " are booked of it");
        law("W8", there <= capacity && used.has(there), slot + " is " + there + ", and reserved were " + used);
    }

    /** Of what hangs in the office nothing is missing, and nothing is there that is not so. */
    private void judgeBoard() {
        Board board = stock.board();
        String difference = stock.boardDiffers();
        law("W9", difference == null, "what hangs in the office is not so: " + difference);
        for (int factory = 0; factory < plant.size().factories(); factory++) {
            SortedMap<String, Port.Event> appended = ledger.events(factory);
            board.stock(factory).events().forEach((id, what) -> {
                Port.Event event = appended.get(id);
                law(
                        "W9",
                        event != null && event.what().equals(what),
                        "nobody has told " + what + ", which hangs there");
            });
        }
    }

    private void judgeMachine(Place machine, SortedSet<String> put) {
        String there = stock.status(machine);
        law("W9", there == null || put.contains(there), machine + " is " + there + ", which nobody has said");
    }

    private void judgeEvents(int factory) {
        Map<String, Port.Event> there = stock.events(factory);
        SortedMap<String, Port.Event> appended = ledger.events(factory);
        for (String id : ledger.acknowledged(factory)) {
            law("W9", there.containsKey(id), "event " + id + " was acknowledged and is not there");
        }
        there.forEach((id, event) -> law("W9", event.equals(appended.get(id)), "nobody has told " + event));
        StockView fold = StockView.EMPTY.with(there.values());
        StockView view = stock.view(factory);
        law("W9", view.changes().equals(fold.changes()), "a view is " + view.changes() + ", not " + fold.changes());
        long most = plant.size().perBin();
        law(
                "W9",
                view.reorder(most).equals(fold.reorder(most)),
                "the list to re-order is " + view.reorder(most) + ", not " + fold.reorder(most));
    }
}
