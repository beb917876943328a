package dev.danta.wire.transport;

import dev.danta.wire.HostAndPort;

/** A node's port cannot be had; the message is one sentence with the address and the reason. */
public final class CannotListenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotListenException(HostAndPort address, String reason, Throwable cause) {
        super("cannot listen on " + address + ": " + reason, cause);
    }
}
