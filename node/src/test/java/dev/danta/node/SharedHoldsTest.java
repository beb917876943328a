package dev.danta.node;

import static dev.danta.node.Requests.id;
import static dev.danta.node.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.occ.Key;
import dev.danta.txn.participant.HoldChange;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SharedHoldsTest {
    private static final List<Key> ALL = List.of(key("a"), key("b"), key("c"));

    @Test
    void aKeyIsHeldUntilItsLastHolderIsDone() {
        SharedHolds holds = new SharedHolds();
        assertThat(holds.heldAmong(ALL)).isEmpty();
        holds.tell(new HoldChange(id(1), List.of(key("a"), key("b")), true));
        holds.tell(new HoldChange(id(2), List.of(key("b"), key("d")), true));
        assertThat(holds.heldAmong(ALL)).containsExactly(key("a"), key("b"));
        holds.tell(new HoldChange(id(1), List.of(key("a"), key("b")), false));
        assertThat(holds.heldAmong(ALL)).containsExactly(key("b"));
        holds.tell(new HoldChange(id(2), List.of(key("b"), key("d")), false));
        assertThat(holds.heldAmong(ALL)).isEmpty();
    }
}
