package dev.danta.config.codec;

/** Bytes that are no encoding of what they should be. */
public final class MalformedConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedConfigException(String sentence) {
        super(sentence);
    }

    public MalformedConfigException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
