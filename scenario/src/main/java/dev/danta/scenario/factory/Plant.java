package dev.danta.scenario.factory;

import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Where everything is that a plant of some size keeps. Immutable. */
final class Plant {
    private static final int LINES = 2;

    private final Size size;
    private final Map<Goods, Collection> available = new EnumMap<>(Goods.class);
    private final Collection onHand;
    private final Collection slots;
    private final Collection orders = Collection.records("orders");
    private final Collection reservations = Collection.records("reservations");
    private final Collection losses = Collection.records("losses");
    private final Collection views = Collection.records("stock-views");
    private final Collection machines = Collection.registers("machines");
    private final Collection promises = Collection.registers("promises");
    private final Collection events = Collection.streams("stock-events");
    /** Beside the slots, under the same keys. */
    private static final Collection BOOKINGS = Collection.records("slot-bookings");

    Plant(Size size) {
        this.size = size;
        long initial = size.perBin() * size.locations();
        for (Goods goods : Goods.values()) {
            long allowance = goods == Goods.BACKORDERABLE ? size.budget() : 0;
            available.put(goods, Collection.atLeast(goods.available(), 0, initial, allowance));
        }
        onHand = Collection.atLeast("on-hand", 0, size.perBin(), 0);
        slots = Collection.atMost("slots", size.capacity(), 0, 0);
    }

    Size size() {
        return size;
    }

    List<Collection> collections() {
        List<Collection> all = new ArrayList<>(available.values());
        all.addAll(List.of(onHand, slots, orders, reservations, losses, views, machines, promises, events, BOOKINGS));
        return all;
    }

    List<Sku> skus() {
        List<Sku> all = new ArrayList<>();
        for (int factory = 0; factory < size.factories(); factory++) {
            for (int number = 0; number < size.skus(); number++) {
                all.add(new Sku(factory, number));
            }
        }
        return all;
    }

    /** How much of it may be sold. */
    Place available(Sku sku) {
        Collection counters = available.get(sku.goods());
        if (counters == null) {
            throw new IllegalStateException("nothing is sold of " + sku.goods());
        }
        return counters.at(sku.toString());
    }

    /** How much of it is in a bin. */
    Place onHand(Sku sku, int location) {
        return onHand.at(sku + "/l" + location);
    }

    /** The collection of what is in bins. */
    Collection bins() {
        return onHand;
    }

    List<Place> bins(Sku sku) {
        List<Place> all = new ArrayList<>();
        for (int location = 0; location < size.locations(); location++) {
            all.add(onHand(sku, location));
        }
        return all;
    }

    Place order(OrderCode code) {
        return orders.at(code.toString());
    }

    Place reservation(OrderCode code, Sku sku) {
        return reservations.at(code + "/" + sku.name());
    }

    Place loss(String id) {
        return losses.at(id);
    }

    Place slot(int factory, int slot) {
        return slots.at("f" + factory + "/t" + slot);
    }

    List<Place> slots() {
        List<Place> all = new ArrayList<>();
        for (int factory = 0; factory < size.factories(); factory++) {
            for (int slot = 0; slot < size.slots(); slot++) {
                all.add(slot(factory, slot));
            }
        }
        return all;
    }

    /** The machine of a line on which every other slot is. */
    Place machine(int factory, int slot) {
        return machines.at("f" + factory + "/m" + slot % LINES);
    }

    /** Of all lines. */
    List<Place> machines() {
        List<Place> all = new ArrayList<>();
        for (int factory = 0; factory < size.factories(); factory++) {
            for (int line = 0; line < LINES; line++) {
                all.add(machine(factory, line));
            }
        }
        return all;
    }

    /** The machine that a slot is on. */
    Place machineOf(Place slot) {
        return machine(
                factoryOf(slot),
                Integer.parseInt(slot.key().substring(slot.key().indexOf('/') + 2)));
    }

    /** Who has booked a slot. */
    static Place booked(Place slot) {
        return BOOKINGS.at(slot.key());
    }

    /** Of which factory something is that is one's. */
    static int factoryOf(Place place) {
        int end = place.key().indexOf('/');
        return Integer.parseInt(place.key().substring(1, end < 0 ? place.key().length() : end));
    }

    /** What the {@link Board} shows changes here. */
    List<Collection> followed() {
        return List.of(events, machines, BOOKINGS);
    }

    /** What was last seen to be left of it, which anybody may say. */
    Place promise(Sku sku) {
        return promises.at(sku.toString());
    }

    Place events(int factory) {
        return events.at("f" + factory);
    }

    /** What is folded of the events of a while. */
    Place view(int factory, long bucket) {
        return views.at("f" + factory + "/" + bucket);
    }
}
