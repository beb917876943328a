package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.List;

/** What {@link Validator} says of a transaction on one replica. */
public sealed interface Verdict {
    /**
     * Nothing stands in its way.
     *
     * @param timestamp the proposed one if it is above every version touched, else the smallest of the client above them
     * @param behind whether this replica lacks a version that the transaction has read: it should ask its peers
     */
    record Ok(Timestamp timestamp, boolean behind) implements Verdict {}

    /** Something read is out of date; the newest version here of each key concerned. Never empty. */
    record Stale(List<Newest> newest) implements Verdict {
        public Stale {
            newest = List.copyOf(newest);
        }
    }

    /** An undecided transaction holds a key of this one, and one of the two writes it. */
    record Conflict(Timestamp holder) implements Verdict {}

    /** A key and its newest version. */
    record Newest(Key key, Version version) {}
}
