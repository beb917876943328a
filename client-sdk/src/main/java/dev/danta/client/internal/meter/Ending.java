package dev.danta.client.internal.meter;

/** How something that an application has asked for ended. */
public enum Ending {
    /** As it was meant. */
    DONE,
    /** Others were in the way as often as is allowed. */
    CONFLICT,
    /** Too late, and without any effect. */
    DEADLINE,
    /** Too late, and nobody knows with what effect. */
    UNKNOWN,
    /** Too few nodes could be reached. */
    UNAVAILABLE,
    /** The client had too much to do. */
    OVERLOADED,
    /** With another error of the client's. */
    REFUSED,
    /** With an exception of the application's own. */
    THROWN
}
