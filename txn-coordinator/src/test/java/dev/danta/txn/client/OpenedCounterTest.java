package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a transaction makes of a counter that it opens once or more (protocol.md 8). */
final class OpenedCounterTest {
    private static final Key STOCK = Bench.key("stock");
    private static final CounterBounds BOUNDS = new CounterBounds(10, 0);
    private static final ClientId OTHER = new ClientId(0, 9);
    private static final Timestamp HELD = new Timestamp(3, OTHER);
    private static final CounterRecord PLAIN = CounterRecord.initial(BOUNDS);
    /** Of ten, six are in an allotment. */
    private static final CounterRecord ALLOTTED = new CounterRecord(
            4,
            0,
            0,
            Collections.emptySortedMap(),
            new TreeMap<>(Map.of(HELD, new Allotment(OTHER, 6, false, 0))),
            Collections.emptySortedMap());

    private static final Version VERSION = new Version(new Timestamp(4, OTHER), PLAIN.encode());

    private static Ask ask(long amount, Need need) {
        return new Ask(STOCK, BOUNDS, amount, false, need);
    }

    private static CallOutcome.Opened found(CounterRecord record, boolean isAll) {
        return new CallOutcome.Opened(STOCK, VERSION, record, !record.equals(ALLOTTED), isAll);
    }

    private static OpenedCounter opened(CounterRecord record) {
        return new OpenedCounter(CounterRules.PROTOCOL, ask(0, Need.TO_CHANGE), found(record, false), 0);
    }

    private static Ask mustAsk(Ask ask) {
        return Objects.requireNonNull(ask);
    }

    @Test
    void whatWasCalledInIsClosedAgainWithWhatWasSpentOfItThen() {
        OpenedCounter counter = opened(ALLOTTED);
        Ask second = mustAsk(counter.toCover(8, false));
        assertThat(second).isEqualTo(ask(8, Need.TO_CHANGE));
        assertThat(counter.isOpenedAgain(second, found(ALLOTTED.closing(HELD, 1), true), 1))
                .isTrue();
        assertThat(counter.covers(8, false)).isTrue();
        counter.change(-8);

        Ask third = mustAsk(counter.toTell(Need.ROOM));
        assertThat(third.calledIn()).isEqualTo(new TreeMap<>(Map.of(HELD, 1L)));
        assertThat(third.amount()).isZero();
    }

    @Test
    void whatWasThereForATransactionStaysThere() {
        OpenedCounter counter = opened(ALLOTTED.closing(HELD, 1));
        Ask second = mustAsk(counter.toTell(Need.ROOM));

        assertThatThrownBy(() -> counter.isOpenedAgain(second, found(ALLOTTED, false), 1))
                .hasMessageContaining("what was there for a transaction stays there");
    }

    @Test
    void allThatItSpendsIsAskedForTogether() {
        OpenedCounter counter = opened(ALLOTTED);
        assertThat(counter.toCover(3, false)).isNull();
        counter.change(-3);

        assertThat(mustAsk(counter.toCover(2, false)).amount()).isEqualTo(5);
        assertThat(counter.isWritten()).isTrue();
        assertThat(counter.record().room()).isEqualTo(1);
    }

    @Test
    void nobodyAsksWhereNothingMoreCanBe() {
        OpenedCounter counter =
                new OpenedCounter(CounterRules.PROTOCOL, ask(11, Need.TO_CHANGE), found(PLAIN, true), 0);

        assertThat(counter.toCover(11, false)).isNull();
        assertThat(counter.covers(11, false)).isFalse();
    }

    @Test
    void aBoundIsTightenedOnlyOnceEverythingIsCalledIn() {
        OpenedCounter counter = opened(ALLOTTED);
        assertThat(counter.toBound(5, 0)).isNull();
        assertThat(counter.toBound(0, 3)).isNull();
        Ask second = mustAsk(counter.toBound(-5, 3));
        assertThat(second).isEqualTo(ask(0, Need.ALL));

        assertThat(counter.isOpenedAgain(second, found(ALLOTTED.closing(HELD, 6), true), 1))
                .isTrue();
        assertThat(counter.toBound(-5, 3)).isNull();
        counter.bound(-5, 3);
        assertThat(counter.record().room()).isEqualTo(-1);
        assertThat(counter.covers(2, true)).isTrue();
        assertThat(counter.covers(3, true)).isFalse();
    }

    @Test
    void aBoundThatDoesNotFitChangesNothing() {
        OpenedCounter counter = opened(PLAIN);

        assertThatThrownBy(() -> counter.bound(Long.MAX_VALUE, 0)).isInstanceOf(ArithmeticException.class);
        assertThat(counter.record()).isEqualTo(PLAIN);
    }

    @Test
    void whatWasToldIsConfirmedOnlyIfSomethingElseWasSeenSince() {
        OpenedCounter counter = new OpenedCounter(CounterRules.PROTOCOL, ask(0, Need.ALL), found(PLAIN, true), 3);
        assertThat(counter.toConfirm(9)).isNull();
        assertThat(counter.told().room()).isEqualTo(10);

        assertThat(counter.toConfirm(4)).isNull();
        assertThat(counter.toConfirm(5)).isEqualTo(ask(0, Need.TO_CHANGE));
        assertThat(counter.confirms(found(PLAIN, true))).isTrue();
        CounterRecord later = PLAIN.folding(Counter.of(OTHER, new Counter.Total(1, 2)));
        assertThat(counter.confirms(found(later, true))).isFalse();
    }

    @Test
    void anotherVersionIsAnotherState() {
        OpenedCounter counter = opened(PLAIN);
        Version newer = new Version(new Timestamp(7, OTHER), PLAIN.encode());

        assertThat(counter.isOpenedAgain(ask(0, Need.ALL), new CallOutcome.Opened(STOCK, newer, PLAIN, false, true), 1))
                .isFalse();
        assertThat(counter.version()).isEqualTo(VERSION);
    }
}
