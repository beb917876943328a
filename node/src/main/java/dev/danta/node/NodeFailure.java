package dev.danta.node;

/**
 * Why a node has stopped serving by itself.
 *
 * @param message one sentence
 * @param exitCode of the process: {@link #STORAGE} or {@link #BUG}
 */
public record NodeFailure(String message, int exitCode) {
    /** The disk, the folder or another part of the surroundings. */
    public static final int STORAGE = 2;
    /** Our own fault. */
    public static final int BUG = 4;
}
