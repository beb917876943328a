package dev.danta.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What came of the history of a run.
 *
 * @param valid whether the history is strictly serializable; undecided if nobody could read anything
 * @param sentence the same in words, with what is wrong
 * @param operations those of known and of unknown outcome
 * @param unknown those of unknown outcome
 * @param failed those that certainly did not take effect, and must not be seen
 * @param file where it is written down
 * @param took how long the judge took
 */
public record Judged(
        Measurement.Holds valid, String sentence, int operations, int unknown, int failed, Path file, Duration took) {}
