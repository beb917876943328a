package dev.danta.gateway;

import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Effect;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayRequest.Begin;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The transactions that live on this node, and for a while what became of them. Thread-safe.
 *
 * <p>Invariant: a transaction is open or ended, never both, and is used by one call at a time, or by none when it ends by
 * itself.
 *
 * @param <T> what a transaction really is
 */
final class OpenTransactions<T> {
    /** What ended ones are told from: more than this many are forgotten sooner. */
    private static final int ENDED_MAX = 10_000;

    private static final int NAME_BYTES = 16;

    private final int node;
    private final GatewaySettings settings;
    private final LongSupplier clock;
    private final Timer timer;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, OpenTransaction<T>> open = new TreeMap<>();
    /** The eldest first. */
    private final LinkedHashMap<String, Ended> ended = new LinkedHashMap<>();

    private long heldBytes;
    private boolean closed;

    /** Calls back later. */
    interface Timer {
        void in(long nanos, Runnable action);
    }

    /**
     * What became of one.
     *
     * @param answer to whoever commits it; who asks for anything else is told that it has ended
     */
    private record Ended(GatewayReply answer, String why, long atNanos) {}

    /** @param clock {@link System#nanoTime()}, but for tests */
    OpenTransactions(int node, GatewaySettings settings, LongSupplier clock, Timer timer) {
        this.node = node;
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
    }

    /** One more. */
    GatewayReply.Begun begin(T tx, int leaseMillis) {
        int granted = leaseMillis == 0 ? Begin.LEASE_MILLIS_USUAL : Math.min(leaseMillis, Begin.LEASE_MILLIS_MAX);
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        OpenTransaction<T> begun = new OpenTransaction<>(
                node + "-" + HexFormat.of().formatHex(name),
                tx,
                TimeUnit.MILLISECONDS.toNanos(granted),
                clock.getAsLong());
        synchronized (this) {
            requireServing();
            if (open.size() >= settings.openMax()) {
                throw overloaded("this node has " + settings.openMax() + " open transactions already");
            }
            open.put(begun.name(), begun);
        }
        watch(begun, begun.leaseNanos());
        return new GatewayReply.Begun(begun.name(), granted, node);
    }

    /** Nothing but another lease. */
    void keepAlive(String name) {
        giveBack(take(name));
    }

    /**
     * Has the transaction used by one call.
     *
     * @throws RefusedException if it is not open, or is used by another
     */
    <R> R use(String name, Function<OpenTransaction<T>, R> work) {
        OpenTransaction<T> taken = take(name);
        try {
            return work.apply(taken);
        } finally {
            giveBack(taken);
        }
    }

    /**
     * It keeps so much more, unless it has ended.
     *
     * @throws RefusedException if that is too much; then it has ended
     */
    synchronized void charge(OpenTransaction<T> taken, long bytes) {
        if (open.get(taken.name()) != taken) {
            return;
        }
        if (taken.bytes() + bytes > settings.transactionBytesMax()) {
            String why = "it has read and written more than " + settings.transactionBytesMax() + " bytes";
            end(taken, endedBecause(why), why);
            throw new RefusedException(Refused.Kind.TOO_LARGE, "the transaction has ended: " + why);
        }
        if (heldBytes + bytes > settings.openBytesMax()) {
            String why = "the open transactions of this node take too much memory";
            end(taken, endedBecause(why), why);
            throw overloaded("the transaction has ended: " + why);
        }
        taken.add(bytes);
        heldBytes += bytes;
    }

    /** Ends it with the answer that {@code work} gives or throws, and gives that again to who asks again. */
    GatewayReply commit(String name, Function<T, GatewayReply> work) {
        OpenTransaction<T> taken;
        synchronized (this) {
            forget();
            Ended before = ended.get(name);
            if (before != null) {
                return before.answer();
            }
            taken = take(name);
            taken.commit();
        }
        GatewayReply answer = null;
        try {
            answer = work.apply(taken.tx());
            return answer;
        } catch (RuntimeException thrown) {
            answer = Refusals.of(thrown).orElse(null);
            throw thrown;
        } finally {
            GatewayReply told = answer == null ? unknown(name) : answer;
            end(taken, told, whatBecameOf(told));
        }
    }

    private static Effect effectOf(GatewayReply commit) {
        return commit instanceof Refused refused ? refused.effect() : Effect.APPLIED;
    }

    private static String whatBecameOf(GatewayReply commit) {
        return switch (effectOf(commit)) {
            case APPLIED -> "it was committed";
            case NOT_APPLIED -> "its commit had no effect";
            case UNKNOWN -> "it is not known whether it was committed";
        };
    }

    /**
     * Ends it without any effect, unless it has ended so.
     *
     * @throws RefusedException if it was committed, or that is not known
     */
    void rollback(String name) {
        requireHere(name);
        synchronized (this) {
            if (!open.containsKey(name)) {
                requireWithoutEffect(name);
                return;
            }
        }
        OpenTransaction<T> taken = take(name);
        end(taken, endedBecause("it was rolled back"), "it was rolled back");
    }

