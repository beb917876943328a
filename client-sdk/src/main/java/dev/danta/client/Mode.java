package dev.danta.client;

/** How a table is used; one and the same by everybody. */
public enum Mode {
    /** In transactions only: strictly serializable. */
    STRICT,
    /** By single puts and gets: acknowledged by a quorum; of concurrent puts the last writer, by its clock, wins. */
    RELAXED
}
