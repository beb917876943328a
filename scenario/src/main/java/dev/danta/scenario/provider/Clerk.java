package dev.danta.scenario.provider;

import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Port.Ack;
import dev.danta.scenario.Port.Event;
import dev.danta.scenario.Port.Found;
import dev.danta.scenario.Port.Look;
import dev.danta.scenario.Port.Reply;
import dev.danta.scenario.Work;
import dev.danta.scenario.Work.Effect;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one user does besides: customers come, use something, and are billed for it. */
final class Clerk {
    private static final long FIRST_PRICE = 3;
    private static final List<String> PLANS = List.of("basic", "family", "office");
    /** How far back usage may be dated that is recorded late, in periods. */
    private static final long LATE = 3;

    private static final String BETWEEN = "\n";

    private final Port port;
    private final Books books;

    Clerk(Port port, Books books) {
        this.port = port;
        this.books = books;
    }

    /** There is a price from the beginning. */
    void prepare(Consumer<Boolean> then) {
        put(Accounts.PRICE, Long.toString(FIRST_PRICE), Ack.QUORUM, reply -> then.accept(reply == Reply.DONE));
    }

    private void put(Place register, String value, Ack ack, Consumer<Reply> then) {
        books.registers().putting(register, value);
        port.put(register, value, ack, reply -> {
            if (reply == Reply.DONE && ack == Ack.QUORUM) {
                books.registers().acknowledged(register);
            }
            then.accept(reply);
        });
    }

    private static Ending ending(Reply reply) {
        return switch (reply) {
            case DONE -> Ending.DONE;
            case NOT_DONE -> Ending.NOT_DONE;
            case UNKNOWN -> Ending.UNKNOWN;
        };
    }

    /** A customer with an email that nobody else has. */
    void open(Consumer<Done> then) {
        String email = books.emails().next(port.draw(2));
        String customer = books.newName("n");
        Place index = Accounts.EMAILS.at(email);
        Place record = Accounts.CUSTOMERS.at(customer);
        Work.Body body = seen -> {
            String owner = seen.value(index);
            if (owner != null) {
                return Effect.none(owner);
            }
            return opened(index, record, customer, email);
        };
        if (books.rules().readsEmail()) {
            port.transact(new Work(List.of(index), List.of(), body), ending -> opened(email, customer, ending, then));
            return;
        }
        port.transact(
                new Work(
                        List.of(index),
                        List.of(),
                        seen -> body.of(seen).puts().isEmpty() ? body.of(seen) : Effect.none("")),
                look -> {
                    if (look instanceof Work.Ending.Done done
                            && done.effect().answer().isEmpty()) {
                        Work blind = new Work(List.of(), List.of(), seen -> opened(index, record, customer, email));
                        port.transact(blind, ending -> opened(email, customer, ending, then));
                    } else {
                        opened(email, customer, look, then);
                    }
                });
    }

    private static Effect opened(Place index, Place record, String customer, String email) {
        Map<Place, @Nullable String> puts = new TreeMap<>();
        puts.put(index, customer);
        puts.put(record, email);
        return new Effect(customer, puts, List.of(), new TreeMap<>(), new TreeMap<>());
    }

    private void opened(String email, String customer, Work.Ending ending, Consumer<Done> then) {
        Ending how = ending instanceof Work.Ending.Unknown ? Ending.UNKNOWN : Ending.NOT_DONE;
        if (ending instanceof Work.Ending.Done done) {
            String owner = done.effect().answer();
            books.emails().belongsTo(email, owner);
            how = owner.equals(customer) ? Ending.DONE : Ending.DECLINED;
        }
        then.accept(new Done("open", how));
    }

