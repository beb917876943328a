package dev.danta.scenario.provider;

import dev.danta.scenario.Broken;
import dev.danta.scenario.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was put into registers: P8. Whose put is the last one clocks decide, so any may be. Thread-safe. */
final class RegisterBook {
    private final Map<Place, SortedSet<String>> put = new TreeMap<>();
    private final SortedSet<Place> acknowledged = new TreeSet<>();
    private final Map<Place, Broken> broken = new TreeMap<>();

    /** Before it is put: it may be seen from now on. */
    synchronized void putting(Place register, String value) {
        put.computeIfAbsent(register, unused -> new TreeSet<>()).add(value);
    }

    /** A quorum has something of it. */
    synchronized void acknowledged(Place register) {
        acknowledged.add(register);
    }

    /** Those that somebody has put something into. */
    synchronized List<Place> places() {
        return List.copyOf(put.keySet());
    }

    /** What is there in the end. */
    synchronized void audited(Place register, @Nullable String value) {
        boolean isSo = value == null
                ? !acknowledged.contains(register)
                : put.getOrDefault(register, new TreeSet<>()).contains(value);
        if (isSo) {
            broken.remove(register);
        } else {
            broken.put(
                    register,
                    new Broken("P8", register + " is " + value + (value == null ? ", and was not" : ", by nobody")));
        }
    }

    synchronized List<Broken> verdict() {
        return new ArrayList<>(broken.values());
    }
}
