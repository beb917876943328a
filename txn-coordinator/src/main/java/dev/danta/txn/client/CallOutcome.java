package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.LogCursor;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.counter.CounterRecord;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The answer to a {@link ClientCall}. */
public sealed interface CallOutcome {
    /**
     * To {@link ClientCall.ReadVersions}: one version for each key, in the order asked.
     *
     * @param cached how many of them were remembered, so that nobody was asked
     */
    record Versions(List<Version> versions, int cached) implements CallOutcome {
        public Versions {
            versions = List.copyOf(versions);
        }
    }

    /**
     * To {@link ClientCall.ReadRange}.
     *
     * @param range the part of the range that was read: all of it, or its beginning if there is more than was asked for, or its end
     *     if it was read from there
     * @param found every version that was seen in it, deletions included, by ascending key
     * @param rest what was not read; null if nothing is left
     */
    record RangeFound(
            KeyRange range,
            List<Verdict.Newest> found,
            @Nullable KeyRange rest) implements CallOutcome {
        public RangeFound {
            found = List.copyOf(found);
        }
    }

    /**
     * To {@link ClientCall.ReadStrict}.
     *
     * @param versions one for each key, in the order asked: all of them the newest at one moment since the call
     * @param prepared the transaction that it took after all, because rounds did not succeed; null if it left no trace
     */
    record StrictlyRead(List<Version> versions, @Nullable Committed prepared) implements CallOutcome {
        public StrictlyRead {
            versions = List.copyOf(versions);
        }
    }

    /**
     * To {@link ClientCall.Validate}: everything was the newest at one moment since the call.
     *
     * @param prepared as in {@link StrictlyRead}
     */
    record Validated(@Nullable Committed prepared) implements CallOutcome {}

    /** To {@link ClientCall.Validate}: something is out of date; {@code newest} is what replicas reported. */
    record Outdated(List<Verdict.Newest> newest) implements CallOutcome {
        public Outdated {
            newest = List.copyOf(newest);
        }
    }

    /** The transaction took effect at {@code timestamp}. */
    record Committed(Timestamp txn, Timestamp timestamp, Outcome.Path path) implements CallOutcome {}

    /**
     * The transaction will never take effect.
     *
     * @param newest what replicas reported as newer than what was read: a retry may start from it
     */
    record Aborted(Timestamp txn, AbortReason reason, List<Verdict.Newest> newest) implements CallOutcome {
        public Aborted {
            newest = List.copyOf(newest);
        }
    }

    /** Why a transaction aborted. */
    enum AbortReason {
        /** Something it read is out of date. */
        STALE_READ,
        /** Another undecided transaction was in its way. */
        CONFLICT,
        /** Too few replicas voted in time, and the abort was made durable. */
        GAVE_UP
    }

    /**
     * The deadline passed before the outcome was known; the client goes on settling it in the background.
     *
     * @param participants the transaction's, as far as they are known
     */
    record Unknown(Timestamp txn, List<ShardId> participants, SortedMap<ReplicaId, String> causes)
            implements CallOutcome {
        public Unknown {
            participants = List.copyOf(participants);
            causes = copy(causes);
        }
    }

    /** A relaxed update, which was joined into the value as {@code change}, was acknowledged by as many as were asked for. */
    record Updated(RelaxedState change) implements CallOutcome {}

    /** A relaxed update was not acknowledged by enough replicas in time; it may still take effect. */
    record UpdateUnknown(SortedMap<ReplicaId, String> causes) implements CallOutcome {
        public UpdateUnknown {
            causes = copy(causes);
        }
    }

    /**
     * To {@link ClientCall.ReadRelaxed}.
     *
     * @param state null if the key has no value
     * @param cached whether it was remembered, so that nobody was asked
     * @param vouched whether it was read longer ago than it may be, and feeds have told that it is as good as new
     */
    record Relaxed(@Nullable RelaxedState state, boolean cached, boolean vouched) implements CallOutcome {
        /** Without the help of feeds. */
        public Relaxed(@Nullable RelaxedState state, boolean cached) {
            this(state, cached, false);
        }
    }

    /** To {@link ClientCall.HashRelaxed}: the hashes that are agreed upon. */
    record Hashes(SortedMap<Key, Long> hashes) implements CallOutcome {
        public Hashes {
            hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
        }
    }

