package dev.danta.archfixture.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a machine of the core looks like, and all that it may use. */
@SuppressWarnings("unused")
public final class Clean {
    private final Map<Phase, Long> phases = new EnumMap<>(Phase.class);
    private final Map<String, Integer> linked = new LinkedHashMap<>();
    private final LinkedHashSet<String> seen = new LinkedHashSet<>();
    private final TreeMap<Long, List<Step>> sorted = new TreeMap<>();
    private final TreeSet<String> names = new TreeSet<>();
    private final ArrayDeque<Step> queue = new ArrayDeque<>();

    public enum Phase {
        OPEN,
        CLOSED
    }

    public record Step(String name, Instant at, List<Long> bytes) {
        public Step {
            bytes = List.copyOf(bytes);
        }
    }

    /** Named like what is banned elsewhere, and harmless. */
    public Instant now(Step step) {
        return step.at();
    }

    public List<Step> notify(Step step) {
        linked.merge(step.name(), 1, Math::max);
        sorted.computeIfAbsent(step.at().plus(Duration.ofSeconds(1)).getEpochSecond(), at -> new ArrayList<>())
                .add(step);
        phases.put(Phase.OPEN, (long) seen.size());
        linked.entrySet().removeIf(entry -> entry.getValue() > 3);
        Map<String, Step> byName = queue.stream()
                .collect(Collectors.toMap(Step::name, one -> one, (first, second) -> second, LinkedHashMap::new));
        Map<Instant, List<Step>> byTime =
                queue.stream().collect(Collectors.groupingBy(Step::at, TreeMap::new, Collectors.toList()));
        Map.Entry<String, Step> entry = Map.entry(step.name() + step.at(), step);
        return Collections.unmodifiableList(List.of(entry.getValue()));
    }

    public long[] copied(long[] from) {
        long[] to = new long[from.length];
        System.arraycopy(from, 0, to, 0, from.length);
        return to;
    }
}
