package pool;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Delivery slots of a day: so many vans and no more, however many ask. Its arguments are nodes of a cluster, HOST:PORT. */
public final class Slots {
    private static final long VANS = 3;

    private final Space space;
    /** Vans that are taken, by day: never more than there are. */
    private final BoundedCounter taken;
    /** Reservations by id: how many vans, or 0 once they are released. */
    private final Table<Long> reservations;
    /** What everybody reads, from the nearest node that has what they saw and wrote before. */
    private final Table<String> availability;

    private Slots(DantaClient client) {
        space = client.space("slots");
        taken = space.boundedCounter("taken", Bounds.atMost(VANS));
        reservations = space.table("reservations", Codecs.LONG, Mode.STRICT);
        availability = space.table("availability", Codecs.STRING, Mode.RELAXED).in(client.session());
    }

    /** All or nothing, and once: whoever does not know whether it was done asks for the same again. */
    private String reserve(String day, String id, long vans) {
        String answer = space.run(tx -> {
            Optional<Long> before = tx.get(reservations, Key.of(day, id));
            if (before.isPresent()) {
                return "reserved before";
            }
            if (!tx.spend(taken, Key.of(day), vans)) {
                // It was true when this committed: nobody is turned away while there is a van.
                return "full";
            }
            tx.put(reservations, Key.of(day, id), vans);
            return "reserved";
        });
        publish(day);
        return answer;
    }

    private String release(String day, String id) {
        String answer = space.run(tx -> {
            long vans = tx.get(reservations, Key.of(day, id)).orElse(0L);
            if (vans == 0) {
                return "nothing to release";
            }
            tx.gain(taken, Key.of(day), vans);
            tx.put(reservations, Key.of(day, id), 0L);
            return "released " + vans;
        });
        publish(day);
        return answer;
    }

    /** Nothing is revoked: with fewer vans than are taken, nobody else gets one until enough are released. */
    private void setLimit(String day, long vans) {
        taken.bounds(Key.of(day), Bounds.atMost(vans));
        publish(day);
    }

    /** A hint that may be a moment old, for which nobody waits: who reserves finds out. */
    private void publish(String day) {
        long left = space.read(tx -> tx.left(taken, Key.of(day)));
        availability.put(Key.of(day), left > 0 ? "OPEN" : "CLOSED");
    }

    private String availability(String day) {
        return availability.get(Key.of(day)).orElse("OPEN");
    }

    public static void main(String[] endpoints) {
        try (DantaClient client = DantaClient.builder()
                .endpoints(endpoints)
                .deadline(Duration.ofSeconds(20))
                .build()) {
            Slots slots = new Slots(client);
            String day = "day-" + System.currentTimeMillis();

            System.out.println("ann wants 2: " + slots.reserve(day, "ann", 2));
            System.out.println("ann asks again: " + slots.reserve(day, "ann", 2));

            CompletableFuture<String> alice = CompletableFuture.supplyAsync(() -> slots.reserve(day, "alice", 1));
            String bob = slots.reserve(day, "bob", 1);
            boolean exactlyOne = alice.join().equals("full") ^ bob.equals("full");
            System.out.println("alice and bob want the last: " + (exactlyOne ? "one has it" : "that is wrong"));
            System.out.println(slots.taken.value(Key.of(day)) + " are taken, it is " + slots.availability(day));

            slots.setLimit(day, 2);
            System.out.println("one van breaks down");
            System.out.println("ann: " + slots.release(day, "ann") + ", and once more: " + slots.release(day, "ann"));
            System.out.println("carl wants 2: " + slots.reserve(day, "carl", 2));
            System.out.println("dora wants 1: " + slots.reserve(day, "dora", 1));
            System.out.println(slots.taken.value(Key.of(day)) + " are taken, it is " + slots.availability(day));
        }
    }
}
