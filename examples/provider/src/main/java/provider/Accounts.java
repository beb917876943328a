package provider;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.EventStream;
import dev.danta.client.EventStream.Dated;
import dev.danta.client.EventStream.Event;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.client.SpendRule;
import dev.danta.client.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A provider of services: accounts with an overdraft, usage, and a bill. Its arguments are nodes of a cluster, HOST:PORT. */
public final class Accounts {
    /** How far below zero charges may take a balance, in cents. */
    private static final long QUOTA = 10_000;

    private static final Duration PERIOD = Duration.ofDays(30);

    /** One operation, two rules: small charges come out of what this client holds for them, large ones are strict. */
    private static final Spend CHARGE = Spend.with(SpendRule.named("charge")
                    .strictWhen(charge -> charge.amount() > QUOTA / 100)
                    .relaxedWhen(charge -> charge.amount() <= QUOTA / 100))
            .intoAllowance();

    private final Space space;
    private final BoundedCounter balances;
    /** Whose an email is. */
    private final Table<String> emails;
    /** Payouts that were made, by their id. */
    private final Table<Long> payouts;
    /** What was used: how many cents. */
    private final EventStream<Long> usage;
    /** The ids of events that are billed, by account and period: the invoice, and what came later. */
    private final Table<String> invoices;

    private final Table<String> adjustments;

    /** Prepaid accounts that are closed: how much was paid out. */
    private final Table<Long> closed;
    /** Nothing can be overdrawn here, and nothing is held by clients: so these accounts can be closed. */
    private final BoundedCounter prepaid;
    /** What is subscribed to: whoever writes last is right. */
    private final Table<String> subscriptions;

    private Accounts(DantaClient client) {
        space = client.space("accounts");
        balances = space.boundedCounter("balances", Bounds.atLeast(0).allowance(QUOTA));
        emails = space.table("emails", Codecs.STRING, Mode.STRICT);
        payouts = space.table("payouts", Codecs.LONG, Mode.STRICT);
        usage = space.eventStream("usage", Codecs.LONG, Duration.ofDays(1));
        invoices = space.table("invoices", Codecs.STRING, Mode.STRICT);
        closed = space.table("closed", Codecs.LONG, Mode.STRICT);
        prepaid = space.boundedCounter("prepaid", Bounds.atLeast(0));
        subscriptions = space.table("subscriptions", Codecs.STRING, Mode.RELAXED);
        adjustments = space.table("adjustments", Codecs.STRING, Mode.STRICT);
    }

    private String open(String email, String account) {
        // Whoever reads that nobody has it and commits is the only one.
        return space.run(tx -> {
            if (tx.get(emails, Key.of(email)).isPresent()) {
                return "not with that email";
            }
            tx.put(emails, Key.of(email), account);
            return "open";
        });
    }

    private String charge(String account, long cents) {
        SpendResult result = balances.spend(Key.of(account), cents, CHARGE);
        return result.isAccepted() ? "charged " + result.path() : "refused";
    }

    /** Never out of the overdraft; once, however often it is asked for. */
    private String payOut(String id, String account, long cents) {
        return space.run(tx -> {
            if (tx.get(payouts, Key.of(id)).isPresent()) {
                return "paid before";
            }
            if (!tx.spend(balances, Key.of(account), cents)) {
                return "refused";
            }
            tx.put(payouts, Key.of(id), cents);
            return "paid";
        });
    }

    /** On whatever shards they are: both or neither. */
    private boolean transfer(String from, String to, long cents) {
        return space.run(tx -> {
            if (!tx.spend(balances, Key.of(from), cents)) {
                return false;
            }
            tx.gain(balances, Key.of(to), cents);
            return true;
        });
    }

    /** Whoever charges sees in the same transaction that it is not closed. */
    private String chargePrepaid(String account, long cents) {
        return space.run(tx -> {
            if (tx.get(closed, Key.of(account)).isPresent()) {
                return "refused, the account is closed";
            }
            return tx.spend(prepaid, Key.of(account), cents) ? "charged" : "refused";
        });
    }

