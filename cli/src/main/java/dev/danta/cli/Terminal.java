package dev.danta.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at it. Where the kernel tells, it tells of each stream; System.console() speaks of two at once. */
final class Terminal {
    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;

    private Terminal() {}

    static boolean isOutput() {
        return isTerminal(OUTPUT);
    }

    static boolean isErrors() {
        return isTerminal(ERRORS);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd", String.valueOf(descriptor)));
            return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return false;
        }
    }
}
