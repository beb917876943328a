package dev.danta.ir.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable string of bytes with value equality, ordered as unsigned bytes (the order in which keys are scanned). */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final String HEX = "0123456789abcdef";

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of {@code content}. */
    public static Bytes copyOf(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /** Takes {@code content} over without a copy; the caller must not keep or change it. */
    public static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    /** The UTF-8 form of {@code text}. */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int size() {
        return content.length;
    }

    public byte at(int index) {
        return content[index];
    }

    /**
     * The eight bytes from {@code index} on as one number, the first of them its lowest.
     *
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public long longAt(int index) {
        return (long) LONGS.get(content, index);
    }

    /** A fresh copy that the caller may change. */
    public byte[] toArray() {
        return content.clone();
    }

    /** Copies all bytes into {@code target} from {@code offset} on. */
    public void copyInto(byte[] target, int offset) {
        System.arraycopy(content, 0, target, offset, content.length);
    }

    /** Reads the content as UTF-8; malformed parts become the replacement character. */
    public String toUtf8() {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Printable ASCII as it is, everything else as {@code \xNN}; cut after 64 bytes. For traces and messages. */
    @Override
    public String toString() {
        int shown = Math.min(content.length, 64);
        StringBuilder text = new StringBuilder(2 * shown + 16);
        for (int i = 0; i < shown; i++) {
            byte b = content[i];
            if (b >= 0x20 && b < 0x7f && b != '\\') {
                text.append((char) b);
            } else {
                text.append("\\x").append(HEX.charAt((b & 0xff) >>> 4)).append(HEX.charAt(b & 0xf));
            }
        }
        return content.length > shown ? text + "...(" + content.length + " bytes)" : text.toString();
    }
}
