package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.danta.client.Ack;
import dev.danta.client.Change;
import dev.danta.client.ChangeFeed;
import dev.danta.client.Codec;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.EventStream;
import dev.danta.client.EventStream.Dated;
import dev.danta.client.EventStream.Event;
import dev.danta.client.Fold;
import dev.danta.client.From;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.Mode;
import dev.danta.client.Offline;
import dev.danta.client.Read;
import dev.danta.client.Table;
import dev.danta.client.View;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T7: events that are dated back, written by two regions that are apart from everybody and by clients on both sides of a partition.
 * Whoever reads what they amount to sees all of it, and what was billed stays as it was billed.
 */
@Timeout(600)
final class BackdatedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WORLDS = Boolean.getBoolean("danta.long") ? 100 : 4;
    private static final int STEPS = 40;
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final int DAYS = 6;
    /** The day that is billed. */
    private static final Instant PERIOD = FIRST.plus(DAY.multipliedBy(2));

    private final EmbeddedCluster cluster =
            EmbeddedCluster.builder().shards(2).partitionable().build();
    private final DantaClient many = cluster.clientBuilder().deadline(PATIENCE).build();
    private final DantaClient few =
            cluster.clientBuilderBeside(3).deadline(PATIENCE).build();

    private final ChangeFeed<Event<Long>> feed = usage(few).changes(From.now());
    private final Set<String> told = new TreeSet<>();
    private int appendedInAll;

    /**
     * What was charged: the invoice of a day, or an adjustment of it.
     *
     * @param events ids of the events
     */
    private record Bill(List<String> events, long total) {
        static final Codec<Bill> CODEC = new Codec<>() {
            @Override
            public byte[] encode(Bill bill) {
                return Codecs.STRING.encode(bill.total() + " " + String.join(" ", bill.events()));
            }

            @Override
            public Bill decode(byte[] bytes) {
                List<String> words = List.of(Codecs.STRING.decode(bytes).split(" "));
                return new Bill(words.subList(1, words.size()), Long.parseLong(words.get(0)));
            }
        };
    }

    /** One place where usage is recorded, and what is read of it there. */
    private static final class Place {
        private final EventStream<Long> usage;
        private final Read read;
        private final View<String> text;
        private final View<Long> total;

        Place(EventStream<Long> usage, Read read) {
            this.usage = usage;
            this.read = read;
            this.text = usage.view("text", 1, Fold.from("", BackdatedTest::text), Codecs.STRING);
            this.total = usage.view("total", 1, Fold.of(0L, Event<Long>::event, Long::sum), Codecs.LONG);
        }

        List<Event<Long>> all(Key account) {
            return usage.read(account, Instant.MIN, Instant.MAX, read);
        }

        /** Views show what folding all events shows, with snapshots or without. */
        void check(Key account, String as) {
            List<Event<Long>> before;
            List<Event<Long>> after = all(account);
            String seen;
            long sum;
            do {
                // What one node alone has been told may become known to the others meanwhile.
                before = after;
                seen = text.read(account, read);
                sum = total.read(account, read);
                after = all(account);
            } while (!before.equals(after));
            String expected = "";
            for (Event<Long> event : after) {
                expected = text(expected, event);
            }
            assertThat(seen).as(as).isEqualTo(expected);
            assertThat(sum).as(as).isEqualTo(total(after));
            assertThat(after).as(as).extracting(Event::id).isSorted().doesNotHaveDuplicates();
        }
    }

    @AfterEach
    void close() {
        feed.close();
        many.close(PATIENCE);
        few.close(PATIENCE);
        cluster.close();
    }

    private static String text(String before, Event<Long> event) {
        return before + event.valid() + " " + event.event() + "\n";
    }

    private static long total(List<Event<Long>> events) {
        return events.stream().mapToLong(Event::event).sum();
    }

    private static EventStream<Long> usage(DantaClient client) {
        return client.space("provider").eventStream("usage", Codecs.LONG, Duration.ofHours(5));
    }

    private static Table<Bill> bills(DantaClient client) {
        return client.space("provider").table("bills", Bill.CODEC, Mode.STRICT);
    }

    private static Key key(String account) {
        return Key.of(account);
    }

    /** Bills what was used on the day and is in no bill: the first one is the invoice, those after it adjust it. */
    private static void bill(DantaClient client, String account) {
        Table<Bill> bills = bills(client);
        client.space("provider").execute(tx -> {
            List<Bill> before = tx.scan(bills, KeyRange.prefix(account)).toList();
            List<Event<Long>> rest = usage(client).read(key(account), PERIOD, PERIOD.plus(DAY), Read.QUORUM).stream()
                    .filter(event -> !billed(before).contains(event.id()))
                    .toList();
            if (before.isEmpty() || !rest.isEmpty()) {
                Bill next = new Bill(rest.stream().map(Event::id).toList(), total(rest));
                tx.put(bills, Key.of(account, (long) before.size()), next);
            }
        });
    }

    private static List<Bill> billsOf(DantaClient client, String account) {
        return client.space("provider")
                .read(tx -> tx.scan(bills(client), KeyRange.prefix(account)).toList());
    }

    private static List<String> billed(List<Bill> bills) {
        return bills.stream().flatMap(bill -> bill.events().stream()).toList();
    }

    /** All that was acknowledged by one node has come to the others, too. */
    private void awaitEqual() throws InterruptedException {
        while (IntStream.rangeClosed(1, cluster.size())
                        .mapToObj(cluster::digestsOf)
                        .distinct()
                        .count()
                > 1) {
            Thread.sleep(10);
        }
    }

    /** One history. */
    private final class World {
        private final Random random;
        private final String account;
        private final List<Offline> regions = List.of(Offline.empty(), Offline.empty());
        private final List<Place> places = new ArrayList<>();
        private final List<Instant> appended = new ArrayList<>();
        private boolean isCut;

        World(long seed) {
            random = new Random(seed);
            account = "seed " + seed;
            for (Offline region : regions) {
                Duration page = Duration.ofMinutes(random.nextInt(60, 3000));
                places.add(new Place(region.eventStream("provider", "usage", Codecs.LONG, page), Read.LOCAL));
            }
            places.add(new Place(usage(many), Read.QUORUM));
            places.add(new Place(usage(few), Read.LOCAL));
        }

        void append(Place place, List<Instant> times) {
            EventStream<Long> usage = place == places.get(3) && isCut ? place.usage.with(Ack.ONE) : place.usage;
            usage.append(
                    key(account),
                    times.stream()
                            .map(time -> new Dated<>((long) random.nextInt(1000), time))
                            .toList());
            appended.addAll(times);
        }

        Instant longAgo() {
            return FIRST.plusSeconds(random.nextLong(DAY.toSeconds() * DAYS));
        }

        void step() {
            Place place = places.get(random.nextInt(places.size()));
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> {
                    append(place, random.nextBoolean() ? List.of(longAgo()) : List.of(longAgo(), longAgo()));
                    place.check(key(account), account);
                }
                case 3 -> {
                    regions.get(random.nextInt(2)).merge(many);
                    places.forEach(one -> one.check(key(account), account));
                }
                case 4 -> place.check(key(account), account);
                default -> {
                    List<Dated<Long>> ahead =
                            List.of(new Dated<>(1L, Instant.now().plus(DAY)));
                    assertThatIllegalArgumentException().isThrownBy(() -> place.usage.append(key(account), ahead));
                }
            }
        }

        /** Two at once: one of them begins anew. */
        void bill() {
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> BackdatedTest.bill(many, account));
            BackdatedTest.bill(many, account);
            other.join();
        }

        void run() throws InterruptedException {
            append(places.get(2), List.of(PERIOD));
            int cutAt = random.nextInt(STEPS / 2);
            int healAt = random.nextInt(STEPS / 2, STEPS);
            int billAt = random.nextInt(STEPS);
            List<Bill> invoice = List.of();
            for (int step = 0; step < STEPS; step++) {
                if (step == cutAt) {
                    cluster.partition(3);
                    isCut = true;
                } else if (step == healAt) {
                    cluster.heal();
                    isCut = false;
                }
                if (step == billAt) {
                    bill();
                    invoice = billsOf(many, account);
                }
                step();
            }
            append(places.get(0), List.of(PERIOD.plusSeconds(1)));
            meet();
            assertThat(invoice).as(account).hasSize(1);
            assertThat(billsOf(many, account)).as(account).isEqualTo(invoice);
            bill();
            List<Bill> bills = billsOf(many, account);
            assertThat(bills).as(account).hasSizeGreaterThan(1).startsWith(invoice.get(0));
            List<Event<Long>> period = usage(few).read(key(account), PERIOD, PERIOD.plus(DAY), Read.QUORUM);
            assertThat(billed(bills))
                    .as(account)
                    .containsExactlyInAnyOrderElementsOf(
                            period.stream().map(Event::id).toList());
            assertThat(bills.stream().mapToLong(Bill::total).sum()).as(account).isEqualTo(total(period));
            bill();
            assertThat(billsOf(many, account)).as(account).isEqualTo(bills);
        }

        /** Whoever follows the feed has been told of all events, whenever they happened, at least once. */
        private void follow(List<Event<Long>> all) {
            Set<String> missing = all.stream().map(Event::id).collect(Collectors.toCollection(TreeSet::new));
            missing.removeAll(told);
            while (!missing.isEmpty()) {
                for (Change<Event<Long>> change : feed.next(PATIENCE).changes()) {
                    String id = change.value().orElseThrow().id();
                    told.add(id);
                    missing.remove(id);
                }
            }
            assertThat(told).as(account).hasSize(appendedInAll);
        }

        /** Each has all that it did not know, in its order. */
        private void meet() throws InterruptedException {
            awaitEqual();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < regions.size(); i++) {
                    regions.get(i).merge(many);
                    places.get(i).all(key(account));
                }
            }
            regions.forEach(region -> region.merge(many));
            awaitEqual();
            appended.sort(null);
            List<Event<Long>> all = places.get(2).all(key(account));
            assertThat(all).as(account).extracting(Event::valid).isEqualTo(appended);
            appendedInAll += all.size();
            follow(all);
            for (Place place : places) {
                assertThat(place.all(key(account))).as(account).isEqualTo(all);
                place.check(key(account), account);
            }
        }
    }

    @Test
    void whatComesLateIsEverywhereAndChangesNoBill() throws InterruptedException {
        // A node that is cut off cannot ask what a new collection is.
        new Place(usage(few), Read.LOCAL).check(key("nobody"), "nobody");
        long first = Long.getLong("danta.seed", 1);
        for (long seed = first; seed < first + WORLDS; seed++) {
            new World(seed).run();
        }
    }
}
