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
import org.jspecify.annotations.Nullable;

/** Reserves slots of lines, and says which of their machines run. */
final class Lines extends Desk {
    /** So the status of a machine begins that does not run. */
    static final String DOWN = "down ";

    Lines(Plant plant, Ledger ledger, Port port, String name) {
        super(plant, ledger, port, name);
    }

    /** Less than there is space for, strictly; and who has it is written down in the same transaction. */
    void reserveSlot(Consumer<Done> then) {
        Place slot =
                plant.slot(below(plant.size().factories()), below(plant.size().slots()));
        Place booked = Plant.booked(slot);
        long amount = 1 + port.draw(3);
        String booking = newName() + ":" + amount;
        ledger.slots().begun(slot, amount);
        Work work = new Work(List.of(booked), List.of(Work.Counted.spend(slot, amount)), seen -> {
            if (!seen.enough(slot)) {
                return Work.Effect.none("full");
            }
            String before = seen.value(booked);
            Map<Place, @Nullable String> puts = put(booked, before == null ? booking : before + " " + booking);
            return new Work.Effect("reserved", puts, List.of(slot), new TreeMap<>(), new TreeMap<>());
        });
        transact(work, List.of(), (reply, word, values) -> {
            boolean isReserved = word.equals("reserved");
            ledger.slots().ended(slot, amount, effective(reply, isReserved));
            if (word.equals("full")) {
                // Nothing is ever released: were there space for it now, there was when it was refused.
                long most = ledger.slots().of(slot).most();
                if (most + amount <= plant.size().capacity()) {
                    ledger.broken("W8", amount + " were refused of " + slot + ", where " + most + " were used at most");
                }
            }
            Ending ending = ending(reply, isReserved);
            then.accept(new Done("slot", ending));
        });
    }

    /** A machine goes down, or runs again: whoever says so last is right. */
    void setMachine(Consumer<Done> then) {
        Place machine = plant.machine(
                below(plant.size().factories()), below(plant.size().slots()));
        String status = (below(2) == 0 ? "up " : DOWN) + newName();
        ledger.putStatus(machine, status);
        port.put(
                machine,
                status,
                below(2) == 0 ? Port.Ack.ONE : Port.Ack.QUORUM,
                reply -> then.accept(new Done("machine", ending(reply))));
    }
}
