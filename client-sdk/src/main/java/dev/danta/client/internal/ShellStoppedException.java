package dev.danta.client.internal;

/** The shell has stopped while a call was under way: what was sent for it may still take effect. */
public final class ShellStoppedException extends Exception {
    private static final long serialVersionUID = 1;

    ShellStoppedException(String message) {
        super(message);
    }
}
