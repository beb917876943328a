package dev.danta.check.txn;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The puts of a history, and which of two of a key came first: by their versions where all answers to the key's puts have
 * one, else by real time, as far as that says. Either way a put has a first and a last possible place.
 */
final class FeedChanges {
    /** A put that has not happened, or that nobody was asked for. */
    static final int NONE = -1;

    /** One of several puts of a value, but nobody can tell which. */
    static final int UNCLEAR = -2;

    private final List<Operation<FeedInput, FeedOutput>> puts = new ArrayList<>();
    private final Map<String, Key> keys = new HashMap<>();
    private final Map<Identity, Operation<FeedInput, FeedOutput>> aborted = new HashMap<>();
    private long[] first = new long[0];
    private long[] last = new long[0];

    private record Identity(String key, String value) {}

    /** The puts of one key. */
    static final class Key {
        private final Map<String, List<Integer>> byValue = new HashMap<>();
        private final List<Integer> acknowledged = new ArrayList<>();
        private boolean versions = true;

        /** The acknowledged puts, by their last possible place. */
        List<Integer> acknowledged() {
            return acknowledged;
        }
    }

    FeedChanges(List<Operation<FeedInput, FeedOutput>> history, List<Operation<FeedInput, FeedOutput>> failed) {
        for (Operation<FeedInput, FeedOutput> operation : history) {
            if (operation.input() instanceof FeedInput.Put put) {
                Key key = keys.computeIfAbsent(put.key(), k -> new Key());
                int number = puts.size();
                puts.add(operation);
                key.byValue.computeIfAbsent(put.value(), k -> new ArrayList<>()).add(number);
                if (!operation.isUnknown()) {
                    key.acknowledged.add(number);
                    key.versions &= version(number) != null;
                }
            }
        }
        first = new long[puts.size()];
        last = new long[puts.size()];
        for (Operation<FeedInput, FeedOutput> operation : failed) {
            if (operation.input() instanceof FeedInput.Put put) {
                aborted.put(new Identity(put.key(), put.value()), operation);
            }
        }
        keys.values().forEach(this::place);
    }

    private void place(Key key) {
        for (List<Integer> same : key.byValue.values()) {
            for (int number : same) {
                Long version = version(number);
                Operation<FeedInput, FeedOutput> put = puts.get(number);
                if (!key.versions && same.size() > 1) {
                    throw new MalformedHistoryException(
                            puts.get(same.get(1)).invokedLine(),
                            "process " + puts.get(same.get(1)).process() + ": " + put.input()
                                    + " was asked for before: without versions, changes would not tell one from the"
                                    + " other");
                }
                if (!key.versions) {
                    first[number] = put.invokedAt();
                    last[number] = put.completedAt();
                } else {
                    // Of unknown outcome: at any time, until a change says its version.
                    first[number] = version == null ? Long.MIN_VALUE : version;
                    last[number] = version == null ? Long.MAX_VALUE : version;
                }
            }
        }
        key.acknowledged.sort(Comparator.comparingLong(number -> last[number]));
    }

    private @Nullable Long version(int number) {
        return puts.get(number).output() instanceof FeedOutput.Done done ? done.version() : null;
    }

    /** All puts, acknowledged or of unknown outcome, by number. */
    int count() {
        return puts.size();
    }

    Operation<FeedInput, FeedOutput> put(int number) {
        return puts.get(number);
    }

    FeedInput.Put asked(int number) {
        if (puts.get(number).input() instanceof FeedInput.Put put) {
            return put;
        }
        throw new IllegalStateException("no put");
    }

    Iterable<Key> keys() {
        return keys.values();
    }

    Key key(int number) {
        Key key = keys.get(asked(number).key());
        if (key == null) {
            throw new IllegalStateException("a put without a key");
        }
        return key;
    }

    /** The place before which it did not happen. */
    long first(int number) {
        return first[number];
    }

    /** The place after which it did not happen. */
    long last(int number) {
        return last[number];
    }

    /** Whether one put certainly came before another of its key. */
    boolean isBefore(int one, int other) {
        return last[one] < first[other];
    }

    /** The failed put that this change shows, if any. */
    @Nullable
    Operation<FeedInput, FeedOutput> failed(FeedOutput.Change change) {
        return aborted.get(new Identity(change.key(), change.value()));
    }

    /** The put that a change shows, or {@link #NONE}. A put of unknown outcome may get its place by it. */
    int of(FeedOutput.Change change) {
        Key key = keys.get(change.key());
        List<Integer> same = key == null ? null : key.byValue.get(change.value());
        if (key == null || same == null) {
            return NONE;
        }
        Long version = change.version();
        if (!key.versions || version == null) {
            return same.size() == 1 ? same.get(0) : UNCLEAR;
        }
        for (int number : same) {
            if (first[number] == version) {
                return number;
            }
        }
        for (int number : same) {
            if (first[number] == Long.MIN_VALUE) {
                first[number] = version;
                last[number] = version;
                return number;
            }
        }
        return NONE;
    }

    /** All puts of the value that a change shows. */
    List<Integer> alike(FeedOutput.Change change) {
        Key key = keys.get(change.key());
        return key == null ? List.of() : key.byValue.getOrDefault(change.value(), List.of());
    }
}
