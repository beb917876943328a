package dev.danta.node.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which start of the machine this is. */
final class BootId {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

    /** Equal to no start of any machine. */
    static final String UNKNOWN = "unknown";

    private BootId() {}

    /** Drawn by the kernel when the machine started; {@link #UNKNOWN} where kernels do not tell. */
    static String current() {
        try {
            return Files.readString(FILE).trim();
        } catch (IOException notTold) {
            return UNKNOWN;
        }
    }
}
