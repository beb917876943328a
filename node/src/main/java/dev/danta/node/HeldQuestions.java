package dev.danta.node;

import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.wire.transport.ClientSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Questions about what is new in a shard's log which came when nothing was: they are answered when something is, when their
 * readers have waited as long as they wanted to, or when the shard ends. No thread waits for that. What comes to the log and is
 * of other keys only moves the place where the answer goes on, so a reader of few keys of a busy shard is left in peace.
 *
 * <p>Thread-safe. A look reads the log once for all of them, beside the shard's thread, which does no more than {@link #wake}. No
 * change is missed: who comes in is looked at once more after it can be seen by {@link #wake}.
 */
final class HeldQuestions {
    /**
     * While a log grows it is not looked at more often than that: its readers get some changes at once, instead of a question for
     * each. The first change after a quiet while is told at once.
     */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long NEVER = Long.MAX_VALUE;

    private final HeldBack shared;
    private final Log log;
    private final long beginning = System.nanoTime();

    private final List<Held> waiting = new ArrayList<>();
    private long turnAt = NEVER;
    /** The turn at {@link #turnAt}, or one that has begun. */
    private @Nullable Future<?> planned;

    private long lookFrom;
    private boolean isDirty;
    private boolean closed;
    private volatile boolean isEmpty = true;

    /** Answers all questions from one snapshot. */
    @FunctionalInterface
    interface Log {
        /** What a node would reply to each of these now; empty where it would not reply. */
        List<Optional<Envelope>> replies(List<Envelope> questions);
    }

    /** One question, as it would have to be asked now. Equal to itself only. */
    private static final class Held {
        private final ClientSession from;
        private final long until;
        private Envelope question;
        /** What is said when it has waited long enough; null: nothing. */
        private @Nullable Envelope nothingNew;

        Held(ClientSession from, long until, Envelope question, Envelope nothingNew) {
            this.from = from;
            this.until = until;
            this.question = question;
            this.nothingNew = nothingNew;
        }
    }

    HeldQuestions(HeldBack shared, Log log) {
        this.shared = shared;
        this.log = log;
    }

    /** Whether {@code question} is held back, so that {@code reply} must not be sent now. */
    boolean hold(ClientSession from, Envelope question, Envelope reply) {
        Envelope next = asked(question, reply);
        int millis = next == null ? 0 : feedIn(question).holdMillis();
        if (next == null || millis == 0 || !shared.enter(from)) {
            return false;
        }
        synchronized (this) {
            if (closed) {
                shared.left(from);
                return false;
            }
            waiting.add(new Held(from, now() + TimeUnit.MILLISECONDS.toNanos(millis), next, reply));
            isEmpty = false;
            isDirty = true;
            plan();
        }
        return true;
    }

    private static ReadQuery.Feed feedIn(Envelope question) {
        return (ReadQuery.Feed) ((IrMessage.Ask) question.message()).query();
    }

    /** The question that goes on behind {@code reply}, which says that nothing is new; null if it says something else. */
    private static @Nullable Envelope asked(Envelope question, @Nullable Envelope reply) {
        IrMessage.Ask ask = (IrMessage.Ask) question.message();
        Answer answer =
                reply != null && reply.message() instanceof IrMessage.Answered answered ? answered.answer() : null;
        if (!(ask.query() instanceof ReadQuery.Feed feed)
                || feed.after() == null
                || !(answer instanceof ReadAnswer.Feed page)
                || !page.changes().isEmpty()
                || page.more()) {
            return null;
        }
        ReadQuery.Feed next = new ReadQuery.Feed(page.upTo(), feed.keys(), feed.limit(), feed.holdMillis());
        return new Envelope(question.shard(), question.epoch(), question.from(), new IrMessage.Ask(ask.id(), next));
    }

    /** The log has grown, or is another one now, and that is durable; costs nothing if nobody waits for it. */
    void wake() {
        if (isEmpty) {
            return;
        }
        synchronized (this) {
            isDirty = true;
            plan();
        }
    }

    /** The connection is gone: nobody waits for these answers. */
    synchronized void forget(ClientSession gone) {
        List<Held> lost =
                waiting.stream().filter(held -> held.from.equals(gone)).toList();
        remove(lost);
    }

    /** The shard ends: what is held back is answered, and nothing is held back any more. */
    void close() {
        List<Held> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(waiting);
            remove(all);
        }
        Replies replies = new Replies();
        all.forEach(held -> replies.add(held.from, held.nothingNew));
        replies.send();
    }

    /** How many are held back now. */
    synchronized int size() {
        return waiting.size();
    }

    private long now() {
        return System.nanoTime() - beginning;
    }

    /**
     * Has a turn when there is something to do next, in place of a later one: if that stayed, a log that grows would leave one
     * behind each time. Called with the lock.
     */
    private void plan() {
        long next = isDirty ? lookFrom : NEVER;
        for (Held held : waiting) {
            next = Math.min(next, held.until);
        }
        if (next < turnAt) {
            turnAt = next;
            if (planned != null) {
                planned.cancel(false);
            }
            planned = shared.after(Math.max(0, next - now()), this::turn);
        }
    }

    /** On the one thread. If the log cannot be read, whoever waits for it is answered when their time is over. */
    private void turn() {
        try {
            look();
        } finally {
            synchronized (this) {
                if (!waiting.isEmpty()) {
                    plan();
                }
            }
        }
    }

    private void look() {
        List<Held> looked = List.of();
        synchronized (this) {
            turnAt = NEVER;
            if (isDirty && now() >= lookFrom) {
                isDirty = false;
                looked = List.copyOf(waiting);
            }
        }
        List<Optional<Envelope>> found = looked.isEmpty()
                ? List.of()
                : log.replies(looked.stream().map(held -> held.question).toList());
        Replies replies = new Replies();
        synchronized (this) {
            take(looked, found, replies);
            long now = now();
            List<Held> over = waiting.stream().filter(held -> held.until <= now).toList();
            over.forEach(held -> replies.add(held.from, held.nothingNew));
            remove(over);
        }
        replies.send();
    }

    private void take(List<Held> looked, List<Optional<Envelope>> found, Replies replies) {
        Set<Held> present = new HashSet<>(waiting);
        List<Held> answered = new ArrayList<>();
        boolean hasGrown = false;
        for (int i = 0; i < looked.size(); i++) {
            Held held = looked.get(i);
            Envelope reply = found.get(i).orElse(null);
            Envelope next = asked(held.question, reply);
            if (next != null) {
                hasGrown |= !feedIn(next).equals(feedIn(held.question));
                held.question = next;
                held.nothingNew = reply;
            } else if (reply == null) {
                held.nothingNew = null;
            } else if (present.contains(held)) {
                answered.add(held);
                replies.add(held.from, reply);
                hasGrown = true;
            }
        }
        remove(answered);
        if (hasGrown) {
            lookFrom = now() + PAUSE_NANOS;
        }
    }

    /** Called with the lock. */
    private void remove(List<Held> some) {
        if (!some.isEmpty()) {
            waiting.removeAll(new HashSet<>(some));
            some.forEach(held -> shared.left(held.from));
            isEmpty = waiting.isEmpty();
        }
    }

    /** Gathered by connection, so that each gets them in one piece. */
    private static final class Replies {
        private final Map<ClientSession, List<Envelope>> bySession = new LinkedHashMap<>();

        void add(ClientSession to, @Nullable Envelope reply) {
            if (reply != null) {
                bySession.computeIfAbsent(to, session -> new ArrayList<>()).add(reply);
            }
        }

        void send() {
            bySession.forEach(ClientSession::send);
        }
    }
}
