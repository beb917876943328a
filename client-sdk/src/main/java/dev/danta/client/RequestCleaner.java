package dev.danta.client;

import dev.danta.occ.KeyRange;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.IdempotencyRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Has the records of requests that were kept long enough deleted, by those who make requests: for each one made, two records
 * are looked at, a batch at a time, from a random place on and round again. So however many there are, there are soon about
 * twice as many as have to be kept at most. Nobody waits for it. Thread-safe.
 */
final class RequestCleaner {
    static final int REQUESTS_EACH = 16;
    static final int RECORDS_EACH = 2 * REQUESTS_EACH;

    private static final long DEADLINE_NANOS = 10_000_000_000L;
    private static final int SPREAD = 1 << 16;

    private final Calls calls;
    private final Map<String, Round> rounds = new ConcurrentHashMap<>();

    private static final class Round {
        private final AtomicLong requests = new AtomicLong();
        private final AtomicBoolean underWay = new AtomicBoolean();
        private volatile KeyRange next;

        Round(KeyRange next) {
            this.next = next;
        }
    }

    RequestCleaner(Calls calls) {
        this.calls = calls;
    }

    /** A request of this space was made. */
    void onRequest(String space) {
        Round round = rounds.computeIfAbsent(
                space,
                name -> new Round(
                        IdempotencyRecord.from(name, ThreadLocalRandom.current().nextInt(SPREAD))));
        boolean isDue = round.requests.incrementAndGet() % REQUESTS_EACH == 0;
        if (isDue && round.underWay.compareAndSet(false, true)) {
            var unused = calls.clean(new ClientCall.CleanRequests(round.next, RECORDS_EACH), DEADLINE_NANOS)
                    .whenComplete((outcome, error) -> ended(round, space, outcome));
        }
    }

    private static void ended(Round round, String space, @Nullable CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Cleaned cleaned) {
            round.next = cleaned.rest() == null ? IdempotencyRecord.all(space) : cleaned.rest();
        }
        round.underWay.set(false);
    }
}
