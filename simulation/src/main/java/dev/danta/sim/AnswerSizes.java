package dev.danta.sim;

import dev.danta.ir.replica.PageLimits;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.participant.StatePages;

/** How much the replicas of a run put into one answer. */
record AnswerSizes(PageLimits pages, StatePages statePages) {
    static final AnswerSizes USUAL = new AnswerSizes(PageLimits.DEFAULTS, StatePages.DEFAULTS);

    private static final double RUNS_WITH_SMALL_ONES = 0.3;
    private static final double SMALL = 0.6;
    private static final int FEW_MAX = 4;
    /** A record or a key with its value takes about as many. */
    private static final int BYTES_EACH = 150;

    /** As a node has them, in most runs; in the others most of them are so small that nearly everything takes several. */
    static AnswerSizes drawn(SimRandom random) {
        if (!random.chance(RUNS_WITH_SMALL_ONES)) {
            return USUAL;
        }
        PageLimits usual = PageLimits.DEFAULTS;
        StatePages usually = StatePages.DEFAULTS;
        return new AnswerSizes(
                new PageLimits(
                        few(random, usual.entriesMax()),
                        bytes(random, usual.bytesMax()),
                        few(random, usual.stateMax()),
                        few(random, usual.sweptMax()),
                        few(random, usual.namedMax()),
                        few(random, usual.truncatedMax())),
                new StatePages(
                        few(random, usually.keysHashedMax()),
                        few(random, usually.keysComparedMax()),
                        few(random, usually.keysSentMax()),
                        bytes(random, usually.bytesSentMax()),
                        bytes(random, usually.rangeBytesMax())));
    }

    private static int few(SimRandom random, int usual) {
        return random.chance(SMALL) ? 1 + random.below(FEW_MAX) : usual;
    }

    private static long bytes(SimRandom random, long usual) {
        return random.chance(SMALL) ? random.between(1, FEW_MAX * BYTES_EACH) : usual;
    }
}
