package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.message.Envelope;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InboxTest {
    private static final long ROOMY = 1 << 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static List<Envelope> proposals(int count) {
        return IntStream.range(0, count).mapToObj(i -> Requests.propose(i + 1)).toList();
    }

    private static List<Envelope> aborts(int count) {
        return IntStream.range(0, count).mapToObj(i -> Requests.abort(i + 1)).toList();
    }

    private static List<Envelope> drained(Inbox inbox, int most) throws InterruptedException {
        List<SweepingReplica.Input> inputs = new ArrayList<>();
        assertThat(inbox.drainTo(inputs, most, PATIENCE_NANOS)).isTrue();
        return inputs.stream()
                .map(input -> ((SweepingReplica.Input.Received) input).envelope())
                .toList();
    }

    @Test
    void whatIsOfferedIsDrainedInItsOrder() throws InterruptedException {
        Inbox inbox = new Inbox(10, ROOMY);
        assertThat(inbox.offer(proposals(3))).isEmpty();
        assertThat(inbox.offer(aborts(2))).isEmpty();
        assertThat(drained(inbox, 4))
                .containsExactly(Requests.propose(1), Requests.propose(2), Requests.propose(3), Requests.abort(1));
        assertThat(drained(inbox, 4)).containsExactly(Requests.abort(2));
    }

    @Test
    void aFullInboxRefusesProposalsAndUpdates() throws InterruptedException {
        Inbox inbox = new Inbox(2, ROOMY);
        assertThat(inbox.offer(proposals(4))).containsExactly(Requests.propose(3), Requests.propose(4));
        assertThat(inbox.offer(List.of(Requests.update(1)))).containsExactly(Requests.update(1));
        assertThat(inbox.refused()).isEqualTo(3);
        assertThat(drained(inbox, 9)).hasSize(2);
        assertThat(inbox.offer(proposals(1))).isEmpty();
    }

    @Test
    void whatSettlesTransactionsGetsAsMuchRoomAgainAndIsThenDropped() throws InterruptedException {
        Inbox inbox = new Inbox(2, ROOMY);
        inbox.offer(proposals(2));
        assertThat(inbox.offer(aborts(3))).isEmpty();
        assertThat(inbox.dropped()).isEqualTo(1);
        assertThat(drained(inbox, 9)).endsWith(Requests.abort(1), Requests.abort(2));
    }

    @Test
    void largeMessagesFillItEarlier() throws InterruptedException {
        Inbox inbox = new Inbox(1000, 100_000);
        Envelope large = Requests.propose(1, Bytes.wrap(new byte[60_000]));
        assertThat(inbox.offer(List.of(large))).isEmpty();
        assertThat(inbox.offer(List.of(large))).containsExactly(large);
        assertThat(inbox.offer(proposals(1))).isEmpty();
        assertThat(drained(inbox, 9)).hasSize(2);
        assertThat(inbox.offer(List.of(large))).isEmpty();
    }

    @Test
    void waitingForTheFirstEndsWhenPatienceDoes() throws InterruptedException {
        List<SweepingReplica.Input> inputs = new ArrayList<>();
        assertThat(new Inbox(2, ROOMY).drainTo(inputs, 9, 1000)).isTrue();
        assertThat(inputs).isEmpty();
    }

    @Test
    void aClosedInboxTakesNothingAndIsDrainedToItsEnd() throws InterruptedException {
        Inbox inbox = new Inbox(5, ROOMY);
        inbox.offer(proposals(3));
        inbox.close();
        assertThat(inbox.offer(proposals(1))).hasSize(1);
        assertThat(drained(inbox, 2)).hasSize(2);
        assertThat(drained(inbox, 2)).hasSize(1);
        assertThat(inbox.drainTo(new ArrayList<>(), 2, PATIENCE_NANOS)).isFalse();
    }

    @Test
    void closingWakesWhoWaits() throws Exception {
        Inbox inbox = new Inbox(5, ROOMY);
        Thread closer = new Thread(inbox::closeEmpty);
        closer.start();
        assertThat(inbox.drainTo(new ArrayList<>(), 2, PATIENCE_NANOS)).isFalse();
        closer.join();
    }
}
