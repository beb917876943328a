package dev.danta.client;

/**
 * Turns values into bytes and back. Thread-safe. Either direction may throw a {@link CodecException}; whatever else it
 * throws becomes the cause of one.
 */
public interface Codec<T> {
    /** The caller may keep the array that is returned; it must not be changed afterwards. */
    byte[] encode(T value);

    /** {@code bytes} are a copy that the codec may keep. */
    T decode(byte[] bytes);
}
