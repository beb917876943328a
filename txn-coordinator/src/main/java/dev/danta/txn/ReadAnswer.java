package dev.danta.txn;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
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

    /** A key's newest committed version, and whether an undecided transaction that writes it holds it there. */
    record Entry(Version version, boolean held) {}

    /**
     * The value of the relaxed key asked.
     *
     * @param state null if the key has no value there
     */
    record Relaxed(@Nullable RelaxedState state, long replicaTimeMicros) implements ReadAnswer {}

    /** The query is none that this participant understands. */
    record Malformed() implements ReadAnswer {}
}
