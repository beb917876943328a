package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.Holds;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.participant.MapRelaxed;
import dev.danta.txn.participant.MapStore;
import dev.danta.txn.participant.ReadView;
import dev.danta.txn.participant.ReadViewRules;
import dev.danta.txn.participant.SpendRules;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The two schedules at the end of protocol.md 11, for its line 25, which are hardly ever met at random: a strict read
 * during which its keys are deleted and the deletion is forgotten. Each goes well by the rules, and wrong without one.
 */
final class Section5_1ForgettingTest {
    private static final ReadViewRules ANSWERS_ABOVE_G = new ReadViewRules() {
        @Override
        public boolean mayAnswer(Timestamp deletedBelow, Timestamp g) {
            return true;
        }
    };

    private static class Continues implements ReadRules {
        @Override
        public SortedMap<ReplicaId, ReadAnswer> carriedOver(SortedMap<ReplicaId, ReadAnswer> answers) {
            return answers;
        }
    }

    private static class RanksByTimestamp implements ReadRules {
        @Override
        public Timestamp rank(Version version, Timestamp deletedBelow) {
            return version.timestamp();
        }
    }

    private static final class ContinuesAndRanksByTimestamp extends Continues {
        @Override
        public Timestamp rank(Version version, Timestamp deletedBelow) {
            return version.timestamp();
        }
    }

    private static final CallOutcome ABSENT = new CallOutcome.StrictlyRead(List.of(Version.NEVER_THERE), null);

    private static Timestamp at(long micros) {
        return new Timestamp(micros, new ClientId(0, 9));
    }

    private static Version live(long micros, String value) {
        return new Version(at(micros), Bytes.utf8(value));
    }

    /** Three replicas of each of two shards as a reader sees them, and a reader. */
    private static final class World {
        private final Bench bench;
        private final ReadViewRules replicaRules;
        private final Map<Integer, Stored> replicas = new TreeMap<>();

        World(ReadRules clientRules, ReadViewRules replicaRules) {
            this.bench = new Bench(3, 2, ClientSettings.DEFAULTS, clientRules).connected(1, 2, 3);
            this.replicaRules = replicaRules;
        }

        private static final class Stored {
            private final TreeMap<Key, Version> newest = new TreeMap<>();
            private Timestamp deletedBelow = Timestamp.ZERO;
        }

        private Stored at(int shard, int replica) {
            return replicas.computeIfAbsent(10 * shard + replica, r -> new Stored());
        }

        void applied(Key key, Version version, int... where) {
            for (int replica : where) {
                at(bench.shards.shardOf(key).number(), replica).newest.put(key, version);
            }
        }

        /** Everything up to {@code deletedBelow} is forgotten everywhere; who drops a deletion is another matter. */
        void forgotten(Timestamp deletedBelow) {
            for (int replica : new int[] {1, 2, 3}) {
                at(0, replica).deletedBelow = deletedBelow;
                at(1, replica).deletedBelow = deletedBelow;
            }
        }

        void dropped(Key key, int replica) {
            at(bench.shards.shardOf(key).number(), replica).newest.remove(key);
        }

        /** One replica gets, and answers, the latest question to its shard. */
        void answers(int shard, int replica) {
            IrMessage.Ask ask = bench.asked(shard);
            Stored stored = at(shard, replica);
            ReadView view = new ReadView(
                    new MapStore(stored.newest),
                    MapRelaxed.EMPTY,
                    new MemoryRecords(1),
                    new Holds(),
                    stored.deletedBelow,
                    replicaRules,
                    SpendRules.PROTOCOL,
                    1);
            bench.reply(shard, replica, new IrMessage.Answered(ask.id(), view.answer(ask.query(), new Moment(0, 0))));
        }

        CallOutcome outcome() {
            assertThat(bench.answers()).hasSize(1);
            return bench.answers().get(0).outcome();
        }

        boolean isAnswered() {
            return !bench.answers().isEmpty();
        }
    }

    /** While one key is read it is deleted and forgotten; an answer from before, and one from after. */
    private static World aKeyReadDuringADeletion(ReadRules clientRules, ReadViewRules replicaRules) {
        World world = new World(clientRules, replicaRules);
        Key x = world.bench.keyOn(0);
        Version deletion = new Version(at(7), null);
        world.applied(x, live(5, "x"), 1, 2, 3);
        world.applied(x, deletion, 1, 2);
        world.bench.call(new ClientCall.ReadStrict(List.of(x)));
        world.answers(0, 3);
        world.applied(x, deletion, 3);
        world.forgotten(at(8));
        world.dropped(x, 1);
        world.answers(0, 1);
        return world;
    }

