package dev.danta.scenario.provider;

import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Port.Reply;
import dev.danta.scenario.Port.Spent;
import dev.danta.scenario.Port.Way;
import dev.danta.scenario.Work;
import dev.danta.scenario.Work.Counted;
import dev.danta.scenario.Work.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one user does with money. */
final class Teller {
    /** A charge is small if it is at most this part of the quota. */
    private static final long SMALL = 100;
    /** What is held laxly at once is so many small charges. */
    private static final long HELD = 5;

    private static final int AUDITED_AT_ONCE = 8;
    private static final String BETWEEN = " ";

    /** Answers: done now, done before, not enough, and it is closed. */
    private static final String DID = "did";

    private static final String AGAIN = "again";
    private static final String LIMIT = "limit";
    private static final String CLOSED = "closed";

    private final Port port;
    private final Books books;

    Teller(Port port, Books books) {
        this.port = port;
        this.books = books;
    }

    private static Input spend(Place account, long amount, long allowance) {
        return new Input.Spend(account.toString(), amount, allowance);
    }

    private MoneyBook.Entry begin(Place account, Input input) {
        return books.money().begin(account, input, true, port.nowNanos());
    }

    private Place account() {
        return books.accounts().balance(port, books.accounts().draw(port));
    }

    /**
     * By rule: small charges are relaxed where there is a quota, and strict if nothing is held for them; large ones are strict.
     */
    void charge(Consumer<Done> then) {
        Place account = account();
        long quota = books.accounts().quota(account);
        long small = Math.max(1, books.accounts().size().quota() / SMALL);
        boolean isSmall = port.draw(10) < 9;
        long amount = isSmall ? 1 + port.draw(small) : small + 1 + port.draw(20 * small);
        MoneyBook.Entry entry = begin(account, spend(account, amount, quota));
        if (!isSmall || quota == 0) {
            chargeStrictly(account, amount, entry, isSmall ? "small charge" : "large charge", then);
            return;
        }
        books.money().hold(account);
        port.spend(account, amount, Way.RELAXED, spent -> {
            if (spent.status() == Spent.Status.LIMIT) {
                chargeStrictly(account, amount, entry, "small charge", then);
            } else {
                then.accept(new Done("small charge", answered(entry, spent)));
            }
        });
    }

