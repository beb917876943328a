package dev.danta.config;

/** The configuration has not answered in time. Whether the request took effect is not known: it may be asked again. */
public final class ConfigUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConfigUnavailableException(String sentence) {
        super(sentence);
    }

    public ConfigUnavailableException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
