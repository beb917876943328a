package dev.danta.config.raft;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What Ratis's own gRPC tells the JDK's log of each process that uses it, without being asked: nothing below a warning here. */
final class RatisLog {
    /** Held strongly: the JDK forgets a logger, and its level with it, that nobody refers to. */
    private static final List<Logger> TAMED = List.of(Logger.getLogger("org.apache.ratis.thirdparty"));

    private RatisLog() {}

    /** For this process; may be called again. */
    static void tame() {
        TAMED.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