    /**
     * To {@link ClientCall.Spend}.
     *
     * @param accepted whether it was done; if not, there was not enough, in allotments neither. With the path {@link
     *     SpendManner#LAX}: not done, because this client held not enough in a lax allotment, nor could get it
     * @param path how it was done, or found out; never {@link SpendManner#LAX_ONLY}
     * @param roomEstimate about how much is left for this client to spend; others may have spent it meanwhile
     */
    record Spent(boolean accepted, SpendManner path, long roomEstimate) implements CallOutcome {}

    /**
     * To {@link ClientCall.ReadCounter}.
     *
     * @param room what strict spends could have spent; negative where the allowance was used
     * @param allotted what was in allotments, some of which may have been spent; of an exact answer that is in lax ones
     * @param shift how far the counter's bound is from its collection's, as {@link CounterRecord} has it
     */
    record CounterValue(long room, long allotted, long shift, boolean exact) implements CallOutcome {}

    /** To {@link ClientCall.OpenCounters}: each of the counters, in the order asked. */
    record CountersOpened(List<Opened> counters) implements CallOutcome {
        public CountersOpened {
            counters = List.copyOf(counters);
        }
    }

    /**
     * A bounded counter as one version of its record shows it. All of this is so if a transaction commits that has read that
     * version and, if {@code changed}, writes {@code record}, or what it makes of it.
     *
     * @param record with everything folded that had been acknowledged when it was asked for, and allotments closed that were
     *     called in
     * @param changed whether that is more than the version says
     * @param isAll whether what it has no room for there is not: gains were read when the version was at hand, and nothing that
     *     could be called in is open. True if it was asked for more than the record covers
     */
    record Opened(Key key, Version version, CounterRecord record, boolean changed, boolean isAll) {}

    /** To {@link ClientCall.Hold}: so much is held; less than was asked for if there was not enough. */
    record Held(long amount) implements CallOutcome {}

    /** To {@link ClientCall.GiveBack}: so much had not been spent. */
    record GivenBack(long amount) implements CallOutcome {}

    /**
     * To {@link ClientCall.Follow}: all that the replica has learned from where was asked to {@code upTo}.
     *
     * @param upTo where to go on
     * @param changes in the order in which the replica has learned of them; of one key, those that are not overtaken never go
     *     back
     * @param more whether there is more already
     */
    record Followed(LogCursor upTo, List<KeyChange> changes, boolean more) implements CallOutcome {
        public Followed {
            changes = List.copyOf(changes);
        }
    }

    /**
     * To {@link ClientCall.Follow}: what comes there cannot be told by anybody any more. Whoever follows takes a new cursor, and
     * then reads what there is.
     *
     * @param cause a few words for the user
     */
    record FeedGap(String cause) implements CallOutcome {}

    /** To {@link ClientCall.KeepFresh} and {@link ClientCall.LetGo}: {@code kept} is what the latter is told. */
    record KeptFresh(long kept) implements CallOutcome {}

    /**
     * To {@link ClientCall.ReadLag}.
     *
     * @param nanos how long ago it was asked for what replicas have told completely, of the one of which that is longest; null
     *     while there is one that has not told anything yet, or nothing is kept fresh
     */
    record Lag(@Nullable Long nanos) implements CallOutcome {}

    /**
     * To {@link ClientCall.CleanRequests}.
     *
     * @param deleted how many records are known to be deleted
     * @param rest what was not looked at; null if nothing is left
     */
    record Cleaned(int deleted, @Nullable KeyRange rest) implements CallOutcome {}

    /** To {@link ClientCall.Drain}: how much is still under way; 0 unless the deadline passed. */
    record Drained(int left) implements CallOutcome {}

    /** Nothing took effect. */
    record Failed(Failure failure, SortedMap<ReplicaId, String> causes) implements CallOutcome {
        public Failed {
            causes = copy(causes);
        }
    }

    /** Why a call failed without any effect. */
    enum Failure {
        /** Fewer replicas than needed can be reached. */
        UNAVAILABLE,
        /** The deadline passed. */
        DEADLINE,
        /** This client has too much under way that replicas have not acknowledged. */
        OVERLOADED,
        /** So many replicas refuse this client's clock, as too far ahead, that nothing can be done with it. */
        CLOCK_AHEAD,
        /** All replicas have answered, and none of them has what the session has seen: they have lost it. */
        SESSION_LOST,
        /** Replicas refused the update itself, for example because the key holds another type. */
        REFUSED
    }

    private static SortedMap<ReplicaId, String> copy(Map<ReplicaId, String> causes) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(causes));
    }
}
