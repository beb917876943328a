package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.danta.client.internal.meter.ClientMeter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client tells a registry of meters. */
@Timeout(120)
final class MetersTest {
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");

    private final MemoryCluster cluster = new MemoryCluster(3, 1);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DantaClient client =
            cluster.clientBuilder().cache(1 << 20).meterRegistry(registry).build();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private double count(String meter, String... tags) {
        return registry.get("danta.client." + meter).tags(tags).counter().count();
    }

    private double gauge(String meter) {
        return registry.get("danta.client." + meter).gauge().value();
    }

    private long times(String meter, String... tags) {
        return registry.get("danta.client." + meter).tags(tags).timer().count();
    }

    private double attempts(String outcome) {
        return registry.get("danta.client.transaction.attempts")
                .tags("outcome", outcome)
                .summary()
                .totalAmount();
    }

    @Test
    void aCommitIsCountedAndTimed() {
        shop.execute(tx -> tx.put(stock, A, tx.get(stock, A).orElse(1L)));

        assertThat(count("commits", "path", "fast") + count("commits", "path", "slow"))
                .isOne();
        assertThat(count("read.rounds")).isOne();
        assertThat(count("retries")).isZero();
        assertThat(times("transaction", "outcome", "done")).isOne();
        assertThat(registry.get("danta.client.transaction")
                        .tags("outcome", "done")
                        .timer()
                        .max(TimeUnit.NANOSECONDS))
                .isPositive();
        assertThat(attempts("done")).isOne();
        assertThat(times("transaction.phase", "phase", "read")).isOne();
        assertThat(times("transaction.phase", "phase", "commit")).isOne();
        assertThat(times("transaction.phase", "phase", "validate")).isZero();
        assertThat(times("transaction.phase", "phase", "back-off")).isZero();

        assertThat(shop.<Optional<Long>, RuntimeException>read(tx -> tx.get(stock, A)))
                .hasValue(1L);
        assertThat(times("transaction.phase", "phase", "validate")).isOne();
        assertThat(times("transaction", "outcome", "done")).isEqualTo(2);
    }

    @Test
    void aLostAttemptHasAReasonAndABackOff() {
        try (DantaClient other = cluster.client()) {
            Space elsewhere = other.space("shop");
            Table<Long> theirs = elsewhere.table("stock", Codecs.LONG, Mode.STRICT);
            shop.execute(tx -> {
                long seen = tx.get(stock, A).orElse(0L);
                if (tx.attempt() == 1) {
                    elsewhere.execute(mine -> mine.put(theirs, A, 7L));
                } else {
                    // The turn at the key is this thread's since it has lost.
                    shop.execute(
                            inner -> inner.put(stock, B, inner.get(stock, A).orElse(0L)));
                }
                tx.put(stock, A, seen + 1);
            });
        }

        assertThat(count("aborts", "reason", "stale-read")).isOne();
        assertThat(count("aborts", "reason", "conflict")).isZero();
        assertThat(count("retries")).isOne();
        assertThat(times("transaction.phase", "phase", "back-off")).isOne();
        assertThat(times("transaction.phase", "phase", "turn")).isOne();
        assertThat(times("transaction.phase", "phase", "commit")).isEqualTo(3);
        assertThat(times("transaction", "outcome", "done")).isEqualTo(2);
        assertThat(attempts("done")).isEqualTo(3);
        assertThat(client.stats().retries()).isOne();
    }

