package dev.danta.scenario.factory;

import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Receives goods, moves and loses them, and gives back what is held for orders. */
final class Store extends Desk {
    Store(Plant plant, Ledger ledger, Port port, String name) {
        super(plant, ledger, port, name);
    }

    void receive(Consumer<Done> then) {
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

    void move(Consumer<Done> then) {
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
    void lose(Consumer<Done> then) {
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

    void giveBack(Consumer<Done> then) {
        Sku sku = anySku();
        if (sku.goods() != Goods.BACKORDERABLE) {
            then.accept(new Done("give-back", Ending.DECLINED));
            return;
        }
        port.giveBack(plant.available(sku), reply -> then.accept(new Done("give-back", ending(reply))));
    }
}
