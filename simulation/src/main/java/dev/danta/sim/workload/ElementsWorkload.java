package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Relaxed values of many elements: sets, maps and grow-only sets, changed and read by everybody. That nothing acknowledged is
 * lost and that replicas converge are invariants of every run. Those join states as replicas do; in the end it is looked for
 * element by element, by the stamps alone.
 */
public final class ElementsWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final int ELEMENTS = 5;
    private static final int KINDS = 3;

    private final int keys;
    private final Map<Key, List<RelaxedState>> acknowledged = new TreeMap<>();
    private final Map<Key, RelaxedState> last = new TreeMap<>();
    private long written;

    /** So many values of each kind. */
    public ElementsWorkload(int keys) {
        this.keys = keys;
    }

    /** Numbers go round the kinds. */
    private static Key key(int number) {
        String collection = number % KINDS == 0 ? "set" : number % KINDS == 1 ? "map" : "grow";
        return KeyLayout.key("sim", collection, List.of("k" + number / KINDS));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        return done -> {
            int number = random.below(keys * KINDS);
            Key key = key(number);
            ClientCall call = random.chance(0.35)
                    ? new ClientCall.ReadRelaxed(key, random.pick(List.of(Level.LOCAL, Level.QUORUM)))
                    : change(number % KINDS, key, random);
            caller.call(call, random.between(100, 3_000) * MILLI, outcome -> {
                if (outcome instanceof CallOutcome.Updated updated) {
                    acknowledged.computeIfAbsent(key, k -> new ArrayList<>()).add(updated.change());
                }
                done.run();
            });
        };
    }

    private ClientCall change(int kind, Key key, SimRandom random) {
        List<Bytes> put = some(random);
        List<Bytes> removed = put.isEmpty() || random.chance(0.4) ? List.of(element(random)) : List.of();
        if (kind == 0) {
            return new ClientCall.ChangeSet(key, put, removed, Timestamp.ZERO);
        } else if (kind == 1) {
            TreeMap<Bytes, Bytes> fields = new TreeMap<>();
            put.forEach(field -> fields.put(field, Bytes.utf8("v" + written++)));
            return new ClientCall.ChangeMap(key, fields, removed, Timestamp.ZERO);
        }
        return new ClientCall.Join(key, GrowSet.of(List.of(Bytes.utf8("e" + written++))));
    }

    private static List<Bytes> some(SimRandom random) {
        List<Bytes> some = new ArrayList<>();
        for (int i = random.below(3); i > 0; i--) {
            some.add(element(random));
        }
        return some;
    }

    private static Bytes element(SimRandom random) {
        return Bytes.utf8("e" + random.below(ELEMENTS));
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        readFrom(0, caller, answered);
    }

    private void readFrom(int number, Caller caller, Consumer<Boolean> answered) {
        if (number == keys * KINDS) {
            answered.accept(true);
            return;
        }
        Key key = key(number);
        caller.call(new ClientCall.ReadRelaxed(key, Level.QUORUM), 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.Relaxed read) {
                if (read.state() != null) {
                    last.put(key, read.state());
                }
                readFrom(number + 1, caller, answered);
            } else {
                answered.accept(false);
            }
        });
    }

    @Override
    public void judge() {
        last.forEach((key, state) -> acknowledged.getOrDefault(key, List.of()).forEach(change -> {
            if (!has(state, change)) {
                throw new Violation(
                        Violation.Kind.HISTORY_INVALID,
                        "of " + key + " " + change + " was acknowledged, and in the end it is " + state);
            }
        }));
    }

    /** Whether all of {@code change} is in {@code state}, or what came later. */
    private static boolean has(RelaxedState state, RelaxedState change) {
        if (change instanceof LwwSet part && state instanceof LwwSet whole) {
            return stampsReach(whole.added(), part.added()) && stampsReach(whole.removed(), part.removed());
        } else if (change instanceof LwwMap part && state instanceof LwwMap whole) {
            return part.fields().entrySet().stream()
                    .allMatch(entry -> reaches(whole.fields().get(entry.getKey()), entry.getValue()));
        }
        return change instanceof GrowSet part
                && state instanceof GrowSet whole
                && whole.elements().containsAll(part.elements());
    }

    private static boolean stampsReach(Map<Bytes, Timestamp> whole, Map<Bytes, Timestamp> part) {
        return part.entrySet().stream()
                .allMatch(entry -> entry.getValue().isAtOrBelow(whole.getOrDefault(entry.getKey(), Timestamp.ZERO)));
    }

    private static boolean reaches(@Nullable LwwRegister whole, LwwRegister part) {
        return whole != null && (whole.stamp().isAbove(part.stamp()) || whole.equals(part));
    }
}
