package dev.danta.client;

/** What is known of the effect of something that was asked for. */
public enum Outcome {
    /** It did not take effect and never will. */
    NOT_APPLIED,
    /** It took effect. */
    APPLIED,
    /** Nobody can say yet; or nobody can say any more, for nodes forget what became of a transaction after a minute or so. */
    UNKNOWN
}
