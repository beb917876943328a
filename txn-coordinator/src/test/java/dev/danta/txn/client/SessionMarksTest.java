package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a session keeps in mind, and what its token carries. */
final class SessionMarksTest {
    private static final ClientId ONE = new ClientId(1, 2);
    private static final ClientId TWO = new ClientId(3, 4);
    private static final Key X = Bench.key("x");
    private static final Key Y = Bench.key("y");

    private final SessionMarks session = new SessionMarks("shop", SessionMarks.BYTES_MAX);

    private static LwwRegister register(long time, ClientId client) {
        return new LwwRegister(new Timestamp(time, client), Bytes.utf8("v" + time));
    }

    private static Counter counter(long one, long two) {
        TreeMap<ClientId, Counter.Total> totals = new TreeMap<>();
        if (one > 0) {
            totals.put(ONE, new Counter.Total(one, 10 * one));
        }
        if (two > 0) {
            totals.put(TWO, new Counter.Total(two, 10 * two));
        }
        return new Counter(totals);
    }

    private static boolean contains(SessionMarks session, Key key, RelaxedState state) {
        Mark mark = session.mark(key);
        return mark == null || mark.isIn(state);
    }

    private void saw(Key key, RelaxedState state) {
        assertThat(session.saw(key, state, session.level(key))).isTrue();
    }

    @Test
    void aRegisterMustBeAsNewAsWhatWasSeenOrWritten() {
        assertThat(session.mark(X)).isNull();
        saw(X, register(7, ONE));

        assertThat(contains(session, X, register(6, TWO))).isFalse();
        assertThat(contains(session, X, register(7, ONE))).isTrue();
        assertThat(contains(session, X, register(7, TWO))).isTrue();
        assertThat(session.mark(X).isIn(null)).isFalse();
        assertThat(session.mark(X).isIn(Counter.ZERO)).isFalse();
        assertThat(session.mark(Y)).isNull();

        session.wrote(X, register(9, ONE));
        saw(X, register(8, ONE));
        assertThat(contains(session, X, register(8, TWO))).isFalse();
        assertThat(contains(session, X, register(9, ONE))).isTrue();
    }

    @Test
    void aCounterMustHaveWhatWasSeenOfEachClient() {
        saw(X, counter(3, 1));
        session.wrote(X, counter(0, 2));

        assertThat(contains(session, X, counter(3, 2))).isTrue();
        assertThat(contains(session, X, counter(4, 5))).isTrue();
        assertThat(contains(session, X, counter(3, 1))).isFalse();
        assertThat(contains(session, X, counter(2, 9))).isFalse();
        assertThat(contains(session, X, counter(9, 0))).isFalse();
        assertThat(session.mark(X).isIn(register(1, ONE))).isFalse();
    }

    @Test
    void whatIsWrittenComesAfterAllThatWasSeenOfAnyKey() {
        assertThat(session.greatest()).isEqualTo(Timestamp.ZERO);
        saw(X, register(7, TWO));
        saw(Y, register(5, TWO));

        assertThat(session.greatest()).isEqualTo(new Timestamp(7, TWO));
    }

    @Test
    void aTokenCarriesAllOfIt() {
        saw(X, register(7, TWO));
        saw(Y, counter(3, 1));

        SessionMarks elsewhere = SessionMarks.parse(session.token(), "shop", SessionMarks.BYTES_MAX);

        assertThat(elsewhere.mark(X)).isEqualTo(session.mark(X));
        assertThat(elsewhere.mark(Y)).isEqualTo(session.mark(Y));
        assertThat(elsewhere.greatest()).isEqualTo(session.greatest());
        assertThat(elsewhere.level(X)).isEqualTo(ClientCall.Level.SESSION);
        assertThat(elsewhere.token()).isEqualTo(session.token());
    }

    @Test
    void aTokenOfAnotherClusterIsRefusedAndSaysOfWhich() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionMarks.parse(session.token(), "bank", SessionMarks.BYTES_MAX))
                .withMessage("the session's token is of the cluster shop, not of bank");
    }

    @Test
    void whatIsNoTokenIsRefusedWhateverItIs() {
        saw(X, register(7, TWO));
        saw(Y, counter(3, 1));
        byte[] token = session.token().toArray();
        for (int i = 0; i < token.length; i++) {
            byte[] changed = token.clone();
            changed[i] ^= 0x10;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SessionMarks.parse(Bytes.wrap(changed), "shop", SessionMarks.BYTES_MAX));
            byte[] shorter = Arrays.copyOf(token, i);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SessionMarks.parse(Bytes.wrap(shorter), "shop", SessionMarks.BYTES_MAX));
        }
    }

    /** What was read from one replica alone and is not marked could be gone at the next read. */
    @Test
    void whatFindsNoRoomIsReadFromQuorumsFromThenOn() {
        SessionMarks small = new SessionMarks("shop", 100);
        assertThat(small.saw(X, register(7, ONE), ClientCall.Level.SESSION)).isTrue();
        assertThat(small.saw(Y, counter(5, 5), ClientCall.Level.SESSION)).isFalse();

        assertThat(small.level(Y)).isEqualTo(ClientCall.Level.QUORUM);
        assertThat(small.mark(X)).isNotNull();
        assertThat(small.mark(Y)).isNull();
        assertThat(small.saw(Y, counter(5, 5), ClientCall.Level.QUORUM)).isTrue();
        assertThat(SessionMarks.parse(small.token(), "shop", 100).level(Y)).isEqualTo(ClientCall.Level.QUORUM);
    }

    /** The counter outgrows its room; its old mark stays, and what was seen since only quorums show. */
    @Test
    void whatOutgrowsItsRoomIsReadFromQuorumsToo() {
        int room = 2 + X.bytes().size() + 5 + 24;
        SessionMarks small = new SessionMarks("shop", room);
        assertThat(small.saw(X, counter(1, 0), ClientCall.Level.SESSION)).isTrue();
        small.wrote(X, counter(0, 1));

        assertThat(small.level(Y)).isEqualTo(ClientCall.Level.QUORUM);
        assertThat(contains(small, X, counter(1, 0))).isTrue();
        assertThat(contains(small, X, counter(0, 1))).isFalse();
    }

    /** Its mark would be as large as itself. */
    @Test
    void aValueOfManyElementsIsReadFromQuorumsAsSoonAsSomethingWasSeenOfIt() {
        LwwSet set = LwwSet.change(List.of(Bytes.utf8("e")), List.of(), new Timestamp(7, ONE));
        assertThat(session.level(X)).isEqualTo(ClientCall.Level.SESSION);
        assertThat(session.saw(X, set, ClientCall.Level.SESSION))
                .as("one replica alone has shown it")
                .isFalse();
        assertThat(session.saw(X, set, ClientCall.Level.QUORUM)).isTrue();
        session.wrote(Y, GrowSet.of(List.of(Bytes.utf8("e"))));

        SessionMarks elsewhere = SessionMarks.parse(session.token(), "shop", SessionMarks.BYTES_MAX);
        assertThat(elsewhere.level(X)).isEqualTo(ClientCall.Level.QUORUM);
        assertThat(elsewhere.level(Y)).isEqualTo(ClientCall.Level.QUORUM);
        assertThat(elsewhere.level(Bench.key("z"))).isEqualTo(ClientCall.Level.SESSION);
        assertThat(elsewhere.greatest()).isEqualTo(new Timestamp(7, ONE));
        assertThat(elsewhere.token()).isEqualTo(session.token());
    }
}
