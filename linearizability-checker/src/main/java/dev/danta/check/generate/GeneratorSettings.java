package dev.danta.check.generate;

/**
 * How long a generated history is, and how it looks.
 *
 * @param operations how many, 1 to {@link #OPERATIONS_MAX}
 * @param processes how many at a time, 1 to {@link #PROCESSES_MAX}
 * @param keys how many objects, for subjects with keys; 1 to {@link #OPERATIONS_MAX}
 * @param unknownPerMille how many of a thousand operations end without an answer, 0 to 1000; before a fault none of those
 *     of a single object, for they might explain it
 * @param seed the same seed gives the same history
 * @param fault what goes wrong, halfway
 */
public record GeneratorSettings(int operations, int processes, int keys, int unknownPerMille, long seed, Fault fault) {
    public static final int OPERATIONS_MAX = 20_000_000;
    public static final int PROCESSES_MAX = 10_000;
    private static final int PER_MILLE = 1_000;

    public GeneratorSettings {
        require(operations, 1, OPERATIONS_MAX, "operations");
        require(processes, 1, PROCESSES_MAX, "processes");
        require(keys, 1, OPERATIONS_MAX, "keys");
        require(unknownPerMille, 0, PER_MILLE, "unknownPerMille");
    }

    private static void require(int value, int least, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ": " + value);
        }
    }
}
