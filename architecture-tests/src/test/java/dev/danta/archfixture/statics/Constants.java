package dev.danta.archfixture.statics;

import com.google.protobuf.Empty;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** No static field here can change. */
@SuppressWarnings("all")
final class Constants {
    static final int BATCH_OPS_MAX = 64;
    static final Integer BOXED = 1;
    static final String NAME = "name";
    static final Duration PAUSE = Duration.ofMillis(3);
    static final List<String> WORDS = List.of("a", "b");
    static final Map<String, Integer> NUMBERS = Map.of("a", 1);
    static final Comparator<String> ORDER = Comparator.naturalOrder();
    static final Supplier<String> SUPPLIER = () -> NAME;
    static final Empty MESSAGE = Empty.getDefaultInstance();
    static final Level LEVEL = Level.HIGH;
    static final Point ORIGIN = new Point(0, Optional.empty());
    static final Link END = new Link(null, Level.LOW);

    private Constants() {}

    enum Level {
        LOW,
        HIGH
    }

    record Point(long at, Optional<String> name) {}

    /** Of final fields, one of them of its own type. */
    static final class Link {
        private final Link next;
        private final Level level;

        Link(Link next, Level level) {
            this.next = next;
            this.level = level;
        }
    }
}
