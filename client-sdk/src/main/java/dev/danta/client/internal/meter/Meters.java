package dev.danta.client.internal.meter;

import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Where one client's measurements go. Thread-safe. */
public interface Meters extends AutoCloseable {
    /** Nowhere. */
    Factory NONE = (cluster, gauges) -> new Meters() {
        @Override
        public LongConsumer recorder(ClientMeter meter, Enum<?>... tags) {
            return number -> {};
        }

        @Override
        public void close() {
            // Nobody was told of anything.
        }
    };

    /** Makes them for a client. */
    @FunctionalInterface
    interface Factory {
        /**
         * @param cluster the name of the client's cluster
         * @param gauges whom to ask for the meters that are numbers of now; they may be asked by any thread
         */
        Meters open(String cluster, Map<ClientMeter, LongSupplier> gauges);
    }

    /**
     * Takes the numbers of one series of a meter, from any thread: nanoseconds for a timer.
     *
     * @param tags one value of each of the meter's tags, in their order
     */
    LongConsumer recorder(ClientMeter meter, Enum<?>... tags);

    /** Nobody is asked for a number of now any more; what was counted stays. */
    @Override
    void close();

    /**
     * In a registry of Micrometer's.
     *
     * @param registry a {@code MeterRegistry}
     * @throws IllegalStateException if Micrometer is not on the class path; the message names what to add
     * @throws IllegalArgumentException if {@code registry} is something else
     */
    static Factory inMicrometer(Object registry) {
        Class<?> type;
        try {
            type = Class.forName("io.micrometer.core.instrument.MeterRegistry", false, Meters.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "meters need Micrometer: add io.micrometer:micrometer-core to the class path", e);
        }
        if (!type.isInstance(registry)) {
            throw new IllegalArgumentException(
                    "meters go to a " + type.getName() + ", as this client's class loader has it; "
                            + registry.getClass().getName() + " is none");
        }
        return MicrometerMeters.in(registry);
    }
}
