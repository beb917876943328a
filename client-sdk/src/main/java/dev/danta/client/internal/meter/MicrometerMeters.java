package dev.danta.client.internal.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** The only class that needs Micrometer, so that the others can be loaded without it. */
final class MicrometerMeters implements Meters {
    private static final String CLUSTER = "cluster";
    private static final String CLIENT = "client";

    private final MeterRegistry registry;
    private final Tags whose;
    private final List<Gauge> gauges = new ArrayList<>();

    private MicrometerMeters(MeterRegistry registry, Tags whose, Map<ClientMeter, LongSupplier> supplied) {
        this.registry = registry;
        this.whose = whose;
        supplied.forEach((meter, supplier) -> gauges.add(Gauge.builder(meter.id(), supplier::getAsLong)
                .description(meter.description())
                .baseUnit(meter.unit())
                .tags(whose)
                .register(registry)));
    }

    static Factory in(Object registry) {
        return (cluster, gauges) -> opened((MeterRegistry) registry, cluster, gauges);
    }

    /** A registry gives the second who registers a gauge that of the first: so clients of one cluster have numbers. */
    private static Meters opened(MeterRegistry registry, String cluster, Map<ClientMeter, LongSupplier> gauges) {
        synchronized (registry) {
            int number = 1;
            while (isTaken(registry, whose(cluster, number), gauges)) {
                number++;
            }
            return new MicrometerMeters(registry, whose(cluster, number), gauges);
        }
    }

    private static Tags whose(String cluster, int number) {
        return Tags.of(CLUSTER, cluster, CLIENT, Integer.toString(number));
    }

    private static boolean isTaken(MeterRegistry registry, Tags whose, Map<ClientMeter, LongSupplier> gauges) {
        return gauges.keySet().stream()
                .anyMatch(meter -> registry.find(meter.id()).tags(whose).gauge() != null);
    }

    @Override
    public LongConsumer recorder(ClientMeter meter, Enum<?>... tags) {
        Tags all = whose;
        List<String> values = meter.tagValues(tags);
        for (int i = 0; i < values.size(); i++) {
            all = all.and(meter.tags().get(i).key(), values.get(i));
        }
        return switch (meter.kind()) {
            case TIMER -> timer(meter, all);
            case SUMMARY -> summary(meter, all);
            case COUNTER -> counter(meter, all);
            case GAUGE -> throw new IllegalArgumentException(meter.id() + " is asked for, not recorded");
        };
    }

    private LongConsumer timer(ClientMeter meter, Tags tags) {
        Timer timer = Timer.builder(meter.id())
                .description(meter.description())
                .tags(tags)
                .register(registry);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private LongConsumer summary(ClientMeter meter, Tags tags) {
        return DistributionSummary.builder(meter.id())
                .description(meter.description())
                .baseUnit(meter.unit())
                .tags(tags)
                .register(registry)::record;
    }

    private LongConsumer counter(ClientMeter meter, Tags tags) {
        return Counter.builder(meter.id())
                .description(meter.description())
                .baseUnit(meter.unit())
                .tags(tags)
                .register(registry)::increment;
    }

    @Override
    public void close() {
        gauges.forEach(registry::remove);
    }
}
