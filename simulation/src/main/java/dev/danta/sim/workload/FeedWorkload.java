package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.LogCursor;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.LwwRegister;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Change feeds (protocol.md 7): strict records are written, blindly too, relaxed registers are put, and readers follow one shard
 * each, some of them slowly, from cursors that they have kept. Whoever begins, or is told of a gap, takes the end of a log and then
 * reads what there is; from then on every acknowledged change comes, once at least, or a gap does. Of one key those that are not
 * overtaken never go back.
 */
public final class FeedWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final int KEYS_PER_SHARD = 2;
    private static final int KEPT_CURSORS = 3;
    private static final int FAILURES_MAX = 6;
    private static final int QUIET_POLLS_MAX = 60;
    private static final KeyRange STRICT = KeyLayout.prefix("sim", "feed", List.of());
    private static final KeyRange RELAXED = KeyLayout.prefix("sim", "feedr", List.of());
    private static final KeyRange ALL = new KeyRange(STRICT.from(), RELAXED.to());

    private final Map<ShardId, List<Key>> strictKeys = new TreeMap<>();
    private final Map<ShardId, List<Key>> relaxedKeys = new TreeMap<>();
    private final List<Reader> readers = new ArrayList<>();
    /** What was written under each key, whatever became of it. */
    private final Map<Key, Set<Bytes>> written = new TreeMap<>();

    /** The versions that were acknowledged, and when each of them was asked for, in the order of all that was asked for. */
    private final Map<Key, Map<Timestamp, Long>> committed = new TreeMap<>();

    private final Map<Key, Timestamp> put = new TreeMap<>();
    private final Map<Key, Timestamp> last = new TreeMap<>();
    private long values;
    private long asked;

    /** A place to go on from, and what had been told up to there. */
    private record Kept(LogCursor at, Map<Key, Timestamp> newest) {}

    /** Whoever follows a shard; from one client after the other. */
    private static final class Reader {
        private final ShardId shard;
        private @Nullable LogCursor at;
        /** Who asks for it now; a dead one is not told any more. */
        private @Nullable Caller asking;

        private int failures;
        /** What there was when it began: what is newer is owed. */
        private Map<Key, Timestamp> begun = new TreeMap<>();

        /** When it read that. */
        private long begunWhen;

        private Map<Key, Timestamp> newest = new TreeMap<>();
        private final Map<Key, Set<Timestamp>> seen = new TreeMap<>();
        private final List<Kept> kept = new ArrayList<>();
        /** In the end somebody has asked for what was left, until there was nothing new. */
        private boolean isDrained;

        Reader(ShardId shard) {
            this.shard = shard;
        }

        boolean isBusy() {
            return asking != null && asking.isAlive();
        }

        void begin(LogCursor end, Map<Key, Timestamp> there, long when) {
            at = end;
            begun = there;
            begunWhen = when;
            newest = new TreeMap<>();
            seen.clear();
            kept.clear();
        }

        void goBack(Kept to) {
            at = to.at();
            newest = new TreeMap<>(to.newest());
        }
    }

    /** On so many shards, each with so many readers. */
    public FeedWorkload(int shards, int readersEach) {
        ShardMap map = new ShardMap(shards);
        for (int number = 0; number < shards; number++) {
            ShardId shard = new ShardId(number);
            strictKeys.put(shard, keys(map, shard, "feed"));
            relaxedKeys.put(shard, keys(map, shard, "feedr"));
            for (int i = 0; i < readersEach; i++) {
                readers.add(new Reader(shard));
            }
        }
    }

    private static List<Key> keys(ShardMap map, ShardId shard, String collection) {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; keys.size() < KEYS_PER_SHARD; i++) {
            Key key = KeyLayout.key("sim", collection, List.of("k" + i));
            if (map.shardOf(key).equals(shard)) {
                keys.add(key);
            }
        }
        return keys;
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        return done -> {
            double turn = random.below(100) / 100.0;
            if (turn < 0.4) {
                follow(caller, random, done);
            } else if (turn < 0.55) {
                put(caller, random, done);
            } else if (turn < 0.8) {
                write(caller, random, List.of(), done);
            } else {
                change(caller, random, done);
            }
        };
    }

    private Bytes value(Key key) {
        Bytes value = Bytes.utf8("v" + values++);
        written.computeIfAbsent(key, k -> new TreeSet<>()).add(value);
        return value;
    }

    private void put(Caller caller, SimRandom random, Runnable done) {
        Key key = random.pick(random.pick(List.copyOf(relaxedKeys.values())));
        Bytes value = random.chance(0.1) ? null : value(key);
        caller.call(new ClientCall.PutRegister(key, value, Timestamp.ZERO), patience(random), outcome -> {
            if (outcome instanceof CallOutcome.Updated updated && updated.change() instanceof LwwRegister register) {
                put.merge(key, register.stamp(), Timestamp::max);
            }
            done.run();
        });
    }

    /** Writes something, on one shard or several, whatever is there; but for what was read. */
    private void write(Caller caller, SimRandom random, List<Read> reads, Runnable done) {
        Map<Key, Write> writes = new TreeMap<>();
        reads.forEach(read -> writes.put(read.key(), new Write(read.key(), value(read.key()))));
        for (int i = reads.isEmpty() ? 1 + random.below(3) : 0; i > 0; i--) {
            Key key = random.pick(random.pick(List.copyOf(strictKeys.values())));
            writes.put(key, new Write(key, random.chance(0.15) ? null : value(key)));
        }
        ClientCall commit = new ClientCall.Commit(reads, List.copyOf(writes.values()));
        long when = ++asked;
        caller.call(commit, patience(random), outcome -> {
            if (outcome instanceof CallOutcome.Committed at) {
                writes.keySet()
                        .forEach(key -> committed
                                .computeIfAbsent(key, k -> new TreeMap<>())
                                .put(at.timestamp(), when));
            }
            done.run();
        });
    }

    private void change(Caller caller, SimRandom random, Runnable done) {
        Key key = random.pick(random.pick(List.copyOf(strictKeys.values())));
        caller.call(new ClientCall.ReadVersions(List.of(key)), patience(random), outcome -> {
            if (outcome instanceof CallOutcome.Versions found) {
                Version version = found.versions().get(0);
                write(caller, random, List.of(Read.of(key, version)), done);
            } else {
                done.run();
            }
        });
    }

    private static long patience(SimRandom random) {
        return random.between(100, 3_000) * MILLI;
    }

    private void follow(Caller caller, SimRandom random, Runnable done) {
        Reader reader = random.pick(readers);
        if (reader.isBusy()) {
            done.run();
            return;
        }
        reader.asking = caller;
        Runnable over = () -> {
            reader.asking = null;
            done.run();
        };
        if (reader.at == null) {
            begin(caller, reader, patience(random), over);
            return;
        }
        if (!reader.kept.isEmpty() && random.chance(0.1)) {
            reader.goBack(random.pick(reader.kept));
        } else if (reader.at != null && random.chance(0.2)) {
            reader.kept.add(new Kept(reader.at, new TreeMap<>(reader.newest)));
            if (reader.kept.size() > KEPT_CURSORS) {
                reader.kept.remove(random.below(KEPT_CURSORS));
            }
        }
        poll(caller, reader, 1 + random.below(10), patience(random), over);
    }

    /** Where a log ends first, what there is second. */
    private void begin(Caller caller, Reader reader, long patience, Runnable over) {
        caller.call(new ClientCall.Follow(reader.shard, null, ALL, 1), patience, outcome -> {
            if (!(outcome instanceof CallOutcome.Followed end)) {
                over.run();
                return;
            }
            List<Key> strict = strictKeys.getOrDefault(reader.shard, List.of());
            long when = ++asked;
            caller.call(new ClientCall.ReadStrict(strict), patience, found -> {
                if (found instanceof CallOutcome.StrictlyRead read) {
                    Map<Key, Timestamp> there = new TreeMap<>();
                    for (int i = 0; i < strict.size(); i++) {
                        there.put(strict.get(i), read.versions().get(i).timestamp());
                    }
                    readRelaxed(caller, reader, 0, there, patience, () -> reader.begin(end.upTo(), there, when), over);
                } else {
                    over.run();
                }
            });
        });
    }

    private void readRelaxed(
            Caller caller,
            Reader reader,
            int number,
            Map<Key, Timestamp> into,
            long patience,
            Runnable found,
            Runnable over) {
        List<Key> keys = relaxedKeys.getOrDefault(reader.shard, List.of());
        if (number == keys.size()) {
            found.run();
            over.run();
            return;
        }
        Key key = keys.get(number);
        caller.call(new ClientCall.ReadRelaxed(key, Level.QUORUM), patience, outcome -> {
            if (outcome instanceof CallOutcome.Relaxed read) {
                into.put(key, read.state() instanceof LwwRegister register ? register.stamp() : Timestamp.ZERO);
                readRelaxed(caller, reader, number + 1, into, patience, found, over);
            } else {
                over.run();
            }
        });
    }

    private void poll(Caller caller, Reader reader, int limit, long patience, Runnable over) {
        LogCursor asked = reader.at;
        caller.call(new ClientCall.Follow(reader.shard, asked, ALL, limit), patience, outcome -> {
            if (outcome instanceof CallOutcome.Followed followed) {
                reader.failures = 0;
                reader.at = followed.upTo();
                followed.changes().forEach(change -> take(reader, change));
            } else if (outcome instanceof CallOutcome.FeedGap) {
                reader.at = null;
            } else if (caller.isAlive() && ++reader.failures >= FAILURES_MAX) {
                // The node does not answer: its cursor is worth nothing elsewhere.
                reader.failures = 0;
                reader.at = null;
            }
            over.run();
        });
    }

    private void take(Reader reader, KeyChange change) {
        Key key = change.key();
        if (change instanceof KeyChange.Written one) {
            requireGenuine(key, one.version().value());
            Timestamp version = one.version().timestamp();
            reader.seen.computeIfAbsent(key, k -> new TreeSet<>()).add(version);
            if (!one.overtaken()) {
                ascend(reader, key, version);
            }
        } else if (change instanceof KeyChange.Joined joined && joined.change() instanceof LwwRegister register) {
            requireGenuine(key, register.value());
            ascend(reader, key, register.stamp());
        }
    }

    private void requireGenuine(Key key, @Nullable Bytes value) {
        if (value != null && !written.getOrDefault(key, Set.of()).contains(value)) {
            throw broken("of " + key + " a feed tells " + value + ", which nobody has written");
        }
    }

    private static void ascend(Reader reader, Key key, Timestamp told) {
        Timestamp before = reader.newest.getOrDefault(key, Timestamp.ZERO);
        if (before.isAbove(told)) {
            throw broken("of " + key + " a feed tells " + told + " after " + before + ", and does not mark it");
        }
        reader.newest.put(key, told);
    }

    private static Violation broken(String sentence) {
        return new Violation(Violation.Kind.HISTORY_INVALID, sentence);
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        List<Key> all = new ArrayList<>();
        strictKeys.values().forEach(all::addAll);
        caller.call(new ClientCall.ReadStrict(all), 10_000 * MILLI, outcome -> {
            if (!(outcome instanceof CallOutcome.StrictlyRead read)) {
                answered.accept(false);
                return;
            }
            for (int i = 0; i < all.size(); i++) {
                last.put(all.get(i), read.versions().get(i).timestamp());
            }
            drain(caller, 0, QUIET_POLLS_MAX, answered);
        });
    }

    /**
     * One reader after the other is told the rest; what a replica has missed comes to it within a while.
     *
     * @param quiet how many more answers may say that there is nothing new before what is owed is taken as missing
     */
    private void drain(Caller caller, int number, int quiet, Consumer<Boolean> answered) {
        if (number == readers.size()) {
            answered.accept(true);
            return;
        }
        Reader reader = readers.get(number);
        if (reader.isBusy()) {
            caller.after(50 * MILLI, () -> drain(caller, number, quiet, answered));
        } else if (reader.at == null || quiet == 0 || missing(reader) == null) {
            reader.isDrained = true;
            drain(caller, number + 1, quiet, answered);
        } else {
            reader.asking = caller;
            LogCursor before = reader.at;
            poll(caller, reader, 10, 200 * MILLI, () -> {
                reader.asking = null;
                drain(caller, number, before.equals(reader.at) ? quiet - 1 : quiet, answered);
            });
        }
    }

    @Override
    public void judge() {
        for (Reader reader : readers) {
            // Nobody may be left whose clock the replicas put up with.
            String missing = reader.at == null || !reader.isDrained ? null : missing(reader);
            if (missing != null) {
                throw broken("a feed of " + reader.shard + " from " + reader.begun + " to " + reader.at
                        + " has never told " + missing);
            }
        }
    }

    /** What is owed to a reader and has not come; null if there is nothing. */
    private @Nullable String missing(Reader reader) {
        for (Key key : strictKeys.getOrDefault(reader.shard, List.of())) {
            Timestamp from = reader.begun.getOrDefault(key, Timestamp.ZERO);
            Set<Timestamp> seen = reader.seen.getOrDefault(key, Set.of());
            for (Map.Entry<Timestamp, Long> version :
                    committed.getOrDefault(key, Map.of()).entrySet()) {
                // Never there: or it was deleted, and that is forgotten.
                boolean isOwed = from.equals(Timestamp.ZERO)
                        ? version.getValue() > reader.begunWhen
                        : version.getKey().isAbove(from);
                if (isOwed && !seen.contains(version.getKey())) {
                    return "the version " + version.getKey() + " of " + key;
                }
            }
            Timestamp end = last.getOrDefault(key, Timestamp.ZERO);
            if (end.isAbove(from) && !end.equals(reader.newest.get(key))) {
                return "the last version " + end + " of " + key;
            }
        }
        for (Key key : relaxedKeys.getOrDefault(reader.shard, List.of())) {
            Timestamp end = put.getOrDefault(key, Timestamp.ZERO);
            if (end.isAbove(reader.begun.getOrDefault(key, Timestamp.ZERO))
                    && end.isAbove(reader.newest.getOrDefault(key, Timestamp.ZERO))) {
                return "what was put at " + end + " under " + key;
            }
        }
        return null;
    }
}