    private void chargeStrictly(Place account, long amount, MoneyBook.Entry entry, String what, Consumer<Done> then) {
        if (!books.accounts().mayClose(account)) {
            port.spend(
                    account,
                    amount,
                    Way.STRICT_INTO_ALLOWANCE,
                    spent -> then.accept(new Done(what, answered(entry, spent))));
            return;
        }
        Work work = new Work(closures(account), List.of(Counted.spend(account, amount)), seen -> {
            if (isClosed(seen, account)) {
                return Effect.none(CLOSED);
            }
            return seen.enough(account)
                    ? new Effect(DID, new TreeMap<>(), List.of(account), new TreeMap<>(), new TreeMap<>())
                    : Effect.none(LIMIT);
        });
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                then.accept(new Done(what, answered(entry, done.effect().answer())));
            } else if (ending instanceof Work.Ending.Unknown) {
                then.accept(new Done(what, Ending.UNKNOWN));
            } else {
                entry.notDone();
                then.accept(new Done(what, Ending.NOT_DONE));
            }
        });
    }

    private Ending answered(MoneyBook.Entry entry, String answer) {
        switch (answer) {
            case DID -> entry.answered(new Output.Accepted(Mode.STRICT), port.nowNanos());
            case LIMIT -> entry.answered(new Output.Limit(), port.nowNanos());
            default -> entry.notDone();
        }
        return answer.equals(DID) ? Ending.DONE : Ending.DECLINED;
    }

    /** What says of an account whether it is closed, for whoever looks. */
    private List<Place> closures(@Nullable Place account) {
        return account != null
                        && books.accounts().mayClose(account)
                        && books.rules().readsClosed()
                ? List.of(Accounts.closed(account))
                : List.of();
    }

    private boolean isClosed(Work.Seen seen, @Nullable Place account) {
        return closures(account).stream().anyMatch(closure -> seen.value(closure) != null);
    }

    private Ending answered(MoneyBook.Entry entry, Spent spent) {
        return switch (spent.status()) {
            case ACCEPTED -> {
                entry.answered(new Output.Accepted(mode(spent.way())), port.nowNanos());
                yield Ending.DONE;
            }
            case LIMIT -> {
                entry.answered(new Output.Limit(), port.nowNanos());
                yield Ending.DECLINED;
            }
            case NOT_DONE -> {
                entry.notDone();
                yield Ending.NOT_DONE;
            }
            case UNKNOWN -> Ending.UNKNOWN;
        };
    }

    private static @Nullable Mode mode(@Nullable Way way) {
        if (way == null) {
            return null;
        }
        return switch (way) {
            case STRICT, STRICT_INTO_ALLOWANCE -> Mode.STRICT;
            case RESERVED -> Mode.RESERVED;
            case RELAXED -> Mode.RELAXED;
        };
    }

    /** Stands by for small charges, or does so no longer. */
    void hold(Consumer<Done> then) {
        Place account = books.accounts().balance(port, 2 * (books.accounts().draw(port) / 2));
        if (port.draw(4) == 0) {
            port.giveBack(account, reply -> then.accept(new Done("give back", ending(reply))));
        } else {
            long amount = HELD * Math.max(1, books.accounts().size().quota() / SMALL);
            books.money().hold(account);
            port.stockUp(account, amount, reply -> then.accept(new Done("hold", ending(reply))));
        }
    }

    private static Ending ending(Reply reply) {
        return switch (reply) {
            case DONE -> Ending.DONE;
            case NOT_DONE -> Ending.NOT_DONE;
            case UNKNOWN -> Ending.UNKNOWN;
        };
    }

    /** Relaxed, and never repeated; or under an id, and repeated until it is known what became of it. */
    void deposit(Consumer<Done> then) {
        Place account = account();
        long amount = 1 + port.draw(Math.max(1, books.accounts().size().quota() / 4));
        boolean isStrict = port.draw(3) == 0;
        MoneyBook.Entry entry =
                books.money().begin(account, new Input.Gain(account.toString(), amount), isStrict, port.nowNanos());
        if (isStrict) {
            once(new Move("deposit", null, account, amount), List.of(entry), then);
            return;
        }
        port.gain(account, amount, reply -> {
            if (reply == Reply.DONE) {
                entry.answered(new Output.Accepted(), port.nowNanos());
            } else if (reply == Reply.NOT_DONE) {
                entry.notDone();
            }
            then.accept(new Done("deposit", ending(reply)));
        });
    }

    /** Never into the quota. */
    void payOut(Consumer<Done> then) {
        Place account = account();
        long amount = 1 + port.draw(Math.max(1, books.accounts().size().quota() / 4));
        MoneyBook.Entry entry = begin(account, spend(account, amount, 0));
        once(new Move("payout", account, null, amount), List.of(entry), then);
    }

    /** Of one account to another, wherever they are; half of them between the provider's own. */
    void transfer(Consumer<Done> then) {
        Place from;
        Place to;
        if (port.draw(2) == 0) {
            List<Place> house = books.accounts().house();
            int first = (int) port.draw(house.size());
            from = house.get(first);
            to = house.get((int) ((first + 1 + port.draw(house.size() - 1L)) % house.size()));
        } else {
            int first = books.accounts().draw(port);
            from = books.accounts().balance(port, first);
            to = books.accounts().balance(port, books.accounts().drawOther(port, first));
        }
        long amount = 1 + port.draw(Math.max(1, books.accounts().size().quota() / 4));
        MoneyBook.Entry out = begin(from, spend(from, amount, 0));
        MoneyBook.Entry in = begin(to, new Input.Gain(to.toString(), amount));
        if (books.rules().transfersAtOnce()) {
            once(new Move("transfer", from, to, amount), List.of(out, in), then);
            return;
        }
        once(new Move("transfer", from, null, amount), List.of(out), first -> {
            if (first.ending() == Ending.DONE) {
                once(new Move("transfer", null, to, amount), List.of(in), then);
            } else {
                if (first.ending() != Ending.UNKNOWN) {
                    in.notDone();
                }
                then.accept(first);
            }
        });
    }

    /** Money on its way: out of somewhere, or into somewhere, or both. */
    private record Move(
            String what, @Nullable Place from, @Nullable Place to, long amount) {
        @Override
        public String toString() {
            return what + " of " + amount + (from == null ? "" : " from " + from) + (to == null ? "" : " to " + to);
        }
    }

    private void once(Move move, List<MoneyBook.Entry> entries, Consumer<Done> then) {
        new Once(move, entries, then).tryOnce();
    }

    /** One move under one id, tried until it is known what became of it, and now and then once more. */
    private final class Once {
        private static final int ATTEMPTS = 6;
        private static final long PAUSE_NANOS = 100_000_000;

        private final Move move;
        private final List<MoneyBook.Entry> entries;
        private final Consumer<Done> then;
        private final Place record = Accounts.OPERATIONS.at(books.newName("o"));
        private boolean mayHaveBeen;
        private boolean wasDone;
        private int attempts;

        Once(Move move, List<MoneyBook.Entry> entries, Consumer<Done> then) {
            this.move = move;
            this.entries = entries;
            this.then = then;
        }

        void tryOnce() {
            attempts++;
            TreeMap<Place, Counted> counted = new TreeMap<>();
            if (move.to() != null) {
                counted.put(move.to(), Counted.look(move.to()));
            }
            if (move.from() != null) {
                boolean intoQuota =
                        move.what().equals("payout") && books.rules().paysOutOfQuota();
                counted.put(move.from(), new Counted(move.from(), move.amount(), intoQuota));
            }
            List<Place> records = new ArrayList<>(closures(move.from()));
            records.addAll(closures(move.to()));
            if (books.rules().readsOperation()) {
                records.add(record);
            }
            port.transact(new Work(records, List.copyOf(counted.values()), this::effect), this::ended);
        }

        private Effect effect(Work.Seen seen) {
            if (books.rules().readsOperation() && seen.value(record) != null) {
                return Effect.none(AGAIN);
            }
            Place from = move.from();
            if (isClosed(seen, from) || isClosed(seen, move.to())) {
                return Effect.none(CLOSED);
            }
            if (from != null && !seen.enough(from)) {
                return Effect.none(LIMIT);
            }
            Map<Place, @Nullable String> puts = new TreeMap<>();
            puts.put(record, move.toString());
            Map<Place, Long> gained = new TreeMap<>();
            if (move.to() != null) {
                gained.put(move.to(), move.amount());
            }
            return new Effect(DID, puts, from == null ? List.of() : List.of(from), gained, new TreeMap<>());
        }

        private void ended(Work.Ending ending) {
            if (ending instanceof Work.Ending.Unknown) {
                mayHaveBeen = true;
                if (attempts < ATTEMPTS) {
                    port.after(port.draw(PAUSE_NANOS), this::tryOnce);
                } else {
                    finish(wasDone ? Ending.DONE : Ending.UNKNOWN);
                }
                return;
            }
            String answer =
                    ending instanceof Work.Ending.Done done ? done.effect().answer() : "";
            if (answer.equals(DID)) {
                books.money().didUnder(record + ", " + move);
            }
            boolean isDone = answer.equals(DID) || answer.equals(AGAIN);
            if (isDone && !wasDone) {
                wasDone = true;
                entries.forEach(entry -> entry.answered(new Output.Accepted(Mode.STRICT), port.nowNanos()));
                if (port.draw(8) == 0) {
                    // Somebody has not heard that it is done.
                    port.after(port.draw(PAUSE_NANOS), this::tryOnce);
                    return;
                }
            }
            if (wasDone) {
                finish(Ending.DONE);
            } else if (mayHaveBeen) {
                // That there is not enough now does not keep an earlier attempt from taking effect later.
                finish(Ending.UNKNOWN);
            } else if (answer.equals(LIMIT)) {
                for (int i = 0; i < entries.size(); i++) {
                    if (i == 0) {
                        entries.get(i).answered(new Output.Limit(), port.nowNanos());
                    } else {
                        entries.get(i).notDone();
                    }
                }
                finish(Ending.DECLINED);
            } else {
                entries.forEach(MoneyBook.Entry::notDone);
                finish(answer.equals(CLOSED) ? Ending.DECLINED : Ending.NOT_DONE);
            }
        }

        private void finish(Ending how) {
            then.accept(new Done(move.what(), how));
        }
    }

    /** What somebody has, strictly; or what the house has, at one moment. */
    void balance(Consumer<Done> then) {
        if (port.draw(5) == 0) {
            house(read -> then.accept(new Done("house", read ? Ending.DONE : Ending.NOT_DONE)));
            return;
        }
        Place account = account();
        MoneyBook.Entry entry = begin(account, new Input.Read(account.toString()));
        look(account, balance -> {
            if (balance == null) {
                entry.notDone();
            } else {
                books.money().seen(account, balance);
                entry.answered(new Output.Value(balance), port.nowNanos());
            }
            then.accept(new Done("balance", balance == null ? Ending.NOT_DONE : Ending.DONE));
        });
    }

    private void look(Place account, Consumer<@Nullable Long> then) {
        Work work = new Work(
                List.of(), List.of(Counted.look(account)), seen -> Effect.none(Long.toString(seen.counter(account))));
        port.transact(
                work,
                ending -> then.accept(
                        ending instanceof Work.Ending.Done done
                                ? Long.valueOf(done.effect().answer())
                                : null));
    }

    private void house(Consumer<Boolean> then) {
        List<Place> house = books.accounts().house();
        Work work = new Work(
                List.of(),
                house.stream().map(Counted::look).toList(),
                seen -> Effect.none(
                        Long.toString(house.stream().mapToLong(seen::counter).sum())));
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                books.money().houseHas(Long.parseLong(done.effect().answer()));
            }
            then.accept(ending instanceof Work.Ending.Done);
        });
    }

    /** Gives back what this user's client holds, and reads every balance that somebody has touched. */
    void audit(Consumer<Boolean> then) {
        OneByOne.all(port, books.money().held(), this::giveBack, given -> {
            if (given) {
                OneByOne.all(port, chunks(books.money().touched()), this::audit, read -> {
                    if (read) {
                        house(then);
                    } else {
                        then.accept(false);
                    }
                });
            } else {
                then.accept(false);
            }
        });
    }

    private void giveBack(Place account, Consumer<Boolean> then) {
        port.giveBack(account, reply -> then.accept(reply == Reply.DONE));
    }

    private static List<List<Place>> chunks(List<Place> accounts) {
        List<List<Place>> chunks = new ArrayList<>();
        for (int from = 0; from < accounts.size(); from += AUDITED_AT_ONCE) {
            chunks.add(accounts.subList(from, Math.min(accounts.size(), from + AUDITED_AT_ONCE)));
        }
        return chunks;
    }

    private void audit(List<Place> accounts, Consumer<Boolean> then) {
        Work work = new Work(
                List.of(),
                accounts.stream().map(Counted::look).toList(),
                seen -> Effect.none(accounts.stream()
                        .map(account -> Long.toString(seen.counter(account)))
                        .collect(Collectors.joining(BETWEEN))));
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                String[] balances = done.effect().answer().split(BETWEEN, -1);
                for (int i = 0; i < balances.length; i++) {
                    books.money().audited(accounts.get(i), Long.parseLong(balances[i]));
                }
            }
            then.accept(ending instanceof Work.Ending.Done);
        });
    }
}
