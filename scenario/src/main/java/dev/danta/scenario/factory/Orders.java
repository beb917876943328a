package dev.danta.scenario.factory;

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

/** Takes orders, picks them, and cancels them. */
final class Orders extends Desk {
    private final List<Order> own = new ArrayList<>();

    Orders(Plant plant, Ledger ledger, Port port, String name) {
        super(plant, ledger, port, name);
    }

    void order(Consumer<Done> then) {
        int factory = below(plant.size().factories());
        OrderCode code = new OrderCode(factory, port.draw(plant.size().codes()));
        order(new Order(code, newName(), items(factory)), then);
    }

    private void order(Order order, Consumer<Done> then) {
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
            Place register = plant.promise(item.sku());
            String left = Long.toString(values.get(0) - item.quantity());
            ledger.publishes(register, left);
            port.put(register, left, Port.Ack.ONE, reply -> then.run());
        }
    }

    /**
     * What somebody is told before the checkout: of each item how much is left, as was published last, and when it comes; one
     * replica is asked. Half of those who ask order then.
     */
    void promise(Consumer<Done> then) {
        int factory = below(plant.size().factories());
        List<Order.Item> items = items(factory);
        List<Promise> promises = new ArrayList<>();
        Sequence.<Order.Item>run(items, (item, next) -> promised(item, promises, next), isRead -> {
            boolean comesAll = promises.stream().allMatch(promise -> promise.days() != Promise.NEVER);
            if (isRead && comesAll && below(2) == 0) {
                order(new Order(new OrderCode(factory, port.draw(plant.size().codes())), newName(), items), then);
            } else {
                then.accept(new Done("promise", isRead ? Ending.DONE : Ending.NOT_DONE));
            }
        });
    }

    private void promised(Order.Item item, List<Promise> into, Consumer<Boolean> then) {
        Place register = plant.promise(item.sku());
        port.read(register, Port.Look.LOCAL, found -> {
            if (found instanceof Port.Found.Value<@Nullable String> value) {
                if (value.value() != null && !ledger.isPublished(register, value.value())) {
                    ledger.broken("W9", register + " is " + value.value() + ", which nobody has published");
                }
                into.add(Promise.of(item, value.value(), plant.size()));
            }
            then.accept(found instanceof Port.Found.Value);
        });
    }

    private @Nullable Order someOrder() {
        return own.isEmpty() || below(4) == 0 ? ledger.anyOpen(port) : own.get(below(own.size()));
    }

    void pick(Consumer<Done> then) {
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

    void cancel(Consumer<Done> then) {
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
}
