package dev.danta.scenario.pool;

import dev.danta.scenario.Application;
import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One user of the pools. */
final class PoolUser implements Application.Step {
    /** Of a thousand steps; the rest asks what is available. */
    private static final int RESERVE = 150;

    private static final int RELEASE = 50;
    private static final int SET_LIMIT = 5;
    private static final int DUEL = 5;
    private static final int ALL = 1_000;

    private static final int UNITS_MAX = 3;
    private static final int DAYS_ASKED_MAX = 3;
    /** Of a hundred: repetitions of what was done, and looks at whether what everybody reads is true. */
    private static final int PERCENT = 100;

    private static final int REPEATED = 5;
    private static final int REFRESHED = 2;
    private static final int ATTEMPTS_MAX = 5;
    private static final int PUBLISHED_MAX = 10;
    private static final long BEFORE_DUEL = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Port port;
    private final PoolSettings settings;
    private final PoolWork work;
    private final PoolBook book;
    private final PoolDraw pools;
    private final String name;
    private final List<Own> own = new ArrayList<>();
    /** Of each pool and each who has published something of it, which of theirs was seen last. */
    private final Map<String, Long> seen = new LinkedHashMap<>();

    private long number;

    private record Own(String id, PoolBook.Reservation reservation) {}

    PoolUser(Port port, PoolSettings settings, PoolWork work, PoolBook book, PoolDraw pools) {
        this.port = port;
        this.settings = settings;
        this.work = work;
        this.book = book;
        this.pools = pools;
        this.name = "u" + book.newUser();
    }

    @Override
    public void next(Consumer<Done> then) {
        step(done -> {
            book.isActive(port.nowNanos());
            then.accept(done);
        });
    }

    private void step(Consumer<Done> then) {
        book.isActive(port.nowNanos());
        long drawn = port.draw(ALL);
        if (drawn < RESERVE) {
            reserve(then);
        } else if (drawn < RESERVE + RELEASE && !own.isEmpty()) {
            release(then);
        } else if (drawn < RESERVE + RELEASE + SET_LIMIT) {
            setLimit(then);
        } else if (drawn < RESERVE + RELEASE + SET_LIMIT + DUEL) {
            duel(then);
        } else {
            availability(then);
        }
    }

    private boolean inPercent(int percent) {
        return port.draw(PERCENT) < percent;
    }

    /** How several attempts ended: what was answered, or null; and whether an attempt may still take effect. */
    private record Attempts(Work.@Nullable Effect effect, boolean isUnknown) {
        Ending ending() {
            return isUnknown ? Ending.UNKNOWN : Ending.NOT_DONE;
        }
    }

    /** Once more as long as nobody knows whether it took effect: what is done under an id is done once. */
    private void attempt(IntFunction<Work> making, int attempt, boolean isUnknown, Consumer<Attempts> then) {
        port.transact(making.apply(attempt), ending -> {
            if (ending instanceof Work.Ending.Done done) {
                then.accept(new Attempts(done.effect(), false));
            } else if (ending instanceof Work.Ending.Unknown && attempt < ATTEMPTS_MAX) {
                attempt(making, attempt + 1, true, then);
            } else {
                then.accept(new Attempts(null, isUnknown || ending instanceof Work.Ending.Unknown));
            }
        });
    }

    private void reserve(Consumer<Done> then) {
        String pool = pools.draw(port);
        long units = 1 + port.draw(UNITS_MAX);
        String id = pool + "-" + name + "-" + number++;
        PoolBook.Reservation reservation = new PoolBook.Reservation(pool, units);
        book.asked(id, reservation);
        PoolBook.Asked asked = book.asks(new PoolModel.Input.Reserve(pool, units), port.nowNanos());
        attempt(attempt -> work.reserve(pool, id, units, attempt > 1), 1, false, ended -> {
            Work.Effect effect = ended.effect();
            if (effect == null) {
                book.told(reservation, ended.isUnknown() ? PoolBook.Fate.UNKNOWN : PoolBook.Fate.NOT_DONE);
                if (!ended.isUnknown()) {
                    book.failed(asked);
                }
                then.accept(new Done("reserve", ended.ending()));
                return;
            }
            boolean isFull = effect.answer().equals(PoolWork.FULL);
            book.told(reservation, isFull ? PoolBook.Fate.FULL : PoolBook.Fate.LIVE);
            book.answered(asked, isFull ? new PoolModel.Output.Full() : new PoolModel.Output.Done(), port.nowNanos());
            if (isFull) {
                then.accept(new Done("reserve", Ending.DECLINED));
                return;
            }
            own.add(new Own(id, reservation));
            requireRoom(pool, effect);
            published(
                    pool,
                    effect,
                    () -> repeated(
                            work.reserve(pool, id, units, false),
                            PoolWork.AGAIN,
                            id,
                            () -> then.accept(new Done("reserve", Ending.DONE))));
        });
    }