    /** The name, what is subscribed to, a tag, or the price: whoever writes last is right. */
    void rename(Consumer<Done> then) {
        String account = Accounts.name(books.accounts().draw(port));
        Ack ack = port.draw(2) == 0 ? Ack.ONE : Ack.QUORUM;
        String tag = "t" + port.draw(5);
        long dice = port.draw(10);
        if (dice < 3) {
            put(
                    Accounts.PROFILES.at(account),
                    books.newName("name "),
                    ack,
                    reply -> then.accept(new Done("rename", ending(reply))));
        } else if (dice < 5) {
            String plan = PLANS.get((int) port.draw(PLANS.size())) + " since " + books.newName("order ");
            put(
                    Accounts.SUBSCRIPTIONS.at(account),
                    plan,
                    ack,
                    reply -> then.accept(new Done("subscribe", ending(reply))));
        } else if (dice < 7) {
            port.add(Accounts.TAGS.at(account), tag, ack, reply -> then.accept(new Done("tag", ending(reply))));
        } else if (dice < 9) {
            port.remove(Accounts.TAGS.at(account), tag, ack, reply -> then.accept(new Done("tag", ending(reply))));
        } else {
            String price = Long.toString(1 + port.draw(9));
            put(Accounts.PRICE, price, ack, reply -> then.accept(new Done("price", ending(reply))));
        }
    }

    /** As one replica has it. */
    void statement(Consumer<Done> then) {
        String account = Accounts.name(books.accounts().draw(port));
        long to = port.wallMicros();
        long from = to - books.accounts().size().periodMicros();
        readAll(
                List.of(Accounts.PROFILES.at(account), Accounts.SUBSCRIPTIONS.at(account), Accounts.BILLED.at(account)),
                registers -> port.members(
                        Accounts.TAGS.at(account),
                        Look.LOCAL,
                        tags -> port.events(
                                Accounts.USAGE.at(account),
                                from,
                                to,
                                Look.LOCAL,
                                used -> then.accept(new Done(
                                        "statement",
                                        registers && tags instanceof Found.Value && used instanceof Found.Value
                                                ? Ending.DONE
                                                : Ending.NOT_DONE)))));
    }

    private void readAll(List<Place> registers, Consumer<Boolean> then) {
        if (registers.isEmpty()) {
            then.accept(true);
            return;
        }
        port.read(registers.get(0), Look.LOCAL, found -> {
            if (found instanceof Found.Value) {
                readAll(registers.subList(1, registers.size()), then);
            } else {
                then.accept(false);
            }
        });
    }

    /** Something was used just now, or a while ago; at the price that is seen. */
    void use(Consumer<Done> then) {
        int account = books.accounts().draw(port);
        long back =
                port.draw(10) < 7 ? 0 : port.draw(LATE * books.accounts().size().periodMicros());
        port.read(Accounts.PRICE, Look.LOCAL, found -> {
            String price = found instanceof Found.Value<@Nullable String> value ? value.value() : null;
            if (price == null) {
                then.accept(new Done("use", Ending.NOT_DONE));
                return;
            }
            String what = Bill.used(1 + port.draw(9), Long.parseLong(price));
            Event event = new Event(books.newName("u"), port.wallMicros() - back, what);
            books.usage().begin(account, event);
            append(account, event, port.draw(10) == 0 ? Ack.ONE : Ack.QUORUM, false, 1, then);
        });
    }

    /** The same event twice is one event: so what may not have been recorded is recorded again. */
    private void append(int account, Event event, Ack ack, boolean mayHaveBeen, int attempt, Consumer<Done> then) {
        port.append(Accounts.USAGE.at(Accounts.name(account)), event, ack, reply -> {
            if (reply == Reply.DONE && ack == Ack.QUORUM) {
                books.usage().acknowledged(account, event, port.nowNanos());
            } else if (reply == Reply.NOT_DONE && !mayHaveBeen) {
                books.usage().notDone(account, event);
            }
            if (reply == Reply.UNKNOWN && attempt < 3) {
                append(account, event, ack, true, attempt + 1, then);
            } else {
                then.accept(new Done("use", mayHaveBeen && reply == Reply.NOT_DONE ? Ending.UNKNOWN : ending(reply)));
            }
        });
    }

    /** One of the last few periods of an account. */
    void close(Consumer<Done> then) {
        int account = books.accounts().draw(port);
        long period = books.accounts().period(port.wallMicros()) - 1 - port.draw(LATE);
        close(new UsageBook.Period(account, period), how -> {
            if (how == Ending.DONE) {
                put(
                        Accounts.BILLED.at(Accounts.name(account)),
                        Long.toString(period),
                        Ack.QUORUM,
                        said -> then.accept(new Done("close", how)));
            } else {
                then.accept(new Done("close", how));
            }
        });
    }

