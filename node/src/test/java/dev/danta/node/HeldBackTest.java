package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.KeyRange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.wire.transport.ClientSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many questions are held back, and how many turns are planned for them, without a node. */
@Timeout(120)
final class HeldBackTest {
    private static final LogIncarnation LOG = new LogIncarnation(7, Epoch.FIRST);
    private static final int LONG = ReadQuery.HOLD_MILLIS_MAX;

    private final HeldBack shared = new HeldBack(1);
    private long asked;

    private static final class Session implements ClientSession {
        private final BlockingQueue<Envelope> got = new LinkedBlockingQueue<>();

        @Override
        public ClientId client() {
            return Requests.CLIENT;
        }

        @Override
        public String remote() {
            return "here";
        }

        @Override
        public void send(List<Envelope> envelopes) {
            got.addAll(envelopes);
        }

        @Override
        public long droppedEnvelopes() {
            return 0;
        }

        @Override
        public void close(String reason) {}
    }

    private Envelope question(int holdMillis) {
        KeyRange keys = new KeyRange(Requests.key("a"), Requests.key("b"));
        ReadQuery.Feed feed = new ReadQuery.Feed(new LogPosition(LOG, 0), keys, 10, holdMillis);
        return Requests.envelope(new IrMessage.Ask(new OpId(Requests.CLIENT, ++asked), feed));
    }

    private static Envelope nothing(Envelope question, long upTo) {
        IrMessage.Ask ask = (IrMessage.Ask) question.message();
        ReadAnswer page = new ReadAnswer.Feed(new LogPosition(LOG, upTo), List.of(), upTo);
        return new Envelope(
                question.shard(),
                question.epoch(),
                new Address.Replica(new ReplicaId(1)),
                new IrMessage.Answered(ask.id(), page));
    }

    private static boolean hold(HeldQuestions held, ClientSession from, Envelope question) {
        return held.hold(from, question, nothing(question, 0));
    }

    /** Each growth of the log is looked at before it is time to say that nothing is new. */
    @Test
    void aLogThatGrowsLeavesNoTurnsBehind() {
        AtomicLong end = new AtomicLong();
        Phaser looks = new Phaser(1);
        try (shared) {
            HeldQuestions held = new HeldQuestions(shared, questions -> {
                looks.arrive();
                long now = end.get();
                return questions.stream()
                        .map(question -> Optional.of(nothing(question, now)))
                        .toList();
            });
            assertThat(hold(held, new Session(), question(LONG))).isTrue();
            for (int look = 0; look < 200; look++) {
                looks.awaitAdvance(look);
                end.incrementAndGet();
                held.wake();
            }
            assertThat(shared.planned()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aLookThatFailsDoesNotKeepAQuestionLongerThanItsTime() throws InterruptedException {
        try (shared) {
            HeldQuestions held = new HeldQuestions(shared, questions -> {
                throw new IllegalStateException("the log cannot be read");
            });
            Session session = new Session();
            Envelope question = question(1);
            assertThat(hold(held, session, question)).isTrue();
            assertThat(session.got.take()).isEqualTo(nothing(question, 0));
        }
    }

    @Test
    void whatThereIsNoRoomForOnTheNodeIsNotTakenOffWhatItsSessionHolds() {
        try (shared) {
            Session one = new Session();
            assertThat(shared.enter(one)).isTrue();
            for (int i = 1; i < HeldBack.HELD_MAX; i++) {
                assertThat(shared.enter(new Session())).isTrue();
            }
            assertThat(shared.enter(one)).isFalse();
            assertThat(shared.hasOf(one)).isTrue();
            shared.left(one);
            assertThat(shared.hasOf(one)).isFalse();
            assertThat(shared.enter(one)).isTrue();
        }
    }

    @Test
    void whatThereIsNoRoomForOfASessionLeavesRoomForOthers() {
        try (shared) {
            Session one = new Session();
            for (int i = 0; i < HeldBack.HELD_OF_SESSION_MAX; i++) {
                assertThat(shared.enter(one)).isTrue();
            }
            for (int i = 0; i < HeldBack.HELD_MAX; i++) {
                assertThat(shared.enter(one)).isFalse();
            }
            assertThat(shared.enter(new Session())).isTrue();
        }
    }
}
