package dev.danta.scenario.factory;

/** A product of a factory. */
record Sku(int factory, int number) implements Comparable<Sku> {
    Goods goods() {
        return Goods.of(number);
    }

    /** How long it takes to come, if it can be back-ordered. */
    int leadDays() {
        return 2 + number % 5;
    }

    @Override
    public int compareTo(Sku other) {
        int byFactory = Integer.compare(factory, other.factory);
        return byFactory != 0 ? byFactory : Integer.compare(number, other.number);
    }

    /** As keys and events spell it within its factory. */
    String name() {
        return "s" + number;
    }

    @Override
    public String toString() {
        return "f" + factory + "/" + name();
    }
}
