package dev.danta.archfixture.statics;

import com.google.protobuf.Empty;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Every static field here can change. */
@SuppressWarnings("all")
final class Statics {
    static int counter;
    static final byte[] ARRAY = {1};
    static final ArrayList<String> LIST = new ArrayList<>();
    static final AtomicLong ATOMIC = new AtomicLong();
    static final StringBuilder TEXT = new StringBuilder();
    static final Empty.Builder BUILDER = Empty.newBuilder();
    static final Changing OURS = new Changing();
    static final Wrapper DEEP = new Wrapper(OURS);
    static final Bytes RECORD = new Bytes(ARRAY);

    private Statics() {}

    static final class Changing {
        int value;
    }

    static final class Wrapper {
        final Changing inside;

        Wrapper(Changing inside) {
            this.inside = inside;
        }
    }

    record Bytes(byte[] bytes) {}
}
