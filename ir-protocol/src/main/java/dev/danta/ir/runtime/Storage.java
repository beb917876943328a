package dev.danta.ir.runtime;

/**
 * A replica's durable state, written by its driver's thread only. Changes become durable in the order in which they were
 * applied. What is synced and what is applied behind it is the adapter's affair.
 */
public interface Storage {
    /** For machines that keep nothing durable, such as a client's. */
    Storage NONE = new Storage() {
        @Override
        public void apply(Mutation mutation) {
            Invariant.check(false, "this machine has no storage", mutation);
        }

        @Override
        public void commit() {
            Invariant.check(false, "this machine has no storage");
        }
    };

    /**
     * Adds a change to the open batch; what the machine reads afterwards shows it at once.
     *
     * @throws StorageException if the store cannot take it; the replica must stop
     */
    void apply(Mutation mutation);

    /**
     * Makes everything applied so far durable, atomically: after a crash all of the batch is there or none.
     *
     * @throws StorageException if it cannot; the replica must stop, since its machine is ahead of its disk
     */
    void commit();
}
