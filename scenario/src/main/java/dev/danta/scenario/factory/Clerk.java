package dev.danta.scenario.factory;

import dev.danta.scenario.Application;
import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Somebody who works in a plant, or buys from it. */
final class Clerk implements Application.Step {
    /** Events of so long are folded together. */
    static final long BUCKET_MICROS = 1_000_000;

    private static final int PERCENT = 100;
    private static final int PIECES_MAX = 5;
    /** One transaction of so many looks at what its counters are, which is not for nothing: all that is held is called in. */
    private static final int LOOKS_EACH = 8;

    private final Plant plant;
    private final Ledger ledger;
    private final Port port;
    private final String name;
    private final List<Order> own = new ArrayList<>();
    private long number;

    Clerk(Plant plant, Ledger ledger, Port port, String name) {
        this.plant = plant;
        this.ledger = ledger;
        this.port = port;
        this.name = name;
    }

    @Override
    public void next(Consumer<Done> then) {
        long dice = port.draw(PERCENT);
        if (dice < 30) {
            order(then);
        } else if (dice < 50) {
            pick(then);
        } else if (dice < 55) {
            cancel(then);
        } else if (dice < 68) {
            receive(then);
        } else if (dice < 76) {
            move(then);
        } else if (dice < 79) {
            lose(then);
        } else if (dice < 86) {
            reserveSlot(then);
        } else if (dice < 89) {
            setMachine(then);
        } else if (dice < 96) {
            promise(then);
        } else if (dice < 97) {
            giveBack(then);
        } else {
            fold(then);
        }
    }

    private int below(int bound) {
        return (int) port.draw(bound);
    }

    private String newName() {
        return name + "." + number++;
    }

    private Sku anySku() {
        return new Sku(below(plant.size().factories()), below(plant.size().skus()));
    }

    // Transactions.

    /** What a transaction found out, and what it saw of counters: the first word of its answer, and the others. */
    private static String answer(String word, Work.Seen seen, List<Work.Counted> looked) {
        StringBuilder text = new StringBuilder(word);
        looked.forEach(counted -> text.append(' ').append(seen.counter(counted.place())));
        return text.toString();
    }

    private List<Work.Counted> looked(List<Work.Counted> counters) {
        return below(LOOKS_EACH) == 0 ? counters : List.of();
    }

    private interface Answered {
        /** @param word what it found out; empty if it did not take effect, or nobody knows */
        void with(Port.Reply reply, String word, List<Long> values);
    }

