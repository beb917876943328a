package dev.danta.sim.workload;

import dev.danta.occ.Key;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.Mark;
import dev.danta.txn.client.SessionMarks;
import org.jspecify.annotations.Nullable;

/** What those keep to who read relaxed registers at a level. Mutants break it. */
public interface LevelRules {
    /** What is right. */
    LevelRules PROTOCOL = new LevelRules() {};

    /** What an answer within a session must contain, given what the session has seen. */
    default @Nullable Mark demanded(@Nullable Mark seen) {
        return seen;
    }

    /** The session that goes on elsewhere. */
    default SessionMarks carried(SessionMarks session) {
        return session;
    }

    /** Whether a session that has no room left reads from quorums. */
    default ClientCall.Level level(SessionMarks session, Key key) {
        return session.level(key);
    }

    /** How a quorum is asked. */
    default ClientCall.Level quorum() {
        return ClientCall.Level.QUORUM;
    }

    /** How old an answer may be that is remembered, given what is promised. */
    default long maxAgeNanos(long promisedNanos) {
        return promisedNanos;
    }
}