    private void requireWithoutEffect(String name) {
        forget();
        Ended before = ended.get(name);
        if (before == null) {
            throw new RefusedException(unknown(name));
        }
        Effect effect = effectOf(before.answer());
        if (effect != Effect.NOT_APPLIED) {
            throw new RefusedException(new Refused(
                    Refused.Kind.TRANSACTION_ENDED, effect, false, "the transaction has ended: " + before.why()));
        }
    }

    /** Ends a transaction that is of no use any more. */
    void giveUp(OpenTransaction<T> taken, String why) {
        end(taken, endedBecause(why), why);
    }

    /** Ends all that nobody is using, and takes no more. */
    synchronized void close() {
        closed = true;
        for (OpenTransaction<T> left : List.copyOf(open.values())) {
            if (!left.isTaken()) {
                end(left, endedBecause("the node is stopping"), "the node is stopping");
            }
        }
    }

    private synchronized OpenTransaction<T> take(String name) {
        requireHere(name);
        requireServing();
        OpenTransaction<T> found = open.get(name);
        if (found == null || isOver(found)) {
            throw ended(name);
        }
        if (found.isTaken()) {
            throw new RefusedException(new Refused(
                    Refused.Kind.TRANSACTION_BUSY,
                    found.isCommitting() ? Effect.UNKNOWN : Effect.NOT_APPLIED,
                    true,
                    "another call of this transaction is under way"));
        }
        found.take();
        return found;
    }

    /** Ends it, if it is time; the timer may be late. */
    private boolean isOver(OpenTransaction<T> found) {
        long now = clock.getAsLong();
        boolean isOld = found.ageNanos(now) > settings.lifetime().toNanos();
        if (found.isTaken() || (!isOld && found.leaseLeftNanos(now) > 0)) {
            return false;
        }
        String why = isOld
                ? "it was older than " + settings.lifetime().toSeconds() + " s"
                : "its lease of " + TimeUnit.NANOSECONDS.toMillis(found.leaseNanos()) + " ms was over";
        end(found, endedBecause(why), why);
        return true;
    }

    private synchronized void giveBack(OpenTransaction<T> taken) {
        taken.giveBack(clock.getAsLong());
    }

    private void requireHere(String name) {
        int dash = name.indexOf('-');
        String home = dash < 0 ? "" : name.substring(0, dash);
        if (!home.isEmpty() && home.chars().allMatch(c -> c >= '0' && c <= '9') && !home.equals(String.valueOf(node))) {
            throw new RefusedException(
                    Refused.Kind.WRONG_NODE, "the transaction lives on node " + home + ", this is node " + node);
        }
    }

    private void requireServing() {
        if (closed) {
            throw new RefusedException(
                    new Refused(Refused.Kind.UNAVAILABLE, Effect.NOT_APPLIED, true, "this node is stopping"));
        }
    }

    private RefusedException ended(String name) {
        forget();
        Ended before = ended.get(name);
        return new RefusedException(before == null ? unknown(name) : endedBecause(before.why()));
    }

    /** Nothing is known of a commit of such a transaction, or of whether it ever was. */
    private static Refused unknown(String name) {
        return new Refused(
                Refused.Kind.TRANSACTION_ENDED,
                Effect.UNKNOWN,
                false,
                "this node knows no transaction " + name + ": it has ended long ago, or the node has started anew");
    }

    private static Refused endedBecause(String why) {
        return new Refused(Refused.Kind.TRANSACTION_ENDED, "the transaction has ended: " + why);
    }

    private static RefusedException overloaded(String why) {
        return new RefusedException(new Refused(Refused.Kind.OVERLOADED, Effect.NOT_APPLIED, true, why));
    }

    private synchronized void end(OpenTransaction<T> over, GatewayReply answer, String why) {
        if (open.remove(over.name()) != null) {
            heldBytes -= over.bytes();
            ended.put(over.name(), new Ended(answer, why, clock.getAsLong()));
            forget();
        }
    }

    private void forget() {
        long now = clock.getAsLong();
        Iterator<Ended> eldest = ended.values().iterator();
        while (eldest.hasNext()) {
            boolean isOld =
                    now - eldest.next().atNanos() > settings.remembered().toNanos();
            if (!isOld && ended.size() <= ENDED_MAX) {
                return;
            }
            eldest.remove();
        }
    }

    private void watch(OpenTransaction<T> watched, long nanos) {
        timer.in(nanos, () -> onLease(watched));
    }

    private void onLease(OpenTransaction<T> watched) {
        long left;
        synchronized (this) {
            if (open.get(watched.name()) != watched || isOver(watched)) {
                return;
            }
            left = watched.isTaken() ? watched.leaseNanos() : watched.leaseLeftNanos(clock.getAsLong());
        }
        watch(watched, left);
    }
}
