package dev.danta.txn.client;

import dev.danta.ir.runtime.Report;

/** What befalls allotments of bounded counters, for whoever counts it. */
public enum AllotmentEvent implements Report {
    /** This client has got one. */
    TAKEN,
    /** This client has got a lax one, or more of the one it had. */
    TAKEN_LAX,
    /** This client keeps some of its own for longer. */
    RENEWED,
    /** This client calls another's in, or closes it, because its lease is over. */
    LEASE_OVER,
    /** This client calls one in, its own or another's. */
    FENCED,
    /** This client has closed one of its own. */
    CLOSED_BY_OWNER,
    /** This client has closed another's. */
    CLOSED_BY_STRANGER,
    /** A spend that replicas had refused was made all the same. */
    REFUSED_WAS_MADE,
    /** A spend that replicas had refused was not made, and is tried again. */
    REFUSED_WAS_NOT_MADE
}
