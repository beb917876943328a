package dev.danta.ir.replica;

import static dev.danta.ir.replica.ReplicaBench.BODY;
import static dev.danta.ir.replica.ReplicaBench.COMMIT;
import static dev.danta.ir.replica.ReplicaBench.ID;
import static dev.danta.ir.replica.ReplicaBench.OWNER;
import static dev.danta.ir.replica.ReplicaBench.applied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Effect;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Line 27 of protocol.md 11, said step by step: a transaction was committed here, everybody has resolved it, and it is forgotten
 * and swept. Only then comes what a slower peer says of it. By the rules that changes nothing; with one of them broken its writes
 * are applied once more, over whatever has come since.
 */
class Section7LateNewsTest {
    private static final ReplicaId PEER = new ReplicaId(2);
    private static final Timestamp LATER = new Timestamp(1_010, OWNER);
    private static final Watermarks FORGOTTEN =
            Watermarks.NONE.barring(LATER).resolving(LATER).deleting(LATER);
    private static final LogIncarnation LOG = new LogIncarnation(9, Epoch.FIRST);

    private static final ReplicaRules ABSORBS_ANYTHING = new ReplicaRules() {
        @Override
        public boolean absorbs(Timestamp id, Watermarks watermarks) {
            return true;
        }
    };

    private static final ReplicaRules ENTERS_ANYTHING = new ReplicaRules() {
        @Override
        public boolean enters(Timestamp id, Watermarks watermarks) {
            return true;
        }
    };

    /** Has pulled nothing of its peer's log yet when it forgets. */
    private static ReplicaBench forgetful(ReplicaRules rules) {
        ReplicaBench replica = new ReplicaBench(rules);
        replica.receive(new IrMessage.SkipTo(PEER, new LogPosition(LOG, 0)));
        replica.receive(new IrMessage.Decide(ID, COMMIT, BODY));
        replica.with(FORGOTTEN);
        replica.receive(new IrMessage.Sweep());
        assertThat(replica.stored()).isNull();
        return replica;
    }

    private static List<Effect> absorbing(ReplicaRules rules) {
        LogItem entry = new LogItem.Outcome(ID, COMMIT, BODY);
        return forgetful(rules)
                .receive(new IrMessage.Absorb(
                        PEER, new LogPosition(LOG, 0), new LogPosition(LOG, 1), List.of(entry), true));
    }

    private static List<Effect> entering(ReplicaRules rules) {
        KnownOp record = new KnownOp(ID, COMMIT, BODY);
        return forgetful(rules).receive(new IrMessage.Enter(new OpId(OWNER, 3), LATER, List.of(record), true));
    }

    @Test
    void anEntryOfALogIsSkipped() {
        assertThat(absorbing(ReplicaRules.PROTOCOL)).isNotEmpty().doesNotContain(applied(COMMIT, BODY));
        assertThat(absorbing(ENTERS_ANYTHING)).doesNotContain(applied(COMMIT, BODY));
        assertThat(absorbing(ABSORBS_ANYTHING)).contains(applied(COMMIT, BODY));
    }

    @Test
    void aRecordIsSkipped() {
        assertThat(entering(ReplicaRules.PROTOCOL)).isNotEmpty().doesNotContain(applied(COMMIT, BODY));
        assertThat(entering(ABSORBS_ANYTHING)).doesNotContain(applied(COMMIT, BODY));
        assertThat(entering(ENTERS_ANYTHING)).contains(applied(COMMIT, BODY));
    }
}