    private void transact(Work work, List<Work.Counted> looked, Answered then) {
        port.transact(work, ending -> {
            if (!(ending instanceof Work.Ending.Done done)) {
                then.with(Tally.reply(ending), "", List.of());
                return;
            }
            String[] words = done.effect().answer().split(" ");
            List<Long> values = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                values.add(Long.parseLong(words[i]));
            }
            ledger.seen(looked, values, done.effect().spent());
            then.with(Port.Reply.DONE, words[0], values);
        });
    }

    /** How a step ended whose transaction answered {@code word} if it did what it was for. */
    static Ending ending(Port.Reply reply, boolean isAsAsked) {
        return switch (reply) {
            case DONE -> isAsAsked ? Ending.DONE : Ending.DECLINED;
            case NOT_DONE -> Ending.NOT_DONE;
            case UNKNOWN -> Ending.UNKNOWN;
        };
    }

    private static Ending ending(Port.Reply reply) {
        return ending(reply, true);
    }

    /** How a transaction went that did what it was for only if it said so. */
    private static Port.Reply effective(Port.Reply reply, boolean isAsAsked) {
        return reply == Port.Reply.DONE && !isAsAsked ? Port.Reply.NOT_DONE : reply;
    }

    private void tell(int factory, String what, Port.Ack ack, Runnable then) {
        tell(factory, newName(), what, ack, unused -> then.run());
    }

    private void tell(int factory, String id, String what, Port.Ack ack, Consumer<Port.Reply> then) {
        Port.Event event = new Port.Event(id, port.wallMicros(), what);
        ledger.appends(factory, event);
        port.append(plant.events(factory), event, ack, reply -> {
            if (reply == Port.Reply.DONE && ack == Port.Ack.QUORUM) {
                ledger.appended(factory, event);
            }
            then.accept(reply);
        });
    }

    // Orders.

    private void order(Consumer<Done> then) {
        int factory = below(plant.size().factories());
        OrderCode code = new OrderCode(factory, port.draw(plant.size().codes()));
        Order order = new Order(code, newName(), items(factory));
        if (order.rule() == Order.Rule.OF_WHAT_IS_HELD) {
            orderOfWhatIsHeld(order, then);
        } else {
            orderStrictly(order, then);
        }
    }

    private List<Order.Item> items(int factory) {
        TreeSet<Integer> numbers = new TreeSet<>();
        if (below(4) == 0) {
            numbers.add(Goods.BACKORDERABLE.number(below(plant.size().skus() / Goods.KINDS)));
        } else {
            int count = 1 + below(plant.size().itemsMax());
            for (int i = 0; i < count; i++) {
                numbers.add(below(plant.size().skus()));
            }
        }
        return numbers.stream()
                .map(sku -> new Order.Item(new Sku(factory, sku), 1 + port.draw(PIECES_MAX)))
                .toList();
    }

    private void orderOfWhatIsHeld(Order order, Consumer<Done> then) {
        Order.Item item = order.items().get(0);
        Place available = plant.available(item.sku());
        ledger.soldOfWhatIsHeld().begun(available, item.quantity());
        port.spend(available, item.quantity(), Port.Way.RELAXED, spent -> {
            Port.Reply reply = switch (spent.status()) {
                case ACCEPTED -> Port.Reply.DONE;
                case LIMIT, NOT_DONE -> Port.Reply.NOT_DONE;
                case UNKNOWN -> Port.Reply.UNKNOWN;
            };
            ledger.soldOfWhatIsHeld().ended(available, item.quantity(), reply);
            if (reply == Port.Reply.DONE) {
                tell(
                        order.code().factory(),
                        "ordered " + text(order, -1),
                        Port.Ack.ONE,
                        () -> then.accept(new Done("order-held", Ending.DONE)));
            } else if (reply == Port.Reply.UNKNOWN) {
                then.accept(new Done("order-held", Ending.UNKNOWN));
            } else if (below(3) == 0) {
                long amount = 1 + port.draw(1 + plant.size().budget() / 2);
                port.stockUp(available, amount, got -> orderStrictly(order, then));
            } else {
                orderStrictly(order, then);
            }
        });
    }

    private static String text(Order order, int sign) {
        return order.items().stream()
                .map(item -> item.sku().name() + ":" + sign * item.quantity())
                .collect(Collectors.joining(" "));
    }

    private void orderStrictly(Order order, Consumer<Done> then) {
        boolean intoBudget = order.rule() != Order.Rule.STRICT;
        List<Place> records = new ArrayList<>();
        List<Work.Counted> counters = new ArrayList<>();
        records.add(plant.order(order.code()));
        for (Order.Item item : order.items()) {
            records.add(plant.reservation(order.code(), item.sku()));
            counters.add(new Work.Counted(plant.available(item.sku()), item.quantity(), intoBudget));
        }
        List<Work.Counted> looked = looked(counters);
        transact(
                new Work(records, counters, seen -> placing(order, counters, looked, seen)),
                looked,
                (reply, word, values) -> {
                    boolean isPlaced = word.equals("placed");
                    ledger.ordered(order, effective(reply, isPlaced));
                    Done done = new Done("order", ending(reply, isPlaced));
                    if (word.equals("stray")) {
                        ledger.broken("W5", "there is a reservation of " + order.code() + ", which is no order");
                    }
                    if (!isPlaced) {
                        then.accept(done);
                        return;
                    }
                    own.add(order);
                    tell(
                            order.code().factory(),
                            "ordered " + text(order, -1),
                            Port.Ack.QUORUM,
                            () -> publish(order.items().get(0), values, () -> then.accept(done)));
                });
    }

    private Work.Effect placing(Order order, List<Work.Counted> counters, List<Work.Counted> looked, Work.Seen seen) {
        if (seen.value(plant.order(order.code())) != null) {
            return Work.Effect.none(answer("taken", seen, looked));
        }
        Map<Place, @Nullable String> puts = new TreeMap<>();
        puts.put(plant.order(order.code()), order.encode());
        for (Order.Item item : order.items()) {
            Place reservation = plant.reservation(order.code(), item.sku());
            if (seen.value(reservation) != null) {
                return Work.Effect.none(answer("stray", seen, looked));
            }
            puts.put(reservation, new Reservation(item.quantity(), 0, 0).encode());
        }
        List<Place> spent = counters.stream().map(Work.Counted::place).toList();
        return spent.stream().allMatch(seen::enough)
                ? new Work.Effect(answer("placed", seen, looked), puts, spent, new TreeMap<>(), new TreeMap<>())
                : Work.Effect.none(answer("short", seen, looked));
    }

    /** Says what was seen to be left, if it was, for those who only want to know about. */
    private void publish(Order.Item item, List<Long> values, Runnable then) {
        if (values.isEmpty()) {
            then.run();
        } else {
            port.put(
                    plant.promise(item.sku()),
                    Long.toString(values.get(0) - item.quantity()),
                    Port.Ack.ONE,
                    reply -> then.run());
        }
    }

    /** What is said before anybody has to decide: from what is there, or later; one replica is asked. */
    private void promise(Consumer<Done> then) {
        port.read(
                plant.promise(anySku()),
                Port.Look.LOCAL,
                found -> then.accept(
                        new Done("promise", found instanceof Port.Found.Value ? Ending.DONE : Ending.NOT_DONE)));
    }

    private @Nullable Order someOrder() {
        return own.isEmpty() || below(4) == 0 ? ledger.anyOpen(port) : own.get(below(own.size()));
    }

    private void pick(Consumer<Done> then) {
        Order order = someOrder();
        if (order == null) {
            then.accept(new Done("pick", Ending.DECLINED));
            return;
        }
        Order.Item item = order.items().get(below(order.items().size()));
        Place reservation = plant.reservation(order.code(), item.sku());
        long amount = 1 + port.draw(2);
        Place bin = plant.onHand(item.sku(), below(plant.size().locations()));
        List<Work.Counted> counters = List.of(Work.Counted.spend(bin, amount));
        List<Work.Counted> looked = looked(counters);
        ledger.picked().begun(reservation, amount);
        Work work = new Work(List.of(reservation), counters, seen -> {
            Reservation now = Reservation.decode(seen.value(reservation));
            if (now == null || !now.isSound()) {
                return Work.Effect.none(answer(now == null ? "gone" : "unsound", seen, looked));
            }
            if (now.open() < amount || !seen.enough(bin)) {
                return Work.Effect.none(answer(now.open() < amount ? "over" : "empty", seen, looked));
            }
            return new Work.Effect(
                    answer("picked", seen, looked),
                    put(reservation, now.picking(amount).encode()),
                    List.of(bin),
                    new TreeMap<>(),
                    new TreeMap<>());
        });
        transact(work, looked, (reply, word, values) -> {
            boolean isPicked = word.equals("picked");
            ledger.picked().ended(reservation, amount, effective(reply, isPicked));
            checkReservation(reservation, word);
            then.accept(new Done("pick", ending(reply, isPicked)));
        });
    }

    private void checkReservation(Place reservation, String word) {
        if (word.equals("gone")) {
            ledger.broken("W5", reservation + " is not there, and its order was placed");
        } else if (word.equals("unsound")) {
            ledger.broken("W1", "more is picked of " + reservation + " than it has");
        }
    }

    private static Map<Place, @Nullable String> put(Place place, String value) {
        Map<Place, @Nullable String> puts = new TreeMap<>();
        puts.put(place, value);
        return puts;
    }

    private void cancel(Consumer<Done> then) {
        Order order = someOrder();
        if (order == null) {
            then.accept(new Done("cancel", Ending.DECLINED));
            return;
        }
        own.remove(order);
        ledger.closed(order);
        List<Place> records = new ArrayList<>();
        List<Work.Counted> counters = new ArrayList<>();
        for (Order.Item item : order.items()) {
            Place reservation = plant.reservation(order.code(), item.sku());
            records.add(reservation);
            counters.add(Work.Counted.look(plant.available(item.sku())));
            ledger.released().begun(reservation, item.quantity());
        }
        Map<Place, Long> open = new TreeMap<>();
        Work work = new Work(records, counters, seen -> releasing(order, seen));
        port.transact(work, ending -> {
            Port.Reply reply = Tally.reply(ending);
            if (ending instanceof Work.Ending.Done done) {
                open.putAll(done.effect().gained());
            }
            StringBuilder text = new StringBuilder();
            for (Order.Item item : order.items()) {
                long released = open.getOrDefault(plant.available(item.sku()), 0L);
                ledger.released().ended(plant.reservation(order.code(), item.sku()), item.quantity(), released, reply);
                text.append(' ').append(item.sku().name()).append(':').append(released);
            }
            Done done = new Done("cancel", ending(reply, !open.isEmpty()));
            if (open.isEmpty()) {
                then.accept(done);
            } else {
                tell(order.code().factory(), "released" + text, Port.Ack.QUORUM, () -> then.accept(done));
            }
        });
    }

    /** Gives back what is open of each of its reservations; done again, there is nothing any more. */
    private Work.Effect releasing(Order order, Work.Seen seen) {
        Map<Place, @Nullable String> puts = new TreeMap<>();
        Map<Place, Long> gained = new TreeMap<>();
        for (Order.Item item : order.items()) {
            Place place = plant.reservation(order.code(), item.sku());
            Reservation now = Reservation.decode(seen.value(place));
            if (now != null && now.open() > 0) {
                puts.put(place, now.releasing().encode());
                gained.put(plant.available(item.sku()), now.open());
            }
        }
        return new Work.Effect("released", puts, List.of(), gained, new TreeMap<>());
    }

    // Goods.

    private void receive(Consumer<Done> then) {
        Sku sku = anySku();
        long amount = 1 + port.draw(Math.max(1, plant.size().perBin() / 2));
        Place bin = plant.onHand(sku, below(plant.size().locations()));
        gain(
                bin,
                amount,
                into -> gain(
                        plant.available(sku),
                        amount,
                        forSale -> tell(
                                sku.factory(),
                                "received " + sku.name() + ":" + amount,
                                Port.Ack.QUORUM,
                                () -> then.accept(
                                        new Done("receive", ending(into == Port.Reply.DONE ? forSale : into))))));
    }

    private void gain(Place counter, long amount, Consumer<Port.Reply> then) {
        ledger.gained().begun(counter, amount);
        port.gain(counter, amount, reply -> {
            ledger.gained().ended(counter, amount, reply);
            then.accept(reply);
        });
    }

    private void move(Consumer<Done> then) {
        Sku sku = anySku();
        int locations = plant.size().locations();
        int from = below(locations);
        Place source = plant.onHand(sku, from);
        Place target = plant.onHand(sku, (from + 1 + below(Math.max(1, locations - 1))) % locations);
        if (source.equals(target)) {
            then.accept(new Done("move", Ending.DECLINED));
            return;
        }
        long amount = 1 + port.draw(PIECES_MAX);
        List<Work.Counted> counters = List.of(Work.Counted.spend(source, amount), Work.Counted.look(target));
        List<Work.Counted> looked = looked(counters);
        Work work = new Work(
                List.of(),
                counters,
                seen -> seen.enough(source)
                        ? new Work.Effect(
                                answer("moved", seen, looked),
                                new TreeMap<>(),
                                List.of(source),
                                new TreeMap<>(Map.of(target, amount)),
                                new TreeMap<>())
                        : Work.Effect.none(answer("empty", seen, looked)));
        transact(
                work,
                looked,
                (reply, word, values) -> then.accept(new Done("move", ending(reply, word.equals("moved")))));
    }

    /** What is lost is lost, whoever it was promised to: if it was, that is said. */
    private void lose(Consumer<Done> then) {
        Sku sku = anySku();
        long amount = 1 + port.draw(PIECES_MAX);
        String id = newName();
        Place loss = plant.loss(id);
        Place bin = plant.onHand(sku, below(plant.size().locations()));
        Place available = plant.available(sku);
        List<Work.Counted> counters = List.of(Work.Counted.spend(bin, amount), Work.Counted.spend(available, amount));
        List<Work.Counted> looked = looked(counters);
        Work work = new Work(List.of(loss), counters, seen -> {
            if (seen.value(loss) != null || !seen.enough(bin)) {
                return Work.Effect.none(answer("wrong", seen, looked));
            }
            boolean isShort = !seen.enough(available);
            return new Work.Effect(
                    answer(isShort ? "short" : "lost", seen, looked),
                    put(loss, (isShort ? "short " : "lost ") + amount),
                    isShort ? List.of(bin) : List.of(bin, available),
                    new TreeMap<>(),
                    new TreeMap<>());
        });
        transact(work, looked, (reply, word, values) -> {
            boolean isShort = word.equals("short");
            Port.Reply told = effective(reply, isShort || word.equals("lost"));
            ledger.lost(id, new Ledger.Loss(sku, amount, told));
            Done done = new Done("loss", ending(reply, told == Port.Reply.DONE));
            if (told != Port.Reply.DONE) {
                then.accept(done);
                return;
            }
            tell(sku.factory(), "lost " + sku.name() + ":" + -amount, Port.Ack.QUORUM, () -> {
                if (isShort) {
                    sayShort(sku.factory(), id, sku, amount, unused -> then.accept(done));
                } else {
                    then.accept(done);
                }
            });
        });
    }

    /** The id of the event that says that a loss has left less than is promised. */
    static String shortage(String loss) {
        return "short." + loss;
    }

    /** Says of a loss that less is left than is promised. */
    void sayShort(int factory, String loss, Sku sku, long amount, Consumer<Port.Reply> then) {
        tell(factory, shortage(loss), "short/" + amount + " " + sku.name() + ":0", Port.Ack.QUORUM, then);
    }

    // Lines.

    private void reserveSlot(Consumer<Done> then) {
        Place slot =
                plant.slot(below(plant.size().factories()), below(plant.size().slots()));
        long amount = 1 + port.draw(3);
        ledger.slots().begun(slot, amount);
        port.spend(slot, amount, Port.Way.STRICT, spent -> {
            switch (spent.status()) {
                case ACCEPTED -> ledger.slots().ended(slot, amount, Port.Reply.DONE);
                case LIMIT, NOT_DONE -> ledger.slots().ended(slot, amount, Port.Reply.NOT_DONE);
                case UNKNOWN -> ledger.slots().ended(slot, amount, Port.Reply.UNKNOWN);
            }
            if (spent.status() == Port.Spent.Status.LIMIT) {
                // Nothing is ever released: were there space for it now, there was when it was refused.
                long most = ledger.slots().of(slot).most();
                if (most + amount <= plant.size().capacity()) {
                    ledger.broken("W8", amount + " were refused of " + slot + ", where " + most + " were used at most");
                }
            }
            then.accept(new Done(
                    "slot",
                    switch (spent.status()) {
                        case ACCEPTED -> Ending.DONE;
                        case LIMIT -> Ending.DECLINED;
                        case NOT_DONE -> Ending.NOT_DONE;
                        case UNKNOWN -> Ending.UNKNOWN;
                    }));
        });
    }

    private void setMachine(Consumer<Done> then) {
        Place machine = plant.machine(
                below(plant.size().factories()), below(plant.size().slots()));
        String status = (below(2) == 0 ? "up " : "down ") + newName();
        ledger.putStatus(machine, status);
        port.put(
                machine,
                status,
                below(2) == 0 ? Port.Ack.ONE : Port.Ack.QUORUM,
                reply -> then.accept(new Done("machine", ending(reply))));
    }

    private void giveBack(Consumer<Done> then) {
        Sku sku = anySku();
        if (sku.goods() != Goods.BACKORDERABLE) {
            then.accept(new Done("give-back", Ending.DECLINED));
            return;
        }
        port.giveBack(plant.available(sku), reply -> then.accept(new Done("give-back", ending(reply))));
    }

    // Views.

    /** Brings the view of the last while up to date. */
    private void fold(Consumer<Done> then) {
        int factory = below(plant.size().factories());
        long bucket = port.wallMicros() / BUCKET_MICROS - below(2);
        fold(factory, bucket, reply -> then.accept(new Done("fold", ending(reply))));
    }

    /** Folds the events of a while into the view of it. */
    void fold(int factory, long bucket, Consumer<Port.Reply> then) {
        long from = bucket * BUCKET_MICROS;
        port.events(plant.events(factory), from, from + BUCKET_MICROS, Port.Look.QUORUM, found -> {
            if (!(found instanceof Port.Found.Value<List<Port.Event>> events)) {
                then.accept(Port.Reply.NOT_DONE);
                return;
            }
            Place view = plant.view(factory, bucket);
            Work work = new Work(List.of(view), List.of(), seen -> {
                StockView before = StockView.decode(seen.value(view));
                StockView after = before.with(events.value());
                return after.equals(before)
                        ? Work.Effect.none("folded")
                        : new Work.Effect(
                                "folded", put(view, after.encode()), List.of(), new TreeMap<>(), new TreeMap<>());
            });
            port.transact(work, ending -> {
                if (ending instanceof Work.Ending.Done) {
                    ledger.folded(
                            view, events.value().stream().map(Port.Event::id).toList());
                }
                then.accept(Tally.reply(ending));
            });
        });
    }
}
