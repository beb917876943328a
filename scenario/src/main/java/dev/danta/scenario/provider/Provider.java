package dev.danta.scenario.provider;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A provider of services; see the package for what it is and what must hold of it. */
public final class Provider implements Application {
    private final Books books;

    /**
     * One run of one.
     *
     * @param options how much it may cost to look for an order of what was done with each account
     */
    public Provider(ProviderSize size, ProviderRules rules, CheckOptions options) {
        Accounts accounts = new Accounts(size);
        this.books = new Books(
                accounts,
                rules,
                new MoneyBook(accounts, options),
                new EmailBook(),
                new UsageBook(accounts),
                new RegisterBook(),
                new AtomicLong());
    }

    @Override
    public String name() {
        return "provider";
    }

    @Override
    public List<Collection> collections() {
        return books.accounts().collections();
    }

    @Override
    public void prepare(Port port, Consumer<Boolean> then) {
        new Clerk(port, books).prepare(then);
    }

    @Override
    public Step newUser(Port port) {
        Teller teller = new Teller(port, books);
        Clerk clerk = new Clerk(port, books);
        Closer closer = new Closer(port, books);
        return then -> {
            long dice = port.draw(100);
            if (dice < 35) {
                clerk.use(then);
            } else if (dice < 60) {
                teller.charge(then);
            } else if (dice < 70) {
                teller.deposit(then);
            } else if (dice < 75) {
                teller.transfer(then);
            } else if (dice < 78) {
                teller.payOut(then);
            } else if (dice < 80) {
                clerk.open(then);
            } else if (dice < 81) {
                clerk.rename(then);
            } else if (dice < 84) {
                clerk.close(then);
            } else if (dice < 85) {
                teller.hold(then);
            } else if (dice < 86) {
                closer.close(then);
            } else if (dice < 92) {
                clerk.statement(then);
            } else {
                teller.balance(then);
            }
        };
    }

    @Override
    public void audit(Port port, Consumer<Boolean> then) {
        new Clerk(port, books).audit(billed -> {
            if (billed) {
                new Teller(port, books).audit(read -> {
                    if (read) {
                        new Closer(port, books).audit(then);
                    } else {
                        then.accept(false);
                    }
                });
            } else {
                then.accept(false);
            }
        });
    }

    @Override
    public List<Broken> verdict() {
        List<Broken> broken = new ArrayList<>(books.money().verdict());
        broken.addAll(books.emails().verdict());
        broken.addAll(books.usage().verdict());
        broken.addAll(books.registers().verdict());
        return broken;
    }

    @Override
    public List<Broken> undecided() {
        return books.money().undecided();
    }
}
