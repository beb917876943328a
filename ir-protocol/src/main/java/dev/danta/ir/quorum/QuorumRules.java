package dev.danta.ir.quorum;

import dev.danta.ir.id.Ballot;
import org.jspecify.annotations.Nullable;

/**
 * How many answers are enough for what, and which of the accepted proposals binds (protocol.md 2, 4.3, 4.4 and 6). The
 * methods are the protocol; a test of the simulator replaces one of them, to see the break found.
 */
public interface QuorumRules {
    /** The protocol's. */
    QuorumRules PROTOCOL = new QuorumRules() {};

    /** What clients count. */
    enum Counted {
        /** Votes and acceptances of a transaction's own client. */
        VOTES,
        /** Acknowledgements of relaxed updates. */
        UPDATES,
        /** Answers to quorum reads, strict key reads and Validate. */
        READS
    }

    /**
     * Whether a count that began in one epoch goes on when its shard is in another one: it begins anew (2). This holds for
     * reads, too: a member that no seal has reached still answers in an epoch that is over.
     */
    default boolean goesOnOverEpochs(Counted what) {
        return false;
    }

    /** Equal OK votes that choose OK at once (4.3). */
    default int fastQuorum(Membership members) {
        return members.fastQuorum();
    }

    /** OK votes that a Finalize of OK rests on (4.3). */
    default int votesToFinalize(Membership members) {
        return members.quorum();
    }

    /** Acceptances of one Finalize of OK that choose OK (4.3, 6). */
    default int acceptances(Membership members) {
        return members.quorum();
    }

    /**
     * Whether an acceptance at {@code accepted} counts for what an owner has finalized at {@code own}: at that ballot only. A
     * client that settles its own transaction hears of acceptances at its settlement's ballot under the same address.
     */
    default boolean counts(Ballot accepted, Ballot own) {
        return accepted.equals(own);
    }

    /** Acceptances of one Finalize of ABORT that make the abort durable (4.4 b). */
    default int acceptancesOfAbort(Membership members) {
        return members.quorum();
    }

    /** NO votes that make an abort durable (4.4 a). */
    default int refusals(Membership members) {
        return members.quorum();
    }

    /** Whether an owner may still choose OK by votes alone: never after its first Finalize (4.3). */
    default boolean fastPathIsOpen(boolean finalizeWasSent) {
        return !finalizeWasSent;
    }

    /** Promises that are needed before a value is proposed at a later ballot (6, 1). */
    default int promises(Membership members) {
        return members.quorum();
    }

    /** OK votes among the promises that oblige to propose OK, where nothing was accepted (6, 2). */
    default int votesToRecover(Membership members) {
        return members.quorum();
    }

    /**
     * Whether TOO_OLD says that the outcome is ABORT: it says nothing (2.1), for a replica answers so whether what it has
     * forgotten was committed or not.
     */
    default boolean isTooOldAborted() {
        return false;
    }

    /** Whether a proposal accepted at {@code ballot} binds more than the one that binds so far, if any (6, 2). */
    default boolean binds(Ballot ballot, @Nullable Ballot bindingSoFar) {
        return bindingSoFar == null || ballot.compareTo(bindingSoFar) > 0;
    }
}
