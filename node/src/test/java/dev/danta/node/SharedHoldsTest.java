package dev.danta.node;

import static dev.danta.node.Requests.id;
import static dev.danta.node.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.WriteHolds;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.participant.HoldChange;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SharedHoldsTest {
    private static final List<Key> ALL = List.of(key("a"), key("b"), key("c"));

    private final SharedHolds holds = new SharedHolds();

    @Test
    void aKeyIsHeldUntilItsLastHolderIsDone() {
        assertThat(writers(new ReadQuery.Versions(ALL))).containsExactly(null, null, null);
        holds.tell(new HoldChange(id(1), List.of(key("a"), key("b")), true));
        holds.tell(new HoldChange(id(2), List.of(key("b"), key("d")), true));
        assertThat(writers(new ReadQuery.Versions(ALL))).containsExactly(id(1), id(1), null);
        holds.tell(new HoldChange(id(1), List.of(key("a"), key("b")), false));
        assertThat(writers(new ReadQuery.Versions(ALL))).containsExactly(null, id(2), null);
        holds.tell(new HoldChange(id(2), List.of(key("b"), key("d")), false));
        assertThat(writers(new ReadQuery.Versions(ALL))).containsExactly(null, null, null);
    }

    @Test
    void strictReadsAreToldOfTheKeysTheyName() {
        holds.tell(new HoldChange(id(1), List.of(key("a"), key("b")), true));
        assertThat(writers(new ReadQuery.KeyRead(key("b"), Timestamp.ZERO))).containsExactly(null, id(1), null);
        AccessSet reads = new AccessSet(
                List.of(new Read(key("a"), Timestamp.ZERO, false), new Read(key("c"), id(1), false)), List.of());
        assertThat(writers(new ReadQuery.Validate(reads, Timestamp.ZERO))).containsExactly(id(1), null, null);
    }

    @Test
    void readsOfRangesAreToldOfTheKeysInThem() {
        holds.tell(new HoldChange(id(1), List.of(key("a"), key("c")), true));
        KeyRange range = new KeyRange(key("b"), key("c"));
        KeyRange wider = new KeyRange(key("b"), key("d"));
        RangeRead read = new RangeRead(wider, List.of());
        AccessSet reads = new AccessSet(List.of(), List.of(read), List.of());
        assertThat(writers(new ReadQuery.Range(range, 10))).containsExactly(null, null, null);
        assertThat(writers(new ReadQuery.Range(wider, 10))).containsExactly(null, null, id(1));
        WriteHolds taken = holds.takenFor(new ReadQuery.Validate(reads, Timestamp.ZERO));
        assertThat(taken.writerWithin(wider)).isEqualTo(id(1));
        assertThat(taken.writerWithin(range)).isNull();
    }

    @Test
    void whatWasTakenDoesNotChange() {
        holds.tell(new HoldChange(id(1), List.of(key("a")), true));
        WriteHolds taken = holds.takenFor(new ReadQuery.Versions(ALL));
        holds.tell(new HoldChange(id(1), List.of(key("a")), false));
        holds.tell(new HoldChange(id(2), List.of(key("b")), true));
        assertThat(taken.writerOf(key("a"))).isEqualTo(id(1));
        assertThat(taken.writerOf(key("b"))).isNull();
    }

    private List<Timestamp> writers(ReadQuery query) {
        WriteHolds taken = holds.takenFor(query);
        return ALL.stream().map(taken::writerOf).collect(Collectors.toList());
    }
}
