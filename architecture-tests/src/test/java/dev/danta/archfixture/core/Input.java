package dev.danta.archfixture.core;

import java.io.InputStream;
import java.net.URI;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;

/** Looks outside. */
@SuppressWarnings("all")
public final class Input {
    private Input() {}

    static void stream(InputStream in) {}

    static void path(Path path) {}

    static void channel(ByteChannel channel) {}

    static void address(URI address) {}

    static void print() {
        System.out.println();
    }

    static Object environment() {
        return System.getenv("HOME");
    }

    static Object property() {
        return System.getProperty("user.home");
    }

    static int identity(Object of) {
        return System.identityHashCode(of);
    }
}
