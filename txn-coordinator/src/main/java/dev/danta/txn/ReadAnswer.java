package dev.danta.txn;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.occ.Key;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers to {@link ReadQuery}. */
public sealed interface ReadAnswer extends Answer {
    /**
     * The newest versions of the keys asked.
     *
     * @param entries one for each key asked, in the order asked
     * @param replicaTimeMicros the replica's clock
     * @param deletedBelow the replica's watermark: deletions at or below it may be dropped
     */
    record Versions(List<Entry> entries, long replicaTimeMicros, Timestamp deletedBelow) implements ReadAnswer {
        public Versions {
            entries = List.copyOf(entries);
        }
    }

    /**
     * To {@link ReadQuery.Range}: the newest versions, deletions included, by ascending key.
     *
     * @param more whether the range may go on behind the last of them, or before the first if it was read from its end; then
     *     there is one
     */
    record Range(List<RangeEntry> entries, boolean more, long replicaTimeMicros, Timestamp deletedBelow)
            implements ReadAnswer {
        public Range {
            entries = List.copyOf(entries);
            if (more && entries.isEmpty()) {
                throw new IllegalArgumentException("nobody knows where the range goes on");
            }
            for (int i = 1; i < entries.size(); i++) {
                if (entries.get(i - 1).key().compareTo(entries.get(i).key()) >= 0) {
                    throw new IllegalArgumentException(entries.get(i).key() + " is not above "
                            + entries.get(i - 1).key());
                }
            }
        }
    }

    /** One key of a range. */
    record RangeEntry(Key key, Version version, boolean held) {}

    /** A key's newest committed version, and whether an undecided transaction that writes it holds it there. */
    record Entry(Version version, boolean held) {}

    /**
     * The value of the relaxed key asked.
     *
     * @param state null if the key has no value there
     */
    record Relaxed(@Nullable RelaxedState state, long replicaTimeMicros) implements ReadAnswer {}

    /**
     * To {@link ReadQuery.Hashes}.
     *
     * @param hashes of the first keys asked, in the order asked; at least one, all unless they are large. Nothing has a hash, too
     */
    record Hashes(List<Long> hashes) implements ReadAnswer {
        public Hashes {
            hashes = List.copyOf(hashes);
            if (hashes.isEmpty()) {
                throw new IllegalArgumentException("nothing is hashed");
            }
        }
    }

    /**
     * To {@link ReadQuery.KeyRead}.
     *
     * @param version the key's newest version there
     * @param writer an undecided transaction that writes the key and holds it there, or null
     * @param deletedBelow the replica's watermark, which is not above the g of the question
     */
    record KeyRead(Version version, @Nullable Timestamp writer, Timestamp deletedBelow) implements ReadAnswer {}

    /** To {@link ReadQuery.Validate}: nothing newer is there, and no undecided transaction writes any of it. */
    record Valid() implements ReadAnswer {}

    /**
     * To {@link ReadQuery.Validate}: something newer is there.
     *
     * @param newest the newest versions and values of the keys concerned
     * @param deletedBelow the replica's watermark
     */
    record Outdated(List<Verdict.Newest> newest, Timestamp deletedBelow) implements ReadAnswer {
        public Outdated {
            newest = List.copyOf(newest);
        }
    }

    /** To {@link ReadQuery.Validate}: an undecided transaction writes something of it. */
    record Held(Timestamp writer) implements ReadAnswer {}

    /**
     * To {@link ReadQuery.KeyRead} and {@link ReadQuery.Validate}: the replica has forgotten more than the question
     * allows, so it does not answer. The round must be begun wholly anew.
     *
     * @param deletedBelow the replica's watermark, above the g of the question
     */
    record Forgotten(Timestamp deletedBelow) implements ReadAnswer {}

    /**
     * To {@link ReadQuery.Feed}.
     *
     * @param upTo how far this goes in the log; where it goes on
     * @param changes in the order of the log
     * @param end the number of the log's last entry
     */
    record Feed(LogPosition upTo, List<KeyChange> changes, long end) implements ReadAnswer {
        public Feed {
            changes = List.copyOf(changes);
        }

        /** Whether there is more already. */
        public boolean more() {
            return upTo.number() < end;
        }
    }

    /**
     * To {@link ReadQuery.Feed}: what follows there is not in this log: it was another log, or is not kept any more, or was never
     * written.
     *
     * @param end where the log ends now
     */
    record FeedGap(LogPosition end) implements ReadAnswer {}

    /** The query is none that this participant understands. */
    record Malformed() implements ReadAnswer {}
}