    @Test
    void a_key_that_was_deleted_and_forgotten_meanwhile_is_read_anew() {
        World world = aKeyReadDuringADeletion(ReadRules.PROTOCOL, ReadViewRules.PROTOCOL);
        assertThat(world.isAnswered()).isFalse();
        world.answers(0, 1);
        assertThat(world.isAnswered()).isFalse();
        world.answers(0, 3);
        assertThat(world.outcome()).isEqualTo(ABSENT);
    }

    @Test
    void an_answer_above_g_makes_a_deleted_key_live_unless_never_there_is_ranked() {
        World ranked = aKeyReadDuringADeletion(ReadRules.PROTOCOL, ANSWERS_ABOVE_G);
        assertThat(ranked.outcome()).isEqualTo(ABSENT);
        World broken = aKeyReadDuringADeletion(new RanksByTimestamp(), ANSWERS_ABOVE_G);
        assertThat(broken.outcome()).isEqualTo(new CallOutcome.StrictlyRead(List.of(live(5, "x")), null));
    }

    @Test
    void a_key_read_that_is_continued_makes_a_deleted_key_live_unless_never_there_is_ranked() {
        World ranked = aKeyReadDuringADeletion(new Continues(), ReadViewRules.PROTOCOL);
        ranked.answers(0, 1);
        assertThat(ranked.outcome()).isEqualTo(ABSENT);
        World broken = aKeyReadDuringADeletion(new ContinuesAndRanksByTimestamp(), ReadViewRules.PROTOCOL);
        broken.answers(0, 1);
        assertThat(broken.outcome()).isEqualTo(new CallOutcome.StrictlyRead(List.of(live(5, "x")), null));
    }

    /** x was never there when it was read, y is 1; while that is validated x is written, deleted and forgotten. */
    private static World aValidationDuringADeletion(ReadRules clientRules, ReadViewRules replicaRules) {
        World world = new World(clientRules, replicaRules);
        Key x = world.bench.keyOn(0);
        Key y = world.bench.keyOn(1);
        world.applied(x, live(5, "x"), 1, 2);
        world.applied(y, live(5, "1"), 1, 2, 3);
        world.bench.call(new ClientCall.Validate(List.of(Read.of(x, Version.NEVER_THERE), Read.of(y, live(5, "1")))));
        world.answers(0, 3);
        world.answers(1, 1);
        world.answers(1, 2);
        world.answers(1, 3);
        world.applied(x, new Version(at(7), null), 1, 2, 3);
        world.applied(y, live(8, "2"), 1, 2, 3);
        world.forgotten(at(9));
        world.dropped(x, 1);
        world.answers(0, 1);
        return world;
    }

    @Test
    void what_was_written_deleted_and_forgotten_meanwhile_is_validated_anew_in_every_shard() {
        World world = aValidationDuringADeletion(ReadRules.PROTOCOL, ReadViewRules.PROTOCOL);
        assertThat(world.isAnswered()).isFalse();
        world.answers(0, 1);
        world.answers(0, 2);
        assertThat(world.isAnswered()).isFalse();
        world.answers(1, 1);
        world.answers(1, 2);
        assertThat(world.outcome())
                .isEqualTo(new CallOutcome.Outdated(List.of(new Verdict.Newest(world.bench.keyOn(1), live(8, "2")))));
    }

    @Test
    void an_answer_above_g_validates_a_state_that_never_was() {
        World world = aValidationDuringADeletion(ReadRules.PROTOCOL, ANSWERS_ABOVE_G);
        assertThat(world.outcome()).isEqualTo(new CallOutcome.Validated(null));
    }

    @Test
    void a_validation_that_is_continued_validates_a_state_that_never_was() {
        World world = aValidationDuringADeletion(new Continues(), ReadViewRules.PROTOCOL);
        assertThat(world.isAnswered()).isFalse();
        world.answers(0, 1);
        assertThat(world.outcome()).isEqualTo(new CallOutcome.Validated(null));
    }
}
