package dev.danta.scenario.factory;

/** What an order is called by everybody; there is one of each name. */
record OrderCode(int factory, long number) implements Comparable<OrderCode> {
    @Override
    public int compareTo(OrderCode other) {
        int byFactory = Integer.compare(factory, other.factory);
        return byFactory != 0 ? byFactory : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "f" + factory + "/o" + number;
    }
}
