package dev.danta.check.txn;

import java.util.List;
import java.util.stream.Stream;

/** How levels compare. */
final class Levels {
    private Levels() {}

    /** The levels that forbid nothing that this one allows. */
    static List<Consistency> weakerThan(Consistency level) {
        return Stream.of(Consistency.values())
                .filter(weaker ->
                        Stream.of(Anomaly.Kind.values()).allMatch(kind -> level.forbids(kind) || !weaker.forbids(kind)))
                .toList();
    }
}
