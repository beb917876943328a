package dev.danta.check.txn;

/** What is asked of data that is replicated without an order: a change of a key, or to read it. */
public record ReplicatedChange(String key, Change change) {
    /** What is to happen. */
    public sealed interface Change {
        /** Of a register: be this value. */
        record Write(String value) implements Change {}

        /** Of a set: have this element. */
        record Add(String element) implements Change {}

        /** Of a set: have this element no longer. */
        record Remove(String element) implements Change {}

        /** Of a sum: be so much more, or less where it is negative. */
        record Increment(long amount) implements Change {}

        /**
         * Show all of it.
         *
         * @param last whether all changes are over and everybody had time to hear of them
         */
        record Read(boolean last) implements Change {}
    }

    @Override
    public String toString() {
        if (change instanceof Change.Write write) {
            return "write " + key + " = " + write.value();
        }
        if (change instanceof Change.Add add) {
            return "add " + add.element() + " to " + key;
        }
        if (change instanceof Change.Remove remove) {
            return "remove " + remove.element() + " from " + key;
        }
        if (change instanceof Change.Increment increment) {
            return "increment " + key + " by " + increment.amount();
        }
        return (change instanceof Change.Read read && read.last() ? "final read " : "read ") + key;
    }
}