    /** What the transaction saw is true: it says itself how much was in use after it, and of how much. */
    private void requireRoom(String pool, Work.Effect effect) {
        effect.puts().forEach((place, record) -> {
            if (record != null && record.startsWith(PoolWork.LIVE)) {
                List<String> words = List.of(record.split(" ", -1));
                long used = Long.parseLong(words.get(words.size() - 3));
                long limit = Long.parseLong(words.get(words.size() - 1));
                if (used > limit) {
                    book.broke("C1", place + " was reserved when " + pool + " had a limit of " + limit + ": " + record);
                }
            }
        });
    }

    private void release(Consumer<Done> then) {
        Own one = own.remove((int) port.draw(own.size()));
        String pool = one.reservation().pool();
        long units = one.reservation().units();
        PoolBook.Asked asked = book.asks(new PoolModel.Input.Release(pool, units), port.nowNanos());
        book.told(one.reservation(), PoolBook.Fate.MAYBE_RELEASED);
        attempt(attempt -> work.release(pool, one.id(), units), 1, false, ended -> {
            Work.Effect effect = ended.effect();
            if (effect == null) {
                if (!ended.isUnknown()) {
                    book.failed(asked);
                    book.told(one.reservation(), PoolBook.Fate.LIVE);
                    own.add(one);
                }
                then.accept(new Done("release", ended.ending()));
                return;
            }
            if (effect.answer().equals(PoolWork.UNKNOWN_ID)) {
                book.broke("C3", one.id() + " was reserved and is not there when it is to be released");
            }
            book.told(one.reservation(), PoolBook.Fate.RELEASED);
            book.answered(asked, new PoolModel.Output.Done(), port.nowNanos());
            published(
                    pool,
                    effect,
                    () -> repeated(
                            work.release(pool, one.id(), units),
                            PoolWork.AGAIN,
                            one.id(),
                            () -> then.accept(new Done("release", Ending.DONE))));
        });
    }

    /** Now and then a request comes twice. Its second answer says that it was done before. */
    private void repeated(Work again, String expected, String id, Runnable then) {
        if (!inPercent(REPEATED)) {
            then.run();
            return;
        }
        port.transact(again, ending -> {
            if (ending instanceof Work.Ending.Done done
                    && !done.effect().answer().equals(expected)) {
                book.broke(
                        "C3",
                        id + " was done, and when it was asked for again: "
                                + done.effect().answer());
            }
            then.run();
        });
    }

    private void setLimit(Consumer<Done> then) {
        String pool = pools.draw(port);
        long limit = settings.limit() / 2 + 1 + port.draw(settings.limit() + settings.limit() / 2);
        PoolBook.Asked asked = book.asks(new PoolModel.Input.SetLimit(pool, limit), port.nowNanos());
        // Once: somebody else may have set another one in between.
        port.transact(work.setLimit(pool, limit), ending -> {
            if (ending instanceof Work.Ending.Done done) {
                book.answered(asked, new PoolModel.Output.Done(), port.nowNanos());
                published(pool, done.effect(), () -> then.accept(new Done("set-limit", Ending.DONE)));
            } else if (ending instanceof Work.Ending.Unknown) {
                then.accept(new Done("set-limit", Ending.UNKNOWN));
            } else {
                book.failed(asked);
                then.accept(new Done("set-limit", Ending.NOT_DONE));
            }
        });
    }

    /** Whoever has opened or closed a pool says so where everybody reads it. */
    private void published(String pool, Work.Effect effect, Runnable then) {
        String state = effect.puts().get(work.state(pool));
        if (state == null) {
            then.run();
        } else {
            publish(pool, work.stateOf(state).flips(), then);
        }
    }

    /**
     * Until what everybody reads is what is: somebody who is slower may have put something older over it. Who has put, and knows
     * that it is there, looks afterwards; so the last one who puts knows the newest, or puts it then.
     */
    private void publish(String pool, long flips, Runnable then) {
        book.publishes(pool);
        publish(pool, flips, 1, isTrue -> {
            // Else something older may still come over what is true.
            if (isTrue) {
                book.hasPublished(pool);
            }
            then.run();
        });
    }

    private void publish(String pool, long flips, int attempt, Consumer<Boolean> then) {
        String value = flips + " " + (PoolState.isOpen(flips) ? "OPEN" : "CLOSED") + " " + name + " " + number++;
        port.put(work.availability(pool), value, Port.Ack.QUORUM, put -> {
            if (put == Port.Reply.DONE) {
                verified(pool, isTrue -> {
                    if (isTrue) {
                        then.accept(true);
                    } else {
                        publishAgain(pool, flips, attempt, then);
                    }
                });
            } else {
                publishAgain(pool, flips, attempt, then);
            }
        });
    }