    /** Bills what was used in a period and is not billed yet: by the invoice if there is none, else by an adjustment. */
    private void close(UsageBook.Period period, Consumer<Ending> then) {
        long begun = port.nowNanos();
        long from = books.accounts().start(period.number());
        long to = books.accounts().start(period.number() + 1);
        Place usage = Accounts.USAGE.at(Accounts.name(period.account()));
        port.events(usage, from, to, books.rules().usageSeenAt(), found -> {
            if (found instanceof Found.Value<List<Event>> events) {
                bill(period, events.value(), begun, then);
            } else {
                then.accept(Ending.NOT_DONE);
            }
        });
    }

    private void bill(UsageBook.Period period, List<Event> used, long begun, Consumer<Ending> then) {
        Place invoice = Accounts.INVOICES.at(period.key());
        Place adjustments = Accounts.ADJUSTMENTS.at(period.key());
        Work work = new Work(List.of(adjustments, invoice), List.of(), seen -> {
            String invoiced = seen.value(invoice);
            String adjusted = seen.value(adjustments);
            TreeSet<String> billed = new TreeSet<>();
            if (books.rules().billsOnce()) {
                Bill.items(invoiced).forEach(item -> billed.add(item.id()));
                Bill.items(adjusted).forEach(item -> billed.add(item.id()));
            }
            List<Event> due =
                    used.stream().filter(event -> !billed.contains(event.id())).toList();
            Bill bill = Bill.with(invoiced, adjusted, due);
            Map<Place, @Nullable String> puts = new TreeMap<>();
            if (invoiced == null) {
                puts.put(invoice, bill.invoice());
            } else if (!due.isEmpty()) {
                puts.put(adjustments, bill.adjustments());
            }
            String answer = bill.invoice() + BETWEEN + bill.adjustments();
            return new Effect(answer, puts, List.of(), new TreeMap<>(), new TreeMap<>());
        });
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                String[] parts = done.effect().answer().split(BETWEEN, 2);
                books.usage().closed(period, new Bill(parts[0], parts[1]), begun);
                then.accept(Ending.DONE);
            } else {
                then.accept(ending instanceof Work.Ending.Unknown ? Ending.UNKNOWN : Ending.NOT_DONE);
            }
        });
    }

    /** Looks up every email, and bills what is not billed yet. */
    void audit(Consumer<Boolean> then) {
        OneByOne.all(port, books.emails().emails(), this::audit, looked -> {
            if (looked) {
                OneByOne.all(
                        port,
                        books.usage().periods(),
                        (period, billed) -> close(period, how -> {
                            if (how == Ending.DONE) {
                                books.usage().audited(period);
                            }
                            billed.accept(how == Ending.DONE);
                        }),
                        then);
            } else {
                then.accept(false);
            }
        });
    }

    private void audit(String email, Consumer<Boolean> then) {
        Place index = Accounts.EMAILS.at(email);
        port.transact(
                new Work(List.of(index), List.of(), seen -> {
                    String owner = seen.value(index);
                    return Effect.none(owner == null ? "" : owner);
                }),
                ending -> {
                    if (!(ending instanceof Work.Ending.Done done)) {
                        then.accept(false);
                    } else if (done.effect().answer().isEmpty()) {
                        books.emails().audited(email, null, null);
                        then.accept(true);
                    } else {
                        auditCustomer(email, done.effect().answer(), then);
                    }
                });
    }

    private void auditCustomer(String email, String customer, Consumer<Boolean> then) {
        Place record = Accounts.CUSTOMERS.at(customer);
        port.transact(
                new Work(List.of(record), List.of(), seen -> {
                    String theirs = seen.value(record);
                    return Effect.none(theirs == null ? "" : theirs);
                }),
                ending -> {
                    if (ending instanceof Work.Ending.Done done) {
                        books.emails().audited(email, customer, done.effect().answer());
                    }
                    then.accept(ending instanceof Work.Ending.Done);
                });
    }
}
