package first;

import dev.danta.client.Codecs;
import dev.danta.client.ConflictException;
import dev.danta.client.DantaClient;
import dev.danta.client.Entry;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import java.time.Duration;
import java.util.stream.Collectors;

/** A transfer, a scan and a conflict. Its arguments are nodes of a cluster, HOST:PORT; one is enough. */
public final class Bank {
    private Bank() {}

    public static void main(String[] endpoints) {
        try (DantaClient client = DantaClient.builder()
                .endpoints(endpoints)
                .deadline(Duration.ofSeconds(20))
                // What was read is remembered, and validated by the transactions that use it.
                .cache(1L << 20)
                .build()) {
            Space bank = client.space("first");
            Table<Long> accounts = bank.table("accounts", Codecs.LONG, Mode.STRICT);
            bank.execute(tx -> {
                tx.put(accounts, Key.of("ann"), 100L);
                tx.put(accounts, Key.of("bob"), 0L);
            });

            transfer(bank, accounts, "ann", "bob", 30);
            scan(bank, accounts);
            conflict(bank, accounts);
            scan(bank, accounts);
        }
    }

    private static void transfer(Space bank, Table<Long> accounts, String from, String to, long amount) {
        // Run again while others are in the way; what it throws itself aborts it for good.
        long left = bank.run(tx -> {
            long balance = tx.get(accounts, Key.of(from)).orElse(0L);
            if (balance < amount) {
                throw new IllegalStateException(from + " has not enough");
            }
            tx.put(accounts, Key.of(from), balance - amount);
            tx.update(accounts, Key.of(to), 0L, other -> other + amount);
            return balance - amount;
        });
        System.out.println("transferred " + amount + ", " + from + " has " + left + " left");
    }

    private static void scan(Space bank, Table<Long> accounts) {
        // All of it as of one moment.
        String all = bank.read(tx -> tx.entries(accounts, KeyRange.all())
                .map(Bank::line)
                .collect(Collectors.joining(", ")));
        System.out.println("accounts: " + all);
    }

    private static String line(Entry<Long> account) {
        return account.key().getString(0) + " " + account.value();
    }

    private static void conflict(Space bank, Table<Long> accounts) {
        try (Tx slow = bank.begin()) {
            long seen = slow.get(accounts, Key.of("bob")).orElseThrow();
            transfer(bank, accounts, "ann", "bob", 1);
            slow.put(accounts, Key.of("bob"), seen + 1000);
            slow.commit();
            System.out.println("two transactions changed what both had read");
        } catch (ConflictException expected) {
            System.out.println("conflict: " + expected.outcome());
        }
    }
}
