package dev.danta.ir.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** protocol.md 9: what the configuration takes, and which disks may serve. */
class ShardConfigTest {
    private static final ReplicaId ONE = new ReplicaId(1);
    private static final ReplicaId TWO = new ReplicaId(2);
    private static final Epoch SECOND = new Epoch(2);
    private long lives;
    private final ShardConfig config =
            ShardConfig.first(new Membership(new ShardId(0), Epoch.FIRST, List.of(ONE)), disks(ONE, 11));

    private static SortedMap<ReplicaId, Long> disks(ReplicaId replica, long incarnation) {
        TreeMap<ReplicaId, Long> disks = new TreeMap<>();
        disks.put(replica, incarnation);
        return disks;
    }

    private static ShardConfig.Answer ask(ShardConfig config, ConfigRequest request) {
        return config.take(request, EpochRules.PROTOCOL);
    }

    private DiskIdentity disk(long incarnation, long starts, long logEnd) {
        return new DiskIdentity(incarnation, starts, ++lives, new DiskIdentity.LogEnd(Epoch.FIRST, logEnd));
    }

    private boolean serves(ShardConfig at, DiskIdentity disk) {
        return ask(at, new ConfigRequest.Register(ONE, disk)).done();
    }

    @Test
    void onlyTheLatestAttemptIsActivatedAndOnlyOnce() {
        ConfigRequest propose = new ConfigRequest.Propose(Epoch.FIRST, disks(TWO, 22));
        ShardConfig first = ask(config, propose).config();
        ShardConfig second = ask(first, propose).config();
        assertThat(ask(second, new ConfigRequest.Activate(SECOND, 1)).done()).isFalse();
        ShardConfig.Answer active = ask(second, new ConfigRequest.Activate(SECOND, 2));
        assertThat(active.done()).isTrue();
        assertThat(active.config().active().members()).containsExactly(TWO);
        assertThat(active.config().activated()).isEqualTo(2);
        assertThat(ask(active.config(), new ConfigRequest.Activate(SECOND, 2)).done())
                .as("asked again")
                .isTrue();
        assertThat(ask(active.config(), new ConfigRequest.Activate(SECOND, 1)).done())
                .isFalse();
        assertThat(ask(active.config(), propose).done())
                .as("from an epoch that is over")
                .isFalse();
    }

    @Test
    void aDiskGoesOnWhereItWas() {
        ShardConfig seen =
                ask(config, new ConfigRequest.Register(ONE, disk(11, 1, 0))).config();
        assertThat(serves(seen, disk(11, 2, 5))).isTrue();
    }

    @Test
    void whoAsksTwiceIsToldTheSame() {
        DiskIdentity disk = disk(11, 1, 0);
        ShardConfig seen = ask(config, new ConfigRequest.Register(ONE, disk)).config();
        assertThat(serves(seen, disk)).isTrue();
    }

    @Test
    void anEmptyDiskUnderTheOldNameMayNotServe() {
        assertThat(serves(config, disk(12, 1, 0))).isFalse();
    }

    @Test
    void anOlderCopyMayNotServe() {
        ShardConfig seen =
                ask(config, new ConfigRequest.Register(ONE, disk(11, 4, 9))).config();
        assertThat(serves(seen, disk(11, 4, 9)))
                .as("a start that was seen before")
                .isFalse();
        assertThat(serves(seen, disk(11, 3, 9))).isFalse();
        assertThat(serves(seen, disk(11, 5, 8)))
                .as("a log that was longer before")
                .isFalse();
        assertThat(serves(seen, disk(11, 5, 9))).isTrue();
    }

    @Test
    void aDiskThatWasReplacedNeverComesBack() {
        ShardConfig proposed = ask(config, new ConfigRequest.Propose(Epoch.FIRST, disks(ONE, 12)))
                .config();
        ShardConfig replaced =
                ask(proposed, new ConfigRequest.Activate(SECOND, 1)).config();
        assertThat(ask(replaced, new ConfigRequest.Propose(SECOND, disks(ONE, 11)))
                        .done())
                .isFalse();
        assertThat(ask(replaced, new ConfigRequest.Propose(SECOND, disks(ONE, 13)))
                        .done())
                .isTrue();
    }

    @Test
    void whoIsNoMemberMayNotServe() {
        assertThat(ask(config, new ConfigRequest.Register(TWO, disk(22, 1, 0))).done())
                .isFalse();
    }

    /** A copy from before it became one would be taken for a member that has just come, and have forgotten its votes. */
    @Test
    void startsOfWhoIsToBecomeAMemberAreSeenToo() {
        ShardConfig now = config;
        for (long starts = 1; starts <= 3; starts++) {
            now = ask(now, new ConfigRequest.Register(TWO, disk(22, starts, 0))).config();
        }
        now = ask(now, new ConfigRequest.Propose(Epoch.FIRST, disks(TWO, 22))).config();
        now = ask(now, new ConfigRequest.Activate(SECOND, 1)).config();

        assertThat(ask(now, new ConfigRequest.Register(TWO, disk(22, 2, 0))).done())
                .as("a copy from between")
                .isFalse();
        assertThat(ask(now, new ConfigRequest.Register(TWO, disk(22, 4, 0))).done())
                .isTrue();
    }
}
