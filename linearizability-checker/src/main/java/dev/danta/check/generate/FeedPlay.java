package dev.danta.check.generate;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.FeedInput;
import dev.danta.check.txn.FeedOutput;
import dev.danta.check.txn.FeedOutput.Change;
import dev.danta.check.txn.FeedOutput.Polled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A log of puts, and processes that put or read on in the log, now and then from a place where they were before. Once in a
 * while the log is cut off at its beginning, and who wants what was there is given the present values. In the end everybody
 * reads to the end. In every other history, by its seed, there are versions. The fault is in what the first process gets of
 * a key of its own.
 */
final class FeedPlay {
    private static final int BATCH_MAX = 8;

    private final GeneratorSettings settings;
    private final Random random;
    private final boolean versions;
    private final List<Change> log = new ArrayList<>();
    private final Map<String, Long> counts = new HashMap<>();
    private final List<Operation<FeedInput, FeedOutput>> operations = new ArrayList<>();
    private final long[] processes;
    private final List<@Nullable Integer> places = new ArrayList<>();
    private final List<List<Integer>> visited = new ArrayList<>();
    private long nextProcess;
    private long now;
    private int cut;
    private int uniques;

    FeedPlay(GeneratorSettings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        this.versions = settings.seed() % 2 == 0;
        this.processes = new long[settings.processes()];
        for (int i = 0; i < processes.length; i++) {
            processes[i] = nextProcess++;
            places.add(null);
            visited.add(new ArrayList<>());
        }
    }

    History<FeedInput, FeedOutput> play() {
        for (int i = 0; i < settings.operations(); i++) {
            if (i == settings.operations() / 2) {
                strike();
            }
            turn(random.nextInt(processes.length));
        }
        for (int i = 0; i < processes.length; i++) {
            poll(i, Integer.MAX_VALUE, true);
        }
        return History.of(operations);
    }

    private void turn(int who) {
        int dice = random.nextInt(20);
        if (dice < 10) {
            String key = "k" + random.nextInt(settings.keys());
            if (random.nextInt(1_000) < settings.unknownPerMille()) {
                crash(who, key);
            } else {
                put(who, key);
            }
        } else if (dice < 19) {
            poll(who, random.nextInt(BATCH_MAX + 1), false);
        } else if (random.nextInt(4) == 0) {
            cut += random.nextInt(log.size() - cut + 1);
        } else {
            List<Integer> before = visited.get(who);
            places.set(who, before.isEmpty() ? null : before.get(random.nextInt(before.size())));
            poll(who, 0, false);
        }
    }

    private Change change(String key) {
        Long version = versions ? counts.merge(key, 1L, Long::sum) : null;
        return new Change(key, Integer.toString(uniques++), version);
    }

    private void put(int who, String key) {
        Change change = change(key);
        log.add(change);
        known(who, new FeedInput.Put(key, change.value()), new FeedOutput.Done(change.version()));
    }

    private void crash(int who, String key) {
        Change change = change(key);
        if (random.nextBoolean()) {
            log.add(change);
        }
        operations.add(Operation.unknown(processes[who], new FeedInput.Put(key, change.value()), now++));
        processes[who] = nextProcess++;
    }

    private void known(int who, FeedInput input, FeedOutput output) {
        operations.add(Operation.known(processes[who], input, output, now, now + 1));
        now += 2;
    }

    private void poll(int who, int most, boolean last) {
        Integer place = places.get(who);
        int from = place == null ? 0 : place;
        FeedInput.Poll poll = new FeedInput.Poll(place == null ? null : Integer.toString(from), last);
        if (from < cut) {
            Map<String, Change> present = new LinkedHashMap<>();
            log.forEach(change -> present.put(change.key(), change));
            answer(who, poll, List.copyOf(present.values()), log.size(), true);
        } else {
            int to = (int) Math.min((long) from + most, log.size());
            answer(who, poll, log.subList(from, to), to, false);
        }
    }

    private void answer(int who, FeedInput.Poll poll, List<Change> changes, int place, boolean reset) {
        known(who, poll, new Polled(changes, Integer.toString(place), reset));
        places.set(who, place);
        visited.get(who).add(place);
    }

    private void strike() {
        if (settings.fault() == Fault.NONE) {
            return;
        }
        poll(0, Integer.MAX_VALUE, false);
        put(0, "fault");
        put(0, "fault");
        FeedInput.Poll poll = new FeedInput.Poll(Integer.toString(log.size() - 2), false);
        Change one = log.get(log.size() - 2);
        Change other = log.get(log.size() - 1);
        List<Change> got = switch (settings.fault()) {
            case STALE -> List.of(other, one);
            case LOST -> List.of(other);
            default -> List.of(one, other, new Change("fault", "phantom", versions ? 9L : null));
        };
        answer(0, poll, got, log.size(), false);
    }
}