    /** With all that is on it paid out. */
    private String close(String account) {
        return space.run(tx -> {
            long rest = tx.value(prepaid, Key.of(account));
            if (rest > 0 && !tx.spend(prepaid, Key.of(account), rest)) {
                return "not now";
            }
            tx.put(closed, Key.of(account), rest);
            return "closed, " + rest + " paid out";
        });
    }

    private void use(String account, long cents, Instant when) {
        usage.append(Key.of(account), List.of(new Dated<>(cents, when)));
    }

    /** Bills what is not billed yet: with the invoice, or, once there is one, with an adjustment. */
    private String bill(String account, Instant from) {
        Key period = Key.of(account, from);
        // A quorum shows everything that was acknowledged; what comes later is for the next adjustment.
        List<Event<Long>> used = usage.read(Key.of(account), from, from.plus(PERIOD), Read.QUORUM);
        return space.run(tx -> {
            String invoiced = tx.get(invoices, period).orElse(null);
            String adjusted = tx.get(adjustments, period).orElse("");
            Set<String> ids = new TreeSet<>(List.of((invoiced + " " + adjusted).split(" ")));
            List<Event<Long>> due =
                    used.stream().filter(event -> !ids.contains(event.id())).toList();
            long cents = due.stream().mapToLong(Event::event).sum();
            String more = String.join(" ", due.stream().map(Event::id).toList());
            if (invoiced == null) {
                tx.put(invoices, period, more);
                return "invoice of " + cents;
            }
            tx.put(adjustments, period, adjusted + " " + more);
            return "adjustment of " + cents;
        });
    }

    public static void main(String[] endpoints) {
        try (DantaClient client = DantaClient.builder()
                .endpoints(endpoints)
                .deadline(Duration.ofSeconds(20))
                .build()) {
            Accounts accounts = new Accounts(client);
            String run = Long.toString(System.currentTimeMillis());
            String ann = "ann-" + run;
            String bob = "bob-" + run;

            String email = run + "@example.com";
            System.out.println("ann: " + accounts.open(email, ann) + ", bob: " + accounts.open(email, bob));
            accounts.balances.gain(Key.of(ann), 5_000);
            // Spent of this even where no quorum can be reached.
            System.out.println("held for small charges: " + accounts.balances.holdLax(Key.of(ann), 300));
            System.out.println("charge of 40: " + accounts.charge(ann, 40));
            System.out.println("charge of 12000: " + accounts.charge(ann, 12_000));
            System.out.println("charge of 9000: " + accounts.charge(ann, 9_000));
            System.out.println("payout of 100: " + accounts.payOut("p1-" + run, ann, 100));

            accounts.balances.gain(Key.of(ann), 9_000);
            System.out.println("payout of 100: " + accounts.payOut("p2-" + run, ann, 100) + ", again: "
                    + accounts.payOut("p2-" + run, ann, 100));
            System.out.println("transfer of 500: " + accounts.transfer(ann, bob, 500));
            accounts.balances.giveBack(Key.of(ann));
            System.out.println("ann has " + accounts.balances.value(Key.of(ann)) + ", bob has "
                    + accounts.balances.value(Key.of(bob)));

            String eve = "eve-" + run;
            accounts.prepaid.gain(Key.of(eve), 700);
            accounts.subscriptions.put(Key.of(eve), "family");
            System.out.println("eve has " + accounts.subscriptions.get(Key.of(eve)).orElse("nothing"));
            System.out.println("charge of 200: " + accounts.chargePrepaid(eve, 200));
            System.out.println("eve goes: " + accounts.close(eve));
            System.out.println("charge of 1: " + accounts.chargePrepaid(eve, 1));

            Instant january = Instant.parse("2026-01-01T00:00:00Z");
            accounts.use(ann, 30, january.plus(Duration.ofDays(3)));
            accounts.use(ann, 12, january.plus(Duration.ofDays(4)));
            System.out.println("january: " + accounts.bill(ann, january));
            accounts.use(ann, 5, january.plus(Duration.ofDays(1)));
            System.out.println("january: " + accounts.bill(ann, january));
        }
    }
}