    @Test
    void howItEndsIsATag() {
        cluster.loseToClient((node, envelope) -> true);
        assertThatThrownBy(
                        () -> shop.execute(Tx.options().deadline(Duration.ofMillis(100)), tx -> tx.put(stock, A, 1L)))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> shop.execute(Tx.options().deadline(Duration.ofMillis(100)), tx -> tx.get(stock, B)))
                .isInstanceOf(DeadlineExceededException.class);
        cluster.loseNothing();
        assertThatThrownBy(() -> shop.execute(tx -> {
                    throw new IllegalStateException("not enough");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> shop.execute(tx -> tx.afterCommit(() -> {
                    throw new IllegalStateException("no mail");
                })))
                .isInstanceOf(AfterCommitException.class);

        assertThat(count("unknowns")).isOne();
        assertThat(times("transaction", "outcome", "unknown")).isOne();
        assertThat(times("transaction", "outcome", "deadline")).isOne();
        assertThat(times("transaction", "outcome", "thrown")).isOne();
        assertThat(times("transaction", "outcome", "done")).as("it took effect").isOne();
    }

    @Test
    void whatIsRememberedIsCountedAndMeasured() {
        shop.execute(tx -> tx.put(stock, A, 5L));
        shop.execute(tx -> tx.update(stock, A, value -> value + 1));
        shop.execute(tx -> tx.get(stock, B));

        assertThat(count("cache.gets", "result", "hit")).isOne();
        assertThat(count("cache.gets", "result", "miss")).isOne();
        assertThat((long) gauge("cache.entries"))
                .isEqualTo(client.stats().cacheEntries())
                .isPositive();
        assertThat((long) gauge("cache.size"))
                .isEqualTo(client.stats().cacheBytes())
                .isPositive();
    }

    @Test
    void whatIsDoneWithoutATransactionIsTimed() {
        Counter views = shop.counter("views");
        views.add(A, 2);
        assertThat(views.get(A)).isEqualTo(2);
        assertThat(stock.get(A, Read.STRICT)).isEmpty();
        cluster.loseToClient((node, envelope) -> true);
        try (DantaClient impatient = cluster.clientBuilder()
                .deadline(Duration.ofMillis(100))
                .meterRegistry(registry)
                .build()) {
            Counter same = impatient.space("shop").counter("views");
            assertThatThrownBy(() -> same.add(A, 1)).isInstanceOf(OutcomeUnknownException.class);
        }

        assertThat(times("operation", "operation", "relaxed-update", "outcome", "done", "client", "1"))
                .isOne();
        assertThat(times("operation", "operation", "relaxed-read", "outcome", "done", "client", "1"))
                .isOne();
        assertThat(times("operation", "operation", "strict-read", "outcome", "done", "client", "1"))
                .isOne();
        assertThat(times("operation", "operation", "relaxed-update", "outcome", "unknown", "client", "2"))
                .isOne();
    }

    @Test
    void whatIsUnderWayIsAskedFor() {
        shop.execute(tx -> tx.put(stock, A, 1L));
        assertThat(gauge("calls.active")).isZero();
        cluster.loseToClient((node, envelope) -> true);
        CompletableFuture<Boolean> waiting = shop.runAsync(tx -> tx.contains(stock, B));

        await().until(() -> gauge("calls.active") == 1);
        cluster.loseNothing();
        assertThat(waiting.join()).isFalse();
        await().until(() -> gauge("calls.active") == 0);
    }

    /** A registry gives the second who registers a gauge the one of the first. */
    @Test
    void clientsOfOneClusterAreToldApartAndAClosedOnesNumberIsFreeAgain() {
        DantaClient second = cluster.clientBuilder().meterRegistry(registry).build();
        Space space = second.space("shop");
        Table<Long> table = space.table("stock", Codecs.LONG, Mode.STRICT);
        space.execute(tx -> tx.put(table, A, 1L));
        second.close();

        assertThat(numbers("calls.active")).containsExactly("1");
        assertThat(numbers("retries")).as("what was counted stays").containsExactly("1", "2");
        try (DantaClient third = cluster.clientBuilder().meterRegistry(registry).build()) {
            assertThat(third.cluster()).isEqualTo("memory");
            assertThat(numbers("calls.active")).containsExactly("1", "2");
        }
    }

    private Stream<String> numbers(String meter) {
        return registry.get("danta.client." + meter).tags("cluster", "memory").meters().stream()
                .map(one -> String.valueOf(one.getId().getTag("client")))
                .sorted();
    }

    @Test
    void whatIsInTheRegistryIsWhatIsListed() {
        assertThat(registry.getMeters()).allSatisfy(meter -> {
            ClientMeter listed = Stream.of(ClientMeter.values())
                    .filter(one -> one.id().equals(meter.getId().getName()))
                    .findAny()
                    .orElseThrow();
            assertThat(meter.getId().getBaseUnit()).isEqualTo(listed.unit());
            assertThat(meter.getId().getDescription()).isEqualTo(listed.description());
            assertThat(meter.getId().getTags().stream().map(Tag::getKey))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    Stream.of("cluster", "client"),
                                    listed.tags().stream().map(ClientMeter.Tag::key))
                            .toList());
        });
        assertThat(registry.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .collect(Collectors.toSet()))
                .hasSameSizeAs(ClientMeter.values());
    }

    @Test
    void whatIsNoRegistryIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DantaClient.builder().meterRegistry("registry"))
                .withMessageContaining("io.micrometer.core.instrument.MeterRegistry")
                .withMessageContaining("java.lang.String");
    }

    @Test
    void aRegistryThatRefusesAMeterLeavesNoHalfClientBehind() {
        SimpleMeterRegistry picky = new SimpleMeterRegistry();
        picky.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                if (id.getName().equals(ClientMeter.OPERATION.id())) {
                    throw new IllegalStateException("not this one");
                }
                return MeterFilterReply.NEUTRAL;
            }
        });

        assertThatThrownBy(() -> cluster.clientBuilder().meterRegistry(picky).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not this one");
        assertThat(picky.find(ClientMeter.CALLS_ACTIVE.id()).gauge()).isNull();
        assertThat(cluster.clients()).as("but that of this test").isOne();
    }

    @Test
    void withoutMicrometerTheErrorSaysWhatToAddAndTheRestCanBeLookedAt() throws ReflectiveOperationException {
        Class<?> builder = new Without("io.micrometer.").loadClass(DantaClient.Builder.class.getName());
        Object made = builder.getEnclosingClass().getMethod("builder").invoke(null);

        assertThatThrownBy(
                        () -> builder.getMethod("meterRegistry", Object.class).invoke(made, "registry"))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("io.micrometer:micrometer-core");
        assertThat(builder.getMethods()).isNotEmpty();
        assertThat(builder.getEnclosingClass().getDeclaredMethods()).isNotEmpty();
    }
}
