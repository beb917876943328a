package dev.danta.scenario.factory;

import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What everybody needs who works in a plant. */
abstract class Desk {
    /** One transaction of so many looks at what its counters are, which is not for nothing: all that is held is called in. */
    private static final int LOOKS_EACH = 8;

    static final int PIECES_MAX = 5;

    final Plant plant;
    final Ledger ledger;
    final Port port;
    private final String name;
    private long number;

    /** @param name of whoever works there; no two desks have the same */
    Desk(Plant plant, Ledger ledger, Port port, String name) {
        this.plant = plant;
        this.ledger = ledger;
        this.port = port;
        this.name = name;
    }

    int below(int bound) {
        return (int) port.draw(bound);
    }

    String newName() {
        return name + "." + number++;
    }

    Sku anySku() {
        return new Sku(below(plant.size().factories()), below(plant.size().skus()));
    }

    /** What a transaction found out, and what it saw of counters: the first word of its answer, and the others. */
    static String answer(String word, Work.Seen seen, List<Work.Counted> looked) {
        StringBuilder text = new StringBuilder(word);
        looked.forEach(counted -> text.append(' ').append(seen.counter(counted.place())));
        return text.toString();
    }

    List<Work.Counted> looked(List<Work.Counted> counters) {
        return below(LOOKS_EACH) == 0 ? counters : List.of();
    }

    interface Answered {
        /** @param word what it found out; empty if it did not take effect, or nobody knows */
        void with(Port.Reply reply, String word, List<Long> values);
    }

    void transact(Work work, List<Work.Counted> looked, Answered then) {
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

    static Ending ending(Port.Reply reply) {
        return ending(reply, true);
    }

    /** How a transaction went that did what it was for only if it said so. */
    static Port.Reply effective(Port.Reply reply, boolean isAsAsked) {
        return reply == Port.Reply.DONE && !isAsAsked ? Port.Reply.NOT_DONE : reply;
    }

    void tell(int factory, String what, Port.Ack ack, Runnable then) {
        tell(factory, newName(), what, ack, unused -> then.run());
    }

    void tell(int factory, String id, String what, Port.Ack ack, Consumer<Port.Reply> then) {
        Port.Event event = new Port.Event(id, port.wallMicros(), what);
        ledger.appends(factory, event);
        port.append(plant.events(factory), event, ack, reply -> {
            if (reply == Port.Reply.DONE && ack == Port.Ack.QUORUM) {
                ledger.appended(factory, event);
            }
            then.accept(reply);
        });
    }

    static Map<Place, @Nullable String> put(Place place, String value) {
        Map<Place, @Nullable String> puts = new TreeMap<>();
        puts.put(place, value);
        return puts;
    }
}
