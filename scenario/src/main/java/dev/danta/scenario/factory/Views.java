package dev.danta.scenario.factory;

import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Folds what has happened into views, and follows what happens. */
final class Views extends Desk {
    /** Events of so long are folded together. */
    static final long BUCKET_MICROS = 1_000_000;

    Views(Plant plant, Ledger ledger, Port port, String name) {
        super(plant, ledger, port, name);
    }

    /** Brings the view of the last while up to date. */
    void fold(Consumer<Done> then) {
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

    /** Brings the board up to date with what has changed, unless somebody else is about it. */
    void watch(Board board, Consumer<Done> then) {
        board.update(port, isDone -> then.accept(new Done("watch", isDone ? Ending.DONE : Ending.DECLINED)));
    }
}
