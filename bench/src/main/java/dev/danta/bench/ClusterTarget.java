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

/**
 * A client of a cluster, as a target. Works in the calling thread: an answer is there when {@link #submit} returns.
 *
 * <p>An outcome that is unknown at first is asked for once more, for as long as the operation itself was given.
 */
public final class ClusterTarget implements Target {
    private final DantaClient client;
    private final Space space;
    private final Table<Long> strict;
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
        this.strict = space.table("strict", Codecs.LONG, Mode.STRICT);
        this.relaxed = space.table("relaxed", Codecs.LONG, Mode.RELAXED);
        this.deadline = deadline;
        this.options = Tx.options().deadline(deadline);
    }

    @Override
    public CompletionStage<Answer> submit(Operation operation) {
        return CompletableFuture.completedFuture(answer(operation));
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

        void begin(Tx tx) {
            attempts = tx.attempt();
            value = 0;
            declined = false;
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
            return new Answer(declined ? Answer.Status.DECLINED : Answer.Status.DONE, value, attempts, path, "");
        }

        Answer ended(Answer.Status status, String detail) {
            return new Answer(status, 0, attempts, Answer.Path.NONE, detail);
        }
    }

    private Answer answer(Operation operation) {
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
                    run(tx, operation, attempt);
                });
            }
            return attempt.applied();
        } catch (OutcomeUnknownException unknown) {
            return asked(unknown, attempt);
        } catch (DantaException failed) {
            return attempt.ended(Answer.Status.FAILED, name(failed));
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

    private void run(Tx tx, Operation operation, Attempt attempt) {
        if (operation instanceof Operation.Transfer transfer) {
            transfer(tx, transfer, attempt);
        } else if (operation instanceof Operation.Take take) {
            long before = read(tx, take.key());
            attempt.declined = before < take.amount();
            if (!attempt.declined) {
                tx.put(strict, Key.of(take.key()), before - take.amount());
            }
        } else if (operation instanceof Operation.Update update) {
            tx.put(strict, Key.of(update.key()), read(tx, update.key()) + update.amount());
        } else if (operation instanceof Operation.Get get) {
            attempt.value = read(tx, get.key());
        } else if (operation instanceof Operation.Put put) {
            tx.put(strict, Key.of(put.key()), put.value());
        } else if (operation instanceof Operation.Fill fill) {
            for (int key = fill.first(); key <= fill.last(); key++) {
                tx.put(strict, Key.of(key), fill.value());
            }
        } else if (operation instanceof Operation.Sum sum) {
            for (long value : tx.getAll(strict, keys(sum.first(), sum.last())).values()) {
                attempt.value += value;
            }
        }
    }

    private void transfer(Tx tx, Operation.Transfer transfer, Attempt attempt) {
        Key from = Key.of(transfer.from());
        Key to = Key.of(transfer.to());
        // Both in one round trip.
        Map<Key, Long> values = tx.getAll(strict, List.of(from, to));
        long payer = values.getOrDefault(from, 0L);
        attempt.declined = payer < transfer.amount();
        if (!attempt.declined) {
            tx.put(strict, from, payer - transfer.amount());
            tx.put(strict, to, values.getOrDefault(to, 0L) + transfer.amount());
        }
    }

    private long read(Tx tx, int key) {
        return tx.get(strict, Key.of(key)).orElse(0L);
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
