package dev.danta.scenario.provider;

import dev.danta.scenario.Broken;
import dev.danta.scenario.Port.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was used, and what was billed of it: P5. Thread-safe. */
final class UsageBook {
    private final Accounts accounts;
    private final Map<Period, Month> months = new TreeMap<>();
    private final List<Broken> broken = new ArrayList<>();

    UsageBook(Accounts accounts) {
        this.accounts = accounts;
    }

    /** What one invoice is for. */
    record Period(int account, long number) implements Comparable<Period> {
        @Override
        public int compareTo(Period other) {
            return account != other.account
                    ? Integer.compare(account, other.account)
                    : Long.compare(number, other.number);
        }

        /** What its invoice and its adjustments are called. */
        String key() {
            return Accounts.name(account) + "." + number;
        }
    }

    private static final class Month {
        private final Map<String, Used> used = new TreeMap<>();
        private @Nullable String invoice;
        private boolean isAudited;
    }

    private static final class Used {
        private final long amount;
        private boolean isVoid;
        private long acknowledgedNanos = Long.MAX_VALUE;

        Used(long amount) {
            this.amount = amount;
        }
    }

    private Month month(int account, Event event) {
        Period period = new Period(account, accounts.period(event.whenMicros()));
        return months.computeIfAbsent(period, p -> new Month());
    }

    /** It is going to be recorded. */
    synchronized void begin(int account, Event event) {
        month(account, event).used.put(event.id(), new Used(Bill.amount(event)));
    }

    /** A quorum has it. */
    synchronized void acknowledged(int account, Event event, long nowNanos) {
        Used used = month(account, event).used.get(event.id());
        if (used != null) {
            used.acknowledgedNanos = nowNanos;
        }
    }

    /** It was not recorded and will not be. */
    synchronized void notDone(int account, Event event) {
        Used used = month(account, event).used.get(event.id());
        if (used != null) {
            used.isVoid = true;
        }
    }

    /** What is to be billed in the end yet. */
    synchronized List<Period> periods() {
        return months.entrySet().stream()
                .filter(entry -> !entry.getValue().isAudited)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Nothing is used any more, and all of it was billed. */
    synchronized void audited(Period period) {
        months.computeIfAbsent(period, p -> new Month()).isAudited = true;
    }

    /** What is billed of a period as somebody was told who has begun then to close it. */
    synchronized void closed(Period period, Bill bill, long begunNanos) {
        Month month = months.computeIfAbsent(period, p -> new Month());
        String invoice = bill.invoice();
        if (month.invoice == null) {
            month.invoice = invoice;
        } else if (!month.invoice.equals(invoice)) {
            breaks(period, "its invoice was " + month.invoice + " and is " + invoice);
        }
        TreeSet<String> billed = new TreeSet<>();
        bill.items().forEach(item -> {
            Used used = month.used.get(item.id());
            if (!billed.add(item.id())) {
                breaks(period, item.id() + " is billed twice");
            } else if (used == null || used.isVoid || used.amount != item.amount()) {
                breaks(period, item + " is billed, and was not used so");
            }
        });
        month.used.forEach((id, used) -> {
            if (used.acknowledgedNanos < begunNanos && !billed.contains(id)) {
                breaks(period, id + " was recorded before it was closed, and is not billed");
            }
        });
    }

    private void breaks(Period period, String what) {
        broken.add(new Broken("P5", period.key() + ": " + what));
    }

    synchronized List<Broken> verdict() {
        return List.copyOf(broken);
    }
}
