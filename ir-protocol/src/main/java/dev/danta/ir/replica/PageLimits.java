package dev.danta.ir.replica;

/**
 * How much a replica says or does in answer to one request; whoever asks goes on from there. None of it touches safety: low
 * makes many small steps between which others get their turn, high makes few large ones.
 *
 * @param entriesMax entries of a log, or records that a peer collects, in one answer
 * @param bytesMax about how many bytes of them, or of state; one may be larger
 * @param stateMax records in one answer to who reads the state; while that is done a shard may be sealed, so it should be
 *     many
 * @param sweptMax how many forgotten records are dropped in one step
 * @param namedMax how many undecided operations are named to who wants them settled
 * @param truncatedMax how many entries of the log are dropped in one step
 */
public record PageLimits(int entriesMax, long bytesMax, int stateMax, int sweptMax, int namedMax, int truncatedMax) {
    public static final PageLimits DEFAULTS = new PageLimits(256, 1 << 20, 512, 128, 64, 1_024);

    public PageLimits {
        if (entriesMax < 1 || bytesMax < 1 || stateMax < 1 || sweptMax < 1 || namedMax < 1 || truncatedMax < 1) {
            throw new IllegalArgumentException("every answer holds something");
        }
    }
}
