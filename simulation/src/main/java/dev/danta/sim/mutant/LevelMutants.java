package dev.danta.sim.mutant;

import dev.danta.occ.Key;
import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.workload.LevelRules;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.Mark;
import dev.danta.txn.client.SessionMarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Mutants of what clients remember, and of the levels at which relaxed registers are read. */
final class LevelMutants {
    private LevelMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "x-remembered-not-validated",
                        "what a client remembers is not validated when a transaction that has read it commits",
                        usual.withScenario(Scenario.LISTS).withShards(4),
                        new StaleCache()),
                in(usual, "x-session-not-marked", "a session reads whatever a replica has", new LevelRules() {
                    @Override
                    public @Nullable Mark demanded(@Nullable Mark seen) {
                        return null;
                    }
                }),
                in(usual, "x-session-begun-anew", "a session leaves what it has seen behind", new LevelRules() {
                    @Override
                    public SessionMarks carried(SessionMarks session) {
                        return new SessionMarks("sim", SessionMarks.BYTES_MAX);
                    }
                }),
                in(usual, "x-quorum-of-one", "a quorum is one replica", new LevelRules() {
                    @Override
                    public ClientCall.Level quorum() {
                        return ClientCall.Level.LOCAL;
                    }
                }),
                in(usual, "x-remembered-too-long", "what is remembered is much older than it may be", new LevelRules() {
                    @Override
                    public long maxAgeNanos(long promisedNanos) {
                        return 20 * promisedNanos;
                    }
                }),
                new Mutant(
                        "x-session-without-room",
                        "a session that has no room for what it sees forgets it",
                        usual.withScenario(Scenario.LEVELS),
                        keeping(
                                new LevelRules() {
                                    @Override
                                    public ClientCall.Level level(SessionMarks session, Key key) {
                                        return ClientCall.Level.SESSION;
                                    }
                                },
                                0)));
    }

    private static Mutant in(SimSettings usual, String name, String breaks, LevelRules rules) {
        return new Mutant(name, breaks, usual.withScenario(Scenario.LEVELS), keeping(rules, SessionMarks.BYTES_MAX));
    }

    private static SimParts keeping(LevelRules rules, int roomBytes) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(Scenario.levels(shape, roomBytes, rules));
            }
        };
    }
}
