package dev.danta.bench;

import dev.danta.client.ClientStats;
import dev.danta.client.Codecs;
import dev.danta.client.Committed;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.client.TxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of a cluster, as a target. Works in the calling thread: an answer is there when {@link #submit} returns.
 *
 * <p>An outcome that is unknown at first is asked for once more, for as long as the operation itself was given.
 */
public final class ClusterTarget implements Target {
    private final DantaClient client;
    private final Space space;
    private final Table<Cell> strict;
    private final Table<Long> relaxed;
    private final Duration deadline;
    private final TxOptions options;

    /**
     * A target that owns its client.
     *
     * @param spaceName where the tables are; two targets of one name share them
     * @param deadline for each operation, with its retries
     */
    public ClusterTarget(DantaClient client, String spaceName, Duration deadline) {
        this.client = client;
        this.space = client.space(spaceName);
        this.strict = space.table("strict", Cell.CODEC, Mode.STRICT);
        this.relaxed = space.table("relaxed", Codecs.LONG, Mode.RELAXED);
        this.deadline = deadline;
        this.options = Tx.options().deadline(deadline);
    }

    @Override
    public CompletionStage<Answer> submit(Operation operation, long tag) {
        return CompletableFuture.completedFuture(answer(operation, tag));
    }

    @Override
    public SortedMap<String, Long> aborts() {
        ClientStats stats = client.stats();
        SortedMap<String, Long> aborts = new TreeMap<>();
        aborts.put("stale-read", stats.abortsStaleRead());
        aborts.put("conflict", stats.abortsConflict());
        aborts.put("gave-up", stats.abortsGaveUp());
        return aborts;
    }

    /** Waits for what is being settled, and closes the client. */
    @Override
    public void close() {
        client.close(deadline);
    }

    /** What the last attempt of one transaction was about to do, and how it was committed. */
    private static final class Attempt {
        private long value;
        private boolean declined;
        private int attempts = 1;
        private Answer.Path path = Answer.Path.NONE;
        private final List<Answer.Seen> seen = new ArrayList<>();

        void begin(Tx tx) {
            attempts = tx.attempt();
            value = 0;
            declined = false;
            seen.clear();
            tx.afterCommit(this::onCommit);
        }

        private void onCommit(Committed committed) {
            path = switch (committed.path()) {
                case FAST -> Answer.Path.FAST;
                case SLOW -> Answer.Path.SLOW;
                case SETTLED -> Answer.Path.SETTLED;
            };
        }

        Answer applied() {
            return new Answer(declined ? Answer.Status.DECLINED : Answer.Status.DONE, value, attempts, path, seen, "");
        }

        Answer ended(Answer.Status status, String detail) {
            return Answer.ended(status, attempts, detail);
        }
    }

    private Answer answer(Operation operation, long tag) {
        Attempt attempt = new Attempt();
        try {
            if (operation instanceof Operation.Get get && get.mode() == Operation.Mode.RELAXED) {
                attempt.value = relaxed.get(Key.of(get.key()), Read.LOCAL).orElse(0L);
            } else if (operation instanceof Operation.Put put && put.mode() == Operation.Mode.RELAXED) {
                relaxed.put(Key.of(put.key()), put.value());
            } else if (operation instanceof Operation.Fill fill && fill.mode() == Operation.Mode.RELAXED) {
                fillRelaxed(fill);
            } else {
                space.execute(options, tx -> {
                    attempt.begin(tx);
                    run(tx, operation, tag, attempt);
                });
            }
            return attempt.applied();
        } catch (OutcomeUnknownException unknown) {
            return asked(unknown, attempt);
        } catch (DantaException failed) {
            return attempt.ended(
                    failed.outcome() == Outcome.NOT_APPLIED ? Answer.Status.FAILED : Answer.Status.UNKNOWN,
                    name(failed));
        }
    }

    private Answer asked(OutcomeUnknownException unknown, Attempt attempt) {
        Outcome outcome;
        try {
            outcome = unknown.handle().resolve(deadline);
        } catch (DantaException failed) {
            return attempt.ended(Answer.Status.UNKNOWN, name(failed));
        }
        if (outcome == Outcome.APPLIED) {
            attempt.path = Answer.Path.SETTLED;
            return attempt.applied();
        }
        return outcome == Outcome.NOT_APPLIED
                ? attempt.ended(Answer.Status.FAILED, "not applied, as it turned out")
                : attempt.ended(Answer.Status.UNKNOWN, name(unknown));
    }

    /** What failed and what is wrong with whom, without anything that differs from time to time. */
    private static String name(DantaException thrown) {
        String name = thrown.getClass().getSimpleName().replace("Exception", "");
        if (thrown.causes().isEmpty()) {
            return name;
        }
        return thrown.causes().entrySet().stream()
                .map(cause -> cause.getValue().startsWith(cause.getKey())
                        ? cause.getValue()
                        : cause.getKey() + " " + cause.getValue())
                .collect(Collectors.joining("; ", name + " (", ")"));
    }

    private void run(Tx tx, Operation operation, long tag, Attempt attempt) {
        if (operation instanceof Operation.Transfer transfer) {
            transfer(tx, transfer, tag, attempt);
        } else if (operation instanceof Operation.Take take) {
            long before = read(tx, take.key(), attempt);
            attempt.declined = before < take.amount();
            if (!attempt.declined) {
                put(tx, take.key(), before - take.amount(), tag);
            }
        } else if (operation instanceof Operation.Update update) {
            put(tx, update.key(), read(tx, update.key(), attempt) + update.amount(), tag);
        } else if (operation instanceof Operation.Get get) {
            attempt.value = read(tx, get.key(), attempt);
        } else if (operation instanceof Operation.Put put) {
            put(tx, put.key(), put.value(), tag);
        } else if (operation instanceof Operation.Fill fill) {
            for (int key = fill.first(); key <= fill.last(); key++) {
                put(tx, key, fill.value(), tag);
            }
        } else if (operation instanceof Operation.Sum sum) {
            Map<Key, Cell> cells = tx.getAll(strict, keys(sum.first(), sum.last()));
            for (int key = sum.first(); key <= sum.last(); key++) {
                attempt.value += amount(cells.get(Key.of(key)), key, attempt);
            }
        }
    }

    private void transfer(Tx tx, Operation.Transfer transfer, long tag, Attempt attempt) {
        Key from = Key.of(transfer.from());
        Key to = Key.of(transfer.to());
        // Both in one round trip.
        Map<Key, Cell> cells = tx.getAll(strict, List.of(from, to));
        long payer = amount(cells.get(from), transfer.from(), attempt);
        long payee = amount(cells.get(to), transfer.to(), attempt);
        attempt.declined = payer < transfer.amount();
        if (!attempt.declined) {
            put(tx, transfer.from(), payer - transfer.amount(), tag);
            put(tx, transfer.to(), payee + transfer.amount(), tag);
        }
    }

    private long read(Tx tx, int key, Attempt attempt) {
        return amount(tx.get(strict, Key.of(key)).orElse(null), key, attempt);
    }

    private static long amount(@Nullable Cell cell, int key, Attempt attempt) {
        attempt.seen.add(new Answer.Seen(key, cell == null ? null : cell.tag()));
        return cell == null ? 0 : cell.amount();
    }

    private void put(Tx tx, int key, long amount, long tag) {
        tx.put(strict, Key.of(key), new Cell(amount, tag));
    }

    private void fillRelaxed(Operation.Fill fill) {
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (Key key : keys(fill.first(), fill.last())) {
            puts.add(relaxed.putAsync(key, fill.value()));
        }
        for (CompletableFuture<Void> put : puts) {
            waitFor(put);
        }
    }

    private static void waitFor(CompletableFuture<Void> put) {
        try {
            put.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof DantaException known) {
                throw known;
            }
            throw failed;
        }
    }

    private static List<Key> keys(int first, int last) {
        List<Key> keys = new ArrayList<>(last - first + 1);
        for (int key = first; key <= last; key++) {
            keys.add(Key.of(key));
        }
        return keys;
    }
}
