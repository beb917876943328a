package dev.danta.scenario.provider;

import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Application.Ending;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import dev.danta.scenario.Work.Counted;
import dev.danta.scenario.Work.Effect;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Customers go: their accounts are closed, with what is on them paid out. */
final class Closer {
    private static final String DID = "did";
    private static final String CLOSED = "closed";
    private static final String CHANGED = "changed";

    private final Port port;
    private final Books books;

    Closer(Port port, Books books) {
        this.port = port;
        this.books = books;
    }

    /** Looks what is on it first, and closes it if there is just that on it then. */
    void close(Consumer<Done> then) {
        Place account = books.accounts().drawToClose(port);
        Work look = new Work(
                List.of(), List.of(Counted.look(account)), seen -> Effect.none(Long.toString(seen.counter(account))));
        port.transact(look, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                close(account, Long.parseLong(done.effect().answer()), then);
            } else {
                then.accept(new Done("close account", Ending.NOT_DONE));
            }
        });
    }

    private void close(Place account, long balance, Consumer<Done> then) {
        MoneyBook.Closure closure = books.money().closing(account, port.nowNanos());
        boolean paysOut = balance > 0 && books.rules().paysRestOut();
        MoneyBook.@Nullable Entry rest = paysOut
                ? books.money().begin(account, new Input.Spend(account.toString(), balance, 0), true, port.nowNanos())
                : null;
        Place closed = Accounts.closed(account);
        Counted counted = paysOut ? Counted.spend(account, balance) : Counted.look(account);
        Work work = new Work(List.of(closed), List.of(counted), seen -> {
            if (seen.value(closed) != null) {
                return Effect.none(CLOSED);
            }
            if (books.rules().paysRestOut() && (seen.counter(account) != balance || !seen.enough(account))) {
                return Effect.none(CHANGED);
            }
            Map<Place, @Nullable String> puts = new TreeMap<>();
            puts.put(closed, "paid out " + balance);
            return new Effect(DID, puts, paysOut ? List.of(account) : List.of(), new TreeMap<>(), new TreeMap<>());
        });
        port.transact(work, ending -> then.accept(new Done("close account", closed(account, closure, rest, ending))));
    }

    private Ending closed(
            Place account, MoneyBook.Closure closure, MoneyBook.@Nullable Entry rest, Work.Ending ending) {
        if (ending instanceof Work.Ending.Unknown) {
            return Ending.UNKNOWN;
        }
        boolean isClosed = ending instanceof Work.Ending.Done done
                && done.effect().answer().equals(DID);
        if (isClosed) {
            closure.done(port.nowNanos());
            books.accounts().hasClosed(account);
        } else {
            closure.notDone();
        }
        if (rest != null && isClosed) {
            rest.answered(new Output.Accepted(Mode.STRICT), port.nowNanos());
        } else if (rest != null) {
            rest.notDone();
        }
        return isClosed ? Ending.DONE : ending instanceof Work.Ending.Done ? Ending.DECLINED : Ending.NOT_DONE;
    }

    /** Looks which are closed, and what registers have. */
    void audit(Consumer<Boolean> then) {
        OneByOne.all(port, books.money().closed(), this::audit, looked -> {
            if (looked) {
                OneByOne.all(port, books.registers().places(), this::auditRegister, then);
            } else {
                then.accept(false);
            }
        });
    }

    private void audit(Place account, Consumer<Boolean> then) {
        Place closed = Accounts.closed(account);
        Work work =
                new Work(List.of(closed), List.of(), seen -> Effect.none(seen.value(closed) == null ? "open" : CLOSED));
        port.transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                books.money().audited(account, done.effect().answer().equals(CLOSED));
            }
            then.accept(ending instanceof Work.Ending.Done);
        });
    }

    private void auditRegister(Place register, Consumer<Boolean> then) {
        port.read(register, Port.Look.QUORUM, found -> {
            if (found instanceof Port.Found.Value<@Nullable String> value) {
                books.registers().audited(register, value.value());
            }
            then.accept(found instanceof Port.Found.Value);
        });
    }
}
