package dev.danta.sim.mutant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.sim.SimParts;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.TxnClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Clients that do not have validated what they remembered: of a commit's reads, those that nobody was asked for are left out. */
final class StaleCache implements SimParts {
    @Override
    public boolean caches(SimRandom random) {
        return true;
    }

    @Override
    public Machine<TxnClient.Input> client(ClientId id, TxnClient genuine) {
        Map<Key, Read> remembered = new TreeMap<>();
        return (input, now) -> {
            List<Effect> effects = genuine.handle(leavingOut(remembered, input), now);
            if (input instanceof TxnClient.Input.Called called
                    && called.call() instanceof ClientCall.ReadVersions read) {
                effects.forEach(effect -> note(remembered, called.number(), read, effect));
            }
            return effects;
        };
    }

    /** What is answered within the step in which it was asked, nobody else was asked for. */
    private static void note(Map<Key, Read> remembered, long call, ClientCall.ReadVersions asked, Effect effect) {
        if (effect instanceof Effect.Tell tell
                && tell.report() instanceof Finished finished
                && finished.call() == call
                && finished.outcome() instanceof CallOutcome.Versions found) {
            for (int i = 0; i < asked.keys().size(); i++) {
                Key key = asked.keys().get(i);
                remembered.put(key, Read.of(key, found.versions().get(i)));
            }
        }
    }

    private static TxnClient.Input leavingOut(Map<Key, Read> remembered, TxnClient.Input input) {
        if (!(input instanceof TxnClient.Input.Called called)
                || !(called.call() instanceof ClientCall.Commit commit)
                || commit.writes().isEmpty()) {
            return input;
        }
        List<Read> asked = new ArrayList<>(commit.reads());
        asked.removeIf(read -> read.equals(remembered.get(read.key())));
        ClientCall.Commit less = new ClientCall.Commit(asked, commit.ranges(), commit.writes());
        return new TxnClient.Input.Called(called.number(), less, called.deadlineNanos());
    }
}
