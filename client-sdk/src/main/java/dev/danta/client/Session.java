package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.client.Mark;
import dev.danta.txn.client.SessionMarks;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One user's way through relaxed collections, wherever it leads: what is read in it ({@link Table#in}, {@link Counter#in}, {@link SetOf#in}, {@link MapOf#in})
 * never goes back and shows its own acknowledged writes, and what it writes to tables, sets and maps comes after what it has read and
 * written. Its {@link #token()} goes on elsewhere, in another process too. Reads cost what {@link Read#LOCAL} ones do as long
 * as the replica that is asked is not behind; those of sets and maps, which are read from quorums, what {@link Read#QUORUM} ones
 * do. Thread-safe.
 *
 * <p>What is not acknowledged ({@link OutcomeUnknownException}), or by one replica only ({@link Ack#ONE}), need not be shown. If all nodes have lost what the session has
 * seen, it cannot go on: reads end with a {@link RefusedException}.
 */
public final class Session implements AutoCloseable {
    private final Calls calls;
    private final SessionMarks marks;
    private final Object lock = new Object();
    private boolean closed;

    Session(Calls calls, SessionMarks marks) {
        this.calls = calls;
        this.marks = marks;
    }

    /**
     * What the session has seen so far, for {@link DantaClient#session(String)}: up to about 45,000 characters that may stand
     * in a URL or a header.
     */
    public String token() {
        synchronized (lock) {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(marks.token().toArray());
        }
    }

    /** Nothing is read or written in it any more. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    boolean isOf(Calls others) {
        return calls == others;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    CompletableFuture<Optional<RelaxedState>> read(
            dev.danta.occ.Key key, boolean fromQuorum, long maxAgeNanos, String what, long deadlineNanos) {
        long deadlineAt = System.nanoTime() + deadlineNanos;
        ClientCall.ReadRelaxed read = question(key, fromQuorum, maxAgeNanos);
        return calls.readRelaxed(read, what, deadlineNanos)
                .thenCompose(found ->
                        saw(read, found) ? CompletableFuture.completedFuture(found) : readAgain(key, what, deadlineAt))
                .thenApply(found -> Optional.ofNullable(found.state()));
    }

    /** Reads one of many keys of which a session remembers nothing: quorums show whatever it has seen of them. */
    CompletableFuture<Optional<RelaxedState>> readPage(dev.danta.occ.Key key, String what, long deadlineNanos) {
        synchronized (lock) {
            requireOpen();
        }
        return calls.readRelaxed(new ClientCall.ReadRelaxed(key, Level.QUORUM), what, deadlineNanos)
                .thenApply(found -> {
                    Optional<RelaxedState> state = Optional.ofNullable(found.state());
                    state.ifPresent(this::comesAfter);
                    return state;
                });
    }

    private ClientCall.ReadRelaxed question(dev.danta.occ.Key key, boolean fromQuorum, long maxAgeNanos) {
        synchronized (lock) {
            requireOpen();
            Mark mark = marks.mark(key);
            if (fromQuorum || marks.level(key) == Level.QUORUM) {
                return new ClientCall.ReadRelaxed(key, Level.QUORUM, mark, 0);
            }
            return new ClientCall.ReadRelaxed(key, maxAgeNanos > 0 ? Level.QUORUM : Level.SESSION, mark, maxAgeNanos);
        }
    }

    /** Whether what was found may be given to the user: if it may be in no quorum, it must be remembered. */
    private boolean saw(ClientCall.ReadRelaxed read, CallOutcome.Relaxed found) {
        RelaxedState state = found.state();
        synchronized (lock) {
            return state == null || marks.saw(read.key(), state, read.maxAgeNanos() > 0 ? Level.SESSION : read.level());
        }
    }

    /** There is no room left to remember what a single replica has shown: a quorum will show it again. */
    private CompletableFuture<CallOutcome.Relaxed> readAgain(dev.danta.occ.Key key, String what, long deadlineAt) {
        long left = deadlineAt - System.nanoTime();
        if (left <= 0) {
            return CompletableFuture.failedFuture(
                    new DeadlineExceededException("no answer to " + what + " by the deadline", Facts.NONE));
        }
        ClientCall.ReadRelaxed read = question(key, true, 0);
        return calls.readRelaxed(read, what, left).thenApply(found -> {
            boolean unused = saw(read, found);
            return found;
        });
    }

    /** What is written in it comes after this. */
    Timestamp greatest() {
        synchronized (lock) {
            requireOpen();
            return marks.greatest();
        }
    }

    void wrote(dev.danta.occ.Key key, RelaxedState change) {
        synchronized (lock) {
            marks.wrote(key, change);
        }
    }

    /** It has seen or written {@code state}, which it need not remember. */
    void comesAfter(RelaxedState state) {
        synchronized (lock) {
            marks.comesAfter(state);
        }
    }
}
