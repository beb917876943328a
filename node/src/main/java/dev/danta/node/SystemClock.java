package dev.danta.node;

import dev.danta.ir.runtime.Clock;
import dev.danta.ir.runtime.Moment;
import java.time.Instant;

/** The machine's clock. */
final class SystemClock implements Clock {
    @Override
    public Moment now() {
        return new Moment(System.nanoTime(), wallMicros());
    }

    /** Never negative, whatever the machine's clock says. */
    static long wallMicros() {
        Instant now = Instant.now();
        return Math.max(0, now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
    }
}
