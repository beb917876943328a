package dev.danta.sim.trace;

import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.sim.kernel.EventQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, as text, and its digest: FNV-1a over every character, 64 bits. The same seed gives the same
 * digest wherever it runs. Not thread-safe.
 */
public final class Trace {
    private static final long PRIME = 0x100000001b3L;

    private final EventQueue events;
    private final @Nullable Appender out;
    private final StringBuilder line = new StringBuilder(512);
    private final Words words;
    private final boolean silent;
    private long digest = 0xcbf29ce484222325L;
    private long steps;

    /** Takes the lines of a trace. */
    public interface Appender {
        void line(CharSequence line);
    }

    /** A trace that is only digested if {@code out} is null. */
    public Trace(EventQueue events, @Nullable Appender out) {
        this(events, out, false);
    }

    private Trace(EventQueue events, @Nullable Appender out, boolean silent) {
        this.events = events;
        this.out = out;
        this.silent = silent;
        this.words = new Words(line, out != null);
    }

    /** A trace that only counts steps: its digest says nothing. */
    public static Trace silent(EventQueue events) {
        return new Trace(events, null, true);
    }

    /** A machine's step: what went in and what came out. */
    public void step(String process, Object input, List<Effect> effects) {
        steps++;
        if (silent) {
            return;
        }
        begin(process);
        words.input(input);
        for (Effect effect : effects) {
            line.append("\n    ");
            words.effect(effect);
        }
        end();
    }

    /** A message that leaves without a machine's step. */
    public void message(String process, IrMessage message) {
        if (silent) {
            return;
        }
        begin(process);
        words.message(message);
        end();
    }

    /** Anything else that happens to a process: a fault, a restart, a message lost. */
    public void event(String process, String what) {
        if (silent) {
            return;
        }
        begin(process);
        line.append(what);
        end();
    }

    private void begin(String process) {
        line.setLength(0);
        line.append(events.nowNanos()).append(' ').append(process).append(' ');
    }

    private void end() {
        long hash = digest;
        boolean aside = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == Words.ASIDE) {
                aside = !aside;
            } else if (!aside) {
                hash = (hash ^ c) * PRIME;
            }
        }
        digest = hash;
        if (out != null) {
            out.line(line);
        }
    }

    /** Of everything so far. */
    public long digest() {
        return digest;
    }

    /** Steps of machines so far. */
    public long steps() {
        return steps;
    }
}