    private void publishAgain(String pool, long flips, int attempt, Consumer<Boolean> then) {
        if (attempt == PUBLISHED_MAX) {
            then.accept(false);
        } else {
            newest(pool, now -> publish(pool, now, attempt + 1, then), () -> publish(pool, flips, attempt + 1, then));
        }
    }

    /** Compares what everybody reads with what is. */
    private void verified(String pool, Consumer<Boolean> then) {
        newest(
                pool,
                now -> port.read(work.availability(pool), Port.Look.QUORUM, found -> {
                    boolean isTrue =
                            found instanceof Port.Found.Value<@Nullable String> value && flipsOf(value.value()) == now;
                    if (isTrue) {
                        book.published(pool, now);
                    }
                    then.accept(isTrue);
                }),
                () -> then.accept(false));
    }

    private void newest(String pool, Consumer<Long> then, Runnable otherwise) {
        Work look = new Work(
                List.of(work.state(pool)),
                List.of(),
                found -> Work.Effect.none(String.valueOf(
                        work.stateOf(found.value(work.state(pool))).flips())));
        port.transact(look, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                then.accept(Long.parseLong(done.effect().answer()));
            } else {
                otherwise.run();
            }
        });
    }

    static long flipsOf(@Nullable String published) {
        return published == null ? 0 : Long.parseLong(published.substring(0, published.indexOf(' ')));
    }

    private void availability(Consumer<Done> then) {
        String first = pools.draw(port);
        int days = 1 + (int) port.draw(Math.min(DAYS_ASKED_MAX, settings.days()));
        availability(first, days, Ending.DONE, then);
    }

    private void availability(String pool, int days, Ending ending, Consumer<Done> then) {
        if (days == 0) {
            if (inPercent(REFRESHED)) {
                verified(pool, isTrue -> {
                    if (isTrue) {
                        then.accept(new Done("refresh", Ending.DONE));
                    } else {
                        newest(
                                pool,
                                now -> publish(pool, now, () -> then.accept(new Done("refresh", Ending.DONE))),
                                () -> then.accept(new Done("refresh", Ending.NOT_DONE)));
                    }
                });
            } else {
                then.accept(new Done("availability", ending));
            }
            return;
        }
        port.read(work.availability(pool), Port.Look.SESSION, found -> {
            if (found instanceof Port.Found.Value<@Nullable String> value) {
                saw(pool, value.value());
            }
            Ending worse = found instanceof Port.Found.Value ? ending : Ending.NOT_DONE;
            availability(days == 1 ? pool : pools.draw(port), days - 1, worse, then);
        });
    }

    /** Nobody is shown something that its writer had overwritten already when they last looked. */
    private void saw(String pool, @Nullable String published) {
        List<String> words = published == null ? List.of() : List.of(published.split(" ", -1));
        String writer = pool + " " + (words.isEmpty() ? "" : words.get(2));
        long now = words.isEmpty() ? 0 : Long.parseLong(words.get(3));
        boolean goesBack = words.isEmpty() ? seen.containsKey(pool) : now < seen.getOrDefault(writer, Long.MIN_VALUE);
        if (goesBack) {
            book.broke("C4", name + " was shown " + published + " of " + pool + " after something newer");
        }
        if (!words.isEmpty()) {
            seen.put(pool, 0L);
            seen.put(writer, now);
        }
    }

    private void duel(Consumer<Done> then) {
        PoolBook.Duel duel = book.joinDuel(name);
        awaitDuel(duel, port.nowNanos() + BEFORE_DUEL, then);
    }

    /** At the same time, if there is somebody; else whoever comes later comes too late. */
    private void awaitDuel(PoolBook.Duel duel, long until, Consumer<Done> then) {
        if (book.isComplete(duel) || port.nowNanos() - until > 0) {
            fight(duel, then);
        } else {
            port.after(BETWEEN_LOOKS, () -> awaitDuel(duel, until, then));
        }
    }

    private void fight(PoolBook.Duel duel, Consumer<Done> then) {
        String id = duel.id(name);
        PoolBook.Reservation reservation = new PoolBook.Reservation(duel.pool(), 1);
        book.asked(id, reservation);
        attempt(attempt -> work.reserveLast(duel.pool(), id, attempt > 1), 1, false, ended -> {
            Work.Effect effect = ended.effect();
            if (effect == null) {
                book.told(reservation, ended.isUnknown() ? PoolBook.Fate.UNKNOWN : PoolBook.Fate.NOT_DONE);
                then.accept(new Done("duel", ended.ending()));
                return;
            }
            boolean isLost = effect.answer().equals(PoolWork.FULL);
            book.told(reservation, isLost ? PoolBook.Fate.FULL : PoolBook.Fate.LIVE);
            then.accept(new Done("duel", isLost ? Ending.DECLINED : Ending.DONE));
        });
    }
}
