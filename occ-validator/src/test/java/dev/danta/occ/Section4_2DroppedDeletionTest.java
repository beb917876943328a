package dev.danta.occ;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Line 23 of protocol.md 11, said step by step: x is live, a transaction reads it; x is deleted, the deletion is forgotten
 * everywhere and dropped here; then the transaction is proposed. By the rules it is out of date; with one of them broken this
 * replica takes itself for one that has not heard of x yet, and votes OK.
 */
class Section4_2DroppedDeletionTest {
    private static final ClientId CLIENT = new ClientId(0, 1);
    private static final Key X = new Key(Bytes.utf8("x"));
    private static final Version LIVE = new Version(at(5), Bytes.utf8("live"));
    private static final Version DELETION = new Version(at(7), null);
    private static final Timestamp ID = at(100);

    private static final ValidationRules ALWAYS_BEHIND = new ValidationRules() {
        @Override
        public boolean isMerelyBehind(Timestamp seen, Timestamp deletedBelow) {
            return true;
        }
    };

    private final Map<Key, Version> versions = new TreeMap<>();

    private static Timestamp at(long micros) {
        return new Timestamp(micros, CLIENT);
    }

    private Verdict proposed(Read read, Timestamp deletedBelow, ValidationRules rules) {
        AccessSet accesses = new AccessSet(List.of(read), List.of(new Write(X, Bytes.utf8("more"))));
        return Validator.validate(ID, accesses, new MapStore(versions), new Holds(), deletedBelow, rules);
    }

    private Verdict afterTheDeletion(Timestamp deletedBelow, boolean dropped, ValidationRules rules) {
        versions.put(X, LIVE);
        Read read = Read.of(X, versions.getOrDefault(X, Version.NEVER_THERE));
        versions.put(X, DELETION);
        if (dropped) {
            versions.remove(X);
        }
        return proposed(read, deletedBelow, rules);
    }

    @Test
    void whatWasReadBeforeADeletionThatIsDroppedIsOutOfDate() {
        Verdict stale = new Verdict.Stale(List.of(new Verdict.Newest(X, Version.NEVER_THERE)));
        assertThat(afterTheDeletion(at(8), true, ValidationRules.PROTOCOL)).isEqualTo(stale);
        assertThat(afterTheDeletion(at(8), true, ALWAYS_BEHIND)).isEqualTo(new Verdict.Ok(ID, true));
    }

    /** It counts as "never there" from the moment at which it may be dropped. */
    @Test
    void whatWasReadBeforeADeletionThatMayBeDroppedIsOutOfDate() {
        Verdict stale = new Verdict.Stale(List.of(new Verdict.Newest(X, DELETION)));
        assertThat(afterTheDeletion(at(8), false, ValidationRules.PROTOCOL)).isEqualTo(stale);
        assertThat(afterTheDeletion(at(8), false, ALWAYS_BEHIND)).isEqualTo(new Verdict.Ok(ID, true));
    }

    /** A replica that has not heard of x yet has not forgotten as far as x. */
    @Test
    void whatIsAboveWhatIsForgottenIsMerelyNotHereYet() {
        assertThat(proposed(Read.of(X, LIVE), at(4), ValidationRules.PROTOCOL)).isEqualTo(new Verdict.Ok(ID, true));
    }
}
