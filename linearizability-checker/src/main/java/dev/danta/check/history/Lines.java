package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream as bytes, blank ones left out, none longer than a bound. Owned by one thread.
 *
 * <p>Knows whether the latest line had its end: the one that has not may be torn. A compressed stream that breaks off
 * counts as ending there.
 */
final class Lines {
    private static final int READ_BYTES = 1 << 16;

    private final InputStream in;
    private final int lineBytesMax;
    private final byte[] buffer = new byte[READ_BYTES];
    private int position;
    private int limit;
    private boolean brokenOff;
    private long number;
    private boolean ended;
    private @Nullable Long tornAt;

    Lines(InputStream in, int lineBytesMax) {
        this.in = in;
        this.lineBytesMax = lineBytesMax;
    }

    /** The next line that is not blank, without its end, or null after the last one. */
    byte @Nullable [] next() throws IOException {
        while (true) {
            byte[] line = read();
            if (line == null || !isBlank(line)) {
                return line;
            }
        }
    }

    /** The number of the latest line, from 1. */
    long number() {
        return number;
    }

    /** Declares the latest line torn, if it has no end. */
    boolean tear() {
        if (ended) {
            return false;
        }
        tornAt = number;
        return true;
    }

    /** The line at which the stream breaks off, or null if it is whole. */
    @Nullable
    Long tornAt() {
        if (tornAt == null && brokenOff) {
            return number + 1;
        }
        return tornAt;
    }

    private byte @Nullable [] read() throws IOException {
        for (int end = position; end < limit && end - position <= lineBytesMax; end++) {
            if (buffer[end] == '\n') {
                byte[] whole = Arrays.copyOfRange(buffer, position, end);
                position = end + 1;
                ended = true;
                number++;
                return whole;
            }
        }
        return readAcross();
    }

    /** A line that goes on in the next buffer, or has no end. */
    private byte @Nullable [] readAcross() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        ended = false;
        while (position < limit || fill()) {
            int begin = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.write(buffer, begin, position - begin);
            if (line.size() > lineBytesMax) {
                throw new MalformedHistoryException(number + 1, "longer than " + lineBytesMax + " bytes");
            }
            if (position < limit) {
                position++;
                ended = true;
                break;
            }
        }
        if (!ended && line.size() == 0) {
            return null;
        }
        number++;
        return line.toByteArray();
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = 0;
        try {
            limit = Math.max(0, in.read(buffer));
        } catch (EOFException early) {
            brokenOff = true;
        }
        return limit > 0;
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
