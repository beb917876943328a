package dev.danta.spec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One specification with one configuration, right or wrong, and how far it is explored.
 *
 * @param name says what is explored, for people
 * @param module the TLA+ module, a file of docs/spec without its ending
 * @param configuration the file with the constants, without its ending
 * @param changed constants that differ from the configuration
 * @param runs how many random behaviours; 0 for every reachable state
 * @param depth of a random behaviour, in steps
 * @param holds whether the invariant must hold, or must be found broken
 */
record Exploration(
        String name,
        String module,
        String configuration,
        Map<String, String> changed,
        int runs,
        int depth,
        boolean holds) {
    Exploration {
        changed = new TreeMap<>(changed);
    }

    /** Every reachable state, and the invariant holds in all. */
    static Exploration exhausted(String name, String module, String configuration) {
        return new Exploration(name, module, configuration, Map.of(), 0, 0, true);
    }

    /** Random behaviours, and the invariant holds in all. */
    static Exploration sampled(String name, String module, String configuration, int runs, int depth) {
        return new Exploration(name, module, configuration, Map.of(), runs, depth, true);
    }

    /** The same with other constants. */
    Exploration with(String constant, String value) {
        Map<String, String> all = new TreeMap<>(changed);
        all.put(constant, value);
        return new Exploration(name, module, configuration, all, runs, depth, holds);
    }

    /** The same with a rule broken: it must be noticed. */
    Exploration broken(String newName, String constant, String value) {
        Exploration wrong = with(constant, value);
        return new Exploration(newName, module, configuration, wrong.changed, runs, depth, false);
    }

    /** The lines of the configuration with the constants changed; each of them must be there. */
    List<String> configured(List<String> lines) {
        Map<String, String> left = new TreeMap<>(changed);
        List<String> configured = lines.stream()
                .map(line -> {
                    String constant = line.strip().split(" ", 2)[0];
                    String value = left.remove(constant);
                    return value == null ? line : "    " + constant + " = " + value;
                })
                .toList();
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(configuration + ".cfg has no constants " + left.keySet());
        }
        return configured;
    }

    @Override
    public String toString() {
        return name;
    }
}
