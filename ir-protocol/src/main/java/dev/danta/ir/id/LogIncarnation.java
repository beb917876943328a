package dev.danta.ir.id;

/**
 * Names one life of a replica's log: it ends when the disk is lost, and when an epoch change installs a new state. Numbers
 * of two incarnations have nothing to do with each other (protocol.md 7 and 9).
 *
 * @param disk drawn when the disk was new
 * @param epoch in which the state was installed that the log continues
 */
public record LogIncarnation(long disk, Epoch epoch) {
    @Override
    public String toString() {
        return Long.toHexString(disk) + "/" + epoch;
    }
}
