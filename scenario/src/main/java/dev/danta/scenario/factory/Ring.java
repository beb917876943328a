package dev.danta.scenario.factory;

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

/** Places with a unit each, which is handed on from one to the next, round and round: none is lost, none comes from nowhere. */
final class Ring implements Application {
    /** So many places are looked at in one transaction, at most. */
    private static final int LOOKED_AT_MAX = 16;

    private final List<Place> places = new ArrayList<>();
    private final Collection ring = Collection.atLeast("ring", 0, 1, 0);
    private final List<Broken> broken = new ArrayList<>();

    Ring(int size) {
        for (int i = 0; i < size; i++) {
            places.add(ring.at("p" + i));
        }
    }

    @Override
    public String name() {
        return Factory.NAME;
    }

    @Override
    public List<Collection> collections() {
        return List.of(ring);
    }

    @Override
    public void prepare(Port port, Consumer<Boolean> then) {
        then.accept(true);
    }

    @Override
    public Step newUser(Port port) {
        return then -> {
            if (places.size() <= LOOKED_AT_MAX && port.draw(10) == 0) {
                count(port, places, (ending, sum) -> {
                    if (ending == Ending.DONE) {
                        judge(sum);
                    }
                    then.accept(new Done("count", ending));
                });
            } else {
                handOn(port, then);
            }
        };
    }

    private void handOn(Port port, Consumer<Done> then) {
        int from = (int) port.draw(places.size());
        Place source = places.get(from);
        Place target = places.get((from + 1) % places.size());
        Work work = new Work(
                List.of(),
                List.of(Work.Counted.spend(source, 1), Work.Counted.look(target)),
                seen -> seen.enough(source)
                        ? new Work.Effect(
                                "moved",
                                new TreeMap<>(),
                                List.of(source),
                                new TreeMap<>(Map.of(target, 1L)),
                                new TreeMap<>())
                        : Work.Effect.none("empty"));
        port.transact(work, ending -> {
            boolean isMoved = ending instanceof Work.Ending.Done done
                    && done.effect().answer().equals("moved");
            then.accept(new Done("move", Desk.ending(Tally.reply(ending), isMoved)));
        });
    }

    private interface Counted {
        void with(Ending ending, long sum);
    }

    /** How many units there are at some places, at one moment. */
    private void count(Port port, List<Place> some, Counted then) {
        Work work = new Work(List.of(), some.stream().map(Work.Counted::look).toList(), seen -> {
            StringBuilder answer = new StringBuilder();
            some.forEach(place -> answer.append(seen.counter(place)).append(' '));
            return Work.Effect.none(answer.toString());
        });
        port.transact(work, ending -> {
            long sum = 0;
            if (ending instanceof Work.Ending.Done done) {
                for (String word : done.effect().answer().split(" ")) {
                    long units = Long.parseLong(word);
                    if (units < 0) {
                        broken("W1", "a place has " + units);
                    }
                    sum += units;
                }
            }
            then.with(Desk.ending(Tally.reply(ending), true), sum);
        });
    }

    private void judge(long sum) {
        if (sum != places.size()) {
            broken("W7", sum + " units are in a ring of " + places.size());
        }
    }

    private synchronized void broken(String law, String what) {
        broken.add(new Broken(law, what));
    }

    @Override
    public void audit(Port port, Consumer<Boolean> then) {
        List<List<Place>> batches = new ArrayList<>();
        for (int from = 0; from < places.size(); from += LOOKED_AT_MAX) {
            batches.add(places.subList(from, Math.min(places.size(), from + LOOKED_AT_MAX)));
        }
        long[] sum = new long[1];
        Sequence.run(
                batches,
                (batch, next) -> count(port, batch, (ending, units) -> {
                    sum[0] += ending == Ending.DONE ? units : 0;
                    next.accept(ending == Ending.DONE);
                }),
                isCounted -> {
                    if (isCounted) {
                        judge(sum[0]);
                    }
                    then.accept(isCounted);
                });
    }

    @Override
    public synchronized List<Broken> verdict() {
        return List.copyOf(broken);
    }
}
