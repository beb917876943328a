package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PulledLogsTest {
    private static final ShardId SHARD = new ShardId(3);

    private final PulledLogs logs = new PulledLogs();

    private static LogPosition at(long number) {
        return new LogPosition(new LogIncarnation(1, Epoch.FIRST), number);
    }

    private void hear(int from, IrMessage message) {
        logs.hear(new Envelope(SHARD, Epoch.FIRST, new Address.Replica(new ReplicaId(from)), message));
    }

    @Test
    void whatIsStillToBePulledIsCountedInEntries() {
        hear(2, new IrMessage.Pulled(at(10), at(500), List.of(), false, 9_000));
        hear(4, new IrMessage.Pulled(at(10), at(10), List.of(), false, 10));
        assertThat(logs.behind(SHARD)).isEqualTo(Map.of(2, 8_500L, 4, 0L));
        hear(2, new IrMessage.Pulled(at(500), at(9_000), List.of(), false, 9_000));
        assertThat(logs.behind(SHARD)).isEqualTo(Map.of(2, 0L, 4, 0L));
        assertThat(logs.behind(new ShardId(0))).isEmpty();
    }

    @Test
    void whoeverHasMissedALogIsBehindAllOfIt() {
        hear(2, new IrMessage.LogGone(at(100), at(700)));
        assertThat(logs.behind(SHARD)).isEqualTo(Map.of(2, 700L));
    }
}
