package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions over real replicas in memory: what is read in them never goes back, wherever they go on. */
@Timeout(120)
final class SessionTest {
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");
    private static final ReplicaId BEHIND = new ReplicaId(1);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final Table<String> names = client.space("shop").table("names", Codecs.STRING, Mode.RELAXED);
    private final Table<String> theirs = other.space("shop").table("names", Codecs.STRING, Mode.RELAXED);
    private final Counter views = client.space("shop").counter("views");
    private final Counter theirViews = other.space("shop").counter("views");
    private final AtomicBoolean wasAsked = new AtomicBoolean();

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    /** Updates do not get to one node, and that one is asked first: until it was, questions to others get lost. */
    private void oneIsBehindAndIsAskedFirst() {
        cluster.loseToNode((node, envelope) -> {
            if (!(envelope.message() instanceof IrMessage.Ask)) {
                return isUpdate(node, envelope);
            }
            wasAsked.compareAndSet(false, node.equals(BEHIND));
            return !wasAsked.get();
        });
    }

    private Optional<String> read(Table<String> table, Key key) {
        wasAsked.set(false);
        Optional<String> found = table.get(key);
        assertThat(wasAsked).isTrue();
        return found;
    }

    /** It may be lost with that replica, which must not be the end of the session; but it stands above all it has seen. */
    @Test
    void whatOneReplicaAcknowledgedNeedNotBeShownAndIsWrittenAfterWhatWasRead() {
        names.put(A, "one");
        Session session = client.session();
        assertThat(names.in(session).get(A)).hasValue("one");
        cluster.loseToNode((node, envelope) -> envelope.message() instanceof IrMessage.Execute && !node.equals(BEHIND));

        names.in(session).with(Ack.ONE).put(A, "two");

        cluster.loseToNode((node, envelope) -> node.equals(BEHIND));
        assertThat(names.in(session).get(A)).isPresent();
        cluster.loseNothing();
        names.in(session).put(A, "three");
        assertThat(theirs.get(A, Read.QUORUM)).hasValue("three");
    }

    private static boolean isUpdate(ReplicaId node, Envelope envelope) {
        return node.equals(BEHIND) && envelope.message() instanceof IrMessage.Execute;
    }

    /** Else what follows would show nothing. */
    @Test
    void withoutASessionTheOneThatIsAskedMayBeBehind() {
        oneIsBehindAndIsAskedFirst();
        names.put(A, "mine");

        assertThat(read(names, A)).isEmpty();
        assertThat(read(theirs, A)).isEmpty();
    }

    @Test
    void aSessionReadsWhatItHasWrittenWhoeverIsAsked() {
        oneIsBehindAndIsAskedFirst();
        try (Session session = client.session()) {
            names.in(session).put(A, "mine");
            views.in(session).add(A, 7);

            assertThat(read(names.in(session), A)).hasValue("mine");
            wasAsked.set(false);
            assertThat(views.in(session).get(A)).isEqualTo(7);
            assertThat(wasAsked).isTrue();
        }
    }

    @Test
    void aSessionGoesOnElsewhere() {
        oneIsBehindAndIsAskedFirst();
        String token;
        try (Session session = client.session()) {
            names.in(session).put(A, "mine");
            views.in(session).add(A, 7);
            token = session.token();
        }
        try (Session session = other.session(token)) {
            assertThat(read(theirs.in(session), A)).hasValue("mine");
            wasAsked.set(false);
            assertThat(theirViews.in(session).get(A)).isEqualTo(7);
            token = session.token();
        }
        try (Session session = client.session(token)) {
            wasAsked.set(false);
            assertThat(names.in(session).get(A, Read.SESSION)).hasValue("mine");
        }
    }

    /** What it read of one that was ahead, it does not miss at one that is behind. */
    @Test
    void whatASessionHasReadItReadsAgain() {
        cluster.loseToNode(SessionTest::isUpdate);
        theirs.put(A, "theirs");
        try (Session session = client.session()) {
            assertThat(names.in(session).get(A, Read.QUORUM)).hasValue("theirs");
            oneIsBehindAndIsAskedFirst();
            theirs.put(B, "later");
            assertThat(read(names.in(session), A)).hasValue("theirs");
            assertThat(read(names.in(session), B))
                    .as("of this it has seen nothing")
                    .isEmpty();
        }
    }

    /** The clock of the one who goes on with the session does not matter, nor what that one has seen itself. */
    @Test
    void whatASessionWritesComesAfterWhatItHasSeen() {
        String token;
        try (Session session = client.session()) {
            for (int i = 0; i < 1_000; i++) {
                names.in(session).put(A, "one " + i);
            }
            token = session.token();
        }
        try (Session session = other.session(token)) {
            theirs.in(session).put(A, "two");
        }
        assertThat(names.get(A, Read.QUORUM)).hasValue("two");
    }

    @Test
    void aCacheThatIsOlderThanTheSessionIsNotEnough() {
        try (DantaClient caching = cluster.clientBuilder().cache(1 << 20).build()) {
            Table<String> cached = caching.space("shop")
                    .table("names", Codecs.STRING, Mode.RELAXED)
                    .cached(Duration.ofHours(1));
            assertThat(cached.get(A)).isEmpty();
            try (Session theirSession = other.session()) {
                theirs.in(theirSession).put(A, "theirs");
                assertThat(cached.get(A)).isEmpty();
                try (Session session = caching.session(theirSession.token())) {
                    assertThat(cached.in(session).get(A)).hasValue("theirs");
                }
            }
        }
    }

    @Test
    void manyKeysFitAndWhatDoesNotIsReadFromAQuorum() {
        cluster.loseToNode(SessionTest::isUpdate);
        try (Session session = client.session()) {
            Table<String> in = names.in(session);
            for (int i = 0; i < 1_000; i++) {
                in.put(Key.of("a key of some length, so that there is not room for all: " + i), "value " + i);
            }
            assertThat(session.token().length()).isBetween(40_000, 46_000);
            try (Session later = other.session(session.token())) {
                for (int i = 0; i < 1_000; i += 250) {
                    Key key = Key.of("a key of some length, so that there is not room for all: " + i);
                    assertThat(theirs.in(later).get(key)).hasValue("value " + i);
                }
            }
        }
    }

    @Test
    void whatIsNoTokenOfThisClusterIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.session("no token"))
                .withMessageStartingWith("not a session's token");
        assertThatIllegalArgumentException().isThrownBy(() -> client.session(""));
        try (MemoryCluster another = new MemoryCluster(1, 1, "another");
                DantaClient stranger = another.client();
                Session session = stranger.session()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.session(session.token()))
                    .withMessageStartingWith("the session's token is of the cluster another/");
        }
    }

    @Test
    void aSessionIsUsedWithItsClientAndWhileItIsOpen() {
        Session session = client.session();
        assertThatIllegalArgumentException().isThrownBy(() -> theirs.in(session));
        assertThatIllegalArgumentException().isThrownBy(() -> names.get(A, Read.SESSION));
        Table<Long> stock = client.space("shop").table("stock", Codecs.LONG, Mode.STRICT);
        assertThatThrownBy(() -> stock.in(session)).isInstanceOf(ModeMismatchException.class);
        session.close();
        assertThatIllegalStateException().isThrownBy(() -> names.in(session).get(A));
        assertThatIllegalStateException().isThrownBy(() -> names.in(session).put(A, "x"));
    }
}
