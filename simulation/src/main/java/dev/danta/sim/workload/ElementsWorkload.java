package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.HashKey;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Ack;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Relaxed values of many elements: sets, maps and grow-only sets, changed and read by everybody, and sets apart from the cluster,
 * which are changed by clocks of their own and joined now and then, again and again until that is acknowledged. That nothing acknowledged is
 * lost and that replicas converge are invariants of every run. Those join states as replicas do; in the end it is looked for
 * element by element, by the stamps alone.
 */
public final class ElementsWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final int ELEMENTS = 5;
    private static final int KINDS = 3;
    private static final int APART_MAX = 4;
    /** So many changes apart are brought at once at most, in some of the merges. */
    private static final int EDITS_MAX = 200;

    /** The first half of the ids of those that are apart, which no client of a run has. */
    private static final long APART = 0xA9A27;

    private final int keys;
    private final Map<Key, List<RelaxedState>> acknowledged = new TreeMap<>();
    private final Map<Key, RelaxedState> last = new TreeMap<>();
    private final List<Apart> apart = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private long written;

    /** A set on a machine that is mostly without a cluster: all of it, and what of it no cluster has acknowledged. */
    private static final class Apart {
        private final ClientId id;
        private final Key key;
        private LwwSet all = LwwSet.EMPTY;
        private LwwSet unmerged = LwwSet.EMPTY;

        Apart(ClientId id, Key key) {
            this.id = id;
            this.key = key;
        }

        void change(SimRandom random, long nowMicros) {
            // Its clock goes slow, and steps back and forth; the nodes would put off what is far ahead of them.
            Timestamp stamp = new Timestamp(nowMicros - random.below(5_000_000), id);
            LwwSet change =
                    random.chance(0.6) ? all.adding(element(random), stamp) : all.removing(element(random), stamp);
            all = all.join(change);
            unmerged = unmerged.join(change);
        }
    }

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
            if (random.chance(0.15)) {
                merge(caller, random, done);
                return;
            }
            if (random.chance(0.1)) {
                compare(caller, random, done);
                return;
            }
            int number = random.below(keys * KINDS);
            Key key = key(number);
            ClientCall call = random.chance(0.35)
                    ? new ClientCall.ReadRelaxed(key, random.pick(List.of(Level.LOCAL, Level.QUORUM)))
                    : change(number % KINDS, key, random);
            caller.call(call, random.between(100, 3_000) * MILLI, outcome -> {
                boolean isOnQuorum = call instanceof ClientCall.Change change && change.ack() == Ack.QUORUM;
                if (outcome instanceof CallOutcome.Updated updated && isOnQuorum) {
                    acknowledged.computeIfAbsent(key, k -> new ArrayList<>()).add(updated.change());
                }
                done.run();
            });
        };
    }

    /** What quorums show before and after is what a quorum hashes in between, if it agrees on a hash. */
    private void compare(Caller caller, SimRandom random, Runnable done) {
        Key key = key(random.below(keys * KINDS));
        HashKey hashKey = new HashKey(random.next(), random.next());
        ClientCall read = new ClientCall.ReadRelaxed(key, Level.QUORUM);
        ClientCall hash = new ClientCall.HashRelaxed(List.of(key), hashKey, Level.QUORUM);
        long deadline = random.between(100, 3_000) * MILLI;
        caller.call(
                read,
                deadline,
                before -> caller.call(
                        hash,
                        deadline,
                        hashed -> caller.call(read, deadline, after -> {
                            if (before instanceof CallOutcome.Relaxed found
                                    && hashed instanceof CallOutcome.Hashes hashes
                                    && hashes.hashes().containsKey(key)
                                    && before.equals(after)
                                    && !hashes.hashes().get(key).equals(hashKey.of(found.state()))) {
                                wrong.add("a quorum agreed on a hash of " + key + ", which was " + found.state()
                                        + " before and after: it is of something else");
                            }
                            done.run();
                        })));
    }

    /** One that is apart is changed a few times, and brings what it has; what others have, it reads, or does not. */
    private void merge(Caller caller, SimRandom random, Runnable done) {
        if (apart.size() < APART_MAX) {
            apart.add(new Apart(new ClientId(APART, 1 + apart.size()), key(KINDS * random.below(keys))));
        }
        Apart one = random.pick(apart);
        for (int i = 1 + random.below(random.chance(0.1) ? EDITS_MAX : 10); i > 0; i--) {
            one.change(random, SimClock.EPOCH_MICROS + caller.nowNanos() / 1_000);
        }
        LwwSet brought = one.unmerged;
        caller.call(new ClientCall.Join(one.key, brought), random.between(100, 3_000) * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.Updated) {
                acknowledged.computeIfAbsent(one.key, k -> new ArrayList<>()).add(brought);
                one.unmerged = one.unmerged.equals(brought) ? LwwSet.EMPTY : one.unmerged;
            }
            if (random.chance(0.5)) {
                done.run();
                return;
            }
            caller.call(new ClientCall.ReadRelaxed(one.key, Level.QUORUM), random.between(100, 3_000) * MILLI, read -> {
                if (read instanceof CallOutcome.Relaxed found && found.state() != null) {
                    one.all = one.all.join(found.state());
                }
                done.run();
            });
        });
    }

    private ClientCall change(int kind, Key key, SimRandom random) {
        List<Bytes> put = some(random);
        List<Bytes> removed = put.isEmpty() || random.chance(0.4) ? List.of(element(random)) : List.of();
        if (kind == 0) {
            return new ClientCall.ChangeSet(key, put, removed, Timestamp.ZERO, Acks.draw(random));
        } else if (kind == 1) {
            TreeMap<Bytes, Bytes> fields = new TreeMap<>();
            put.forEach(field -> fields.put(field, Bytes.utf8("v" + written++)));
            return new ClientCall.ChangeMap(key, fields, removed, Timestamp.ZERO, Acks.draw(random));
        }
        GrowSet added = GrowSet.of(List.of(Bytes.utf8("e" + written++)));
        return new ClientCall.Join(key, added, Acks.draw(random));
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
        if (!wrong.isEmpty()) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, wrong.get(0));
        }
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
