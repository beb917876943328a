package dev.danta.archfixture.core;

import java.util.logging.Logger;

/** Keeps a log. */
@SuppressWarnings("all")
public final class Logs {
    private Logs() {}

    static void utilLogging(Logger log) {}

    static void systemLogger(System.Logger log) {}

    static void finder(System.LoggerFinder finder) {}
}
