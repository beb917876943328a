package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import us.bpsm.edn.parser.Parseable;

/**
 * The characters of an EDN stream for its parser, which has no bounds of its own: of each value only so much, and only so
 * deep. Knows the line, and whether the end was met. Owned by one thread.
 */
final class EdnText implements Parseable {
    private static final int NOTHING = -2;

    private final Reader in;
    private final int charsMax;
    private final int depthMax;
    private int unread = NOTHING;
    private long line = 1;
    private long chars;
    private int depth;
    private State state = State.CODE;
    private boolean ended;

    /** What the next character is part of. */
    private enum State {
        CODE,
        STRING,
        ESCAPE,
        CHARACTER,
        COMMENT
    }

    EdnText(Reader in, int charsMax, int depthMax) {
        this.in = in;
        this.charsMax = charsMax;
        this.depthMax = depthMax;
    }

    /** The line of the next character, from 1. */
    long line() {
        return line;
    }

    /** Whether there is nothing after what was read. */
    boolean hasEnded() {
        return ended;
    }

    /** A new value begins here, for which the bounds begin anew. */
    void begin() {
        chars = 0;
        depth = 0;
    }

    @Override
    public int read() throws IOException {
        int c = unread;
        unread = NOTHING;
        if (c == NOTHING) {
            c = readNew();
        }
        line += c == '\n' ? 1 : 0;
        return c;
    }

    private int readNew() throws IOException {
        int c;
        try {
            c = in.read();
        } catch (EOFException brokenOff) {
            c = END_OF_INPUT;
        }
        if (c == END_OF_INPUT) {
            ended = true;
            return c;
        }
        if (++chars > charsMax) {
            throw new MalformedHistoryException(line, "an event of more than " + charsMax + " characters");
        }
        state = switch (state) {
            case CODE -> inCode(c);
            case STRING -> c == '"' ? State.CODE : c == '\\' ? State.ESCAPE : State.STRING;
            case ESCAPE -> State.STRING;
            case CHARACTER -> State.CODE;
            case COMMENT -> c == '\n' ? State.CODE : State.COMMENT;
        };
        return c;
    }

    private State inCode(int c) {
        if (c == '(' || c == '[' || c == '{') {
            depth++;
            if (depth > depthMax) {
                throw new MalformedHistoryException(line, "an event nested deeper than " + depthMax);
            }
        } else if (c == ')' || c == ']' || c == '}') {
            depth--;
        }
        return switch (c) {
            case '"' -> State.STRING;
            case '\\' -> State.CHARACTER;
            case ';' -> State.COMMENT;
            default -> State.CODE;
        };
    }

    @Override
    public void unread(int c) {
        if (unread != NOTHING) {
            throw new IllegalStateException("only one character can be given back");
        }
        unread = c;
        line -= c == '\n' ? 1 : 0;
    }

    /** Skips what separates values, comments too; the next character is given back, or there is none. */
    int peek() throws IOException {
        int c = read();
        while (c != END_OF_INPUT && (Character.isWhitespace(c) || c == ',' || c == ';')) {
            if (c == ';') {
                while (c != '\n' && c != END_OF_INPUT) {
                    c = read();
                }
            } else {
                c = read();
            }
        }
        if (c != END_OF_INPUT) {
            unread(c);
        }
        return c;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
