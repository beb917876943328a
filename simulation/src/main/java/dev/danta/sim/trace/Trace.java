package dev.danta.sim.trace;

import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.sim.kernel.EventQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, as text, and its digest: 64 bits, multiplied and rotated for every four characters. The same
 * seed gives the same digest wherever it runs. Not thread-safe.
 */
public final class Trace {
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
    private static final int ROTATION = 29;
    private static final int BLOCK = 4;
    /** What stands for {@link Words#ASIDE} where it is written down. */
    private static final char SHOWN_ASIDE = '`';

    private final EventQueue events;
    private final @Nullable Appender out;
    private final StringBuilder line = new StringBuilder(512);
    private final Words words;
    private final boolean silent;
    private char[] chars = new char[1_024];
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
        int length = line.length();
        if (length > chars.length) {
            chars = new char[2 * length];
        }
        line.getChars(0, length, chars, 0);
        digest(out == null ? length : withoutAsides(length));
        if (out != null) {
            out.line(line.toString().replace(Words.ASIDE, SHOWN_ASIDE));
        }
    }

    /** Moves what counts to the front, and says how much it is. */
    private int withoutAsides(int length) {
        int kept = 0;
        boolean aside = false;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            if (c == Words.ASIDE) {
                aside = !aside;
            } else if (!aside) {
                chars[kept++] = c;
            }
        }
        return kept;
    }

    /** Four characters at a time: this is a good part of what a run costs. */
    private void digest(int length) {
        long hash = digest ^ length;
        for (int i = 0; i < length; i++) {
            long block = chars[i];
            for (int j = 1; j < BLOCK && i + 1 < length; j++) {
                block = block << Character.SIZE | chars[++i];
            }
            hash = Long.rotateLeft((hash ^ block) * MULTIPLIER, ROTATION);
        }
        digest = hash;
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
