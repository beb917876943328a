package dev.danta.scenario.pool;

import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what is there when all is quiet: reservations, pools, and what everybody reads of them. */
final class PoolAudit {
    private static final int AT_ONCE = 50;

    private final Port port;
    private final PoolSettings settings;
    private final PoolWork work;
    private final PoolBook book;
    private final Consumer<Boolean> then;
    private final Map<String, String> records = new TreeMap<>();
    private final Map<String, Long> used = new TreeMap<>();

    PoolAudit(Port port, PoolSettings settings, PoolWork work, PoolBook book, Consumer<Boolean> then) {
        this.port = port;
        this.settings = settings;
        this.work = work;
        this.book = book;
        this.then = then;
    }

    void begin() {
        book.beginAudit();
        long left = book.quietSinceNanos() + settings.trueWithin().toNanos() - port.nowNanos();
        port.after(Math.max(0, left), () -> reservations(book.ids(), 0));
    }

    private void reservations(List<String> ids, int from) {
        if (from >= ids.size()) {
            pool(0);
            return;
        }
        List<String> some = ids.subList(from, Math.min(ids.size(), from + AT_ONCE));
        List<Place> places = some.stream().map(work::reservation).toList();
        List<@Nullable String> found = new ArrayList<>();
        Work look = new Work(places, List.of(), seen -> {
            found.clear();
            places.forEach(place -> found.add(seen.value(place)));
            return Work.Effect.none("");
        });
        port.transact(look, ending -> {
            if (!(ending instanceof Work.Ending.Done)) {
                then.accept(false);
                return;
            }
            for (int i = 0; i < some.size(); i++) {
                String record = found.get(i);
                if (record != null) {
                    records.put(some.get(i), record);
                }
            }
            reservations(ids, from + AT_ONCE);
        });
    }

    private void pool(int number) {
        if (number == settings.pools()) {
            book.audit(records, used);
            book.judge();
            then.accept(true);
            return;
        }
        String pool = settings.pool(number);
        Place counter = work.used(pool);
        Place state = work.state(pool);
        Work look = new Work(
                List.of(state),
                List.of(Work.Counted.look(counter)),
                seen -> Work.Effect.none(seen.counter(counter) + " "
                        + work.stateOf(seen.value(state)).flips()));
        PoolBook.Asked asked = book.asks(new PoolModel.Input.Look(pool), port.nowNanos());
        port.transact(look, ending -> {
            if (!(ending instanceof Work.Ending.Done done)) {
                book.failed(asked);
                then.accept(false);
                return;
            }
            List<String> words = List.of(done.effect().answer().split(" ", -1));
            long units = Long.parseLong(words.get(0));
            used.put(pool, units);
            book.answered(asked, new PoolModel.Output.Used(units), port.nowNanos());
            availability(number, Long.parseLong(words.get(1)));
        });
    }

    private void availability(int number, long flips) {
        String pool = settings.pool(number);
        port.read(work.availability(pool), Port.Look.LOCAL, found -> {
            if (!(found instanceof Port.Found.Value<@Nullable String> value)) {
                then.accept(false);
                return;
            }
            // Who was cut short had no chance to say it.
            if (book.isPublished(pool, flips) && PoolUser.flipsOf(value.value()) != flips) {
                book.found(
                        "C4", pool + " has flipped " + flips + " times, and what everybody reads is " + value.value());
            }
            pool(number + 1);
        });
    }
}
