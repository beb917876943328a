package dev.danta.cli.cluster;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back what was to happen when the process ends. */
public final class ShutdownHooks {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHooks.class);

    private ShutdownHooks() {}

    /** Does nothing if the process is ending: the hook runs, or has run. */
    public static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            LOG.debug("the process is ending already", ending);
        }
    }
}
