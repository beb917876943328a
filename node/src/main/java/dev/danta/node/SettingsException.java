package dev.danta.node;

/** The settings are wrong; the message is one sentence that names the file, the key and what is wrong with it. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message);
    }
}
