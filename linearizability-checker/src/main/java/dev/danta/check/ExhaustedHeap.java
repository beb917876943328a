package dev.danta.check;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Tells whether memory has run out, in whatever shape the JVM says so. An {@link OutOfMemoryError} is what it throws where
 * an object is made; where it was linking or initializing a class meanwhile, that one may stand behind other errors, and who uses
 * the class later is told that it could not be initialized, as long as the process lives.
 */
public final class ExhaustedHeap {
    private static final String UNUSABLE = "Could not initialize class ";
    private static final String REMEMBERED = "Exception " + OutOfMemoryError.class.getName();

    private ExhaustedHeap() {}

    /** Whether {@code thrown}, or something that it was caused by, is that memory ran out. Makes next to nothing itself. */
    public static boolean isBehind(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable one = thrown; one != null && seen.add(one); one = one.getCause()) {
            if (one instanceof OutOfMemoryError || isLeftBehind(one)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLeftBehind(Throwable thrown) {
        String message = thrown.getMessage();
        if (message == null) {
            return false;
        }
        // The JVM remembers what made an initialization fail as text only, and not at all if there was no room for
        // that.
        return thrown instanceof ExceptionInInitializerError
                ? message.startsWith(REMEMBERED)
                : thrown instanceof NoClassDefFoundError && thrown.getCause() == null && message.startsWith(UNUSABLE);
    }
}
