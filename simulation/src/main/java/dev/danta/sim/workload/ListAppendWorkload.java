package dev.danta.sim.workload;

import dev.danta.check.Operation;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.AppendTxn.Step;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Lists that lie on several shards: transactions read some and append to others, or read only. What was read says who came
 * before whom, over all shards at once; judged by the search for cycles alone. A list that has grown long is left, and a new
 * one takes its place.
 */
public final class ListAppendWorkload implements Workload {
    private static final int STEPS_MAX = 4;

    private final int elementsMax;
    private final Log<AppendTxn, ListsRead> log = new Log<>();
    private final List<Operation<AppendTxn, ListsRead>> aborted = new ArrayList<>();
    private final TreeMap<Integer, Integer> appended = new TreeMap<>();
    private int eldest;
    private int next;

    /** So many lists at a time, of at most so many elements each. */
    public ListAppendWorkload(int lists, int elementsMax) {
        this.elementsMax = elementsMax;
        this.next = lists;
    }

    private static String name(int list) {
        return "l" + list;
    }

    private static Key keyOf(String name) {
        return KeyLayout.key("sim", "list", List.of(name));
    }

    private static List<String> list(Map<Key, Version> seen, String name) {
        Version version = seen.get(keyOf(name));
        return version == null || version.value() == null
                ? List.of()
                : List.of(version.value().toUtf8().split(" ", -1));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Log<AppendTxn, ListsRead>.User user = log.newUser();
        return done -> {
            AppendTxn asked = draw(random);
            long invoked = caller.nowNanos();
            Consumer<TxnEnd> end = came -> {
                record(user, asked, came, invoked, caller.nowNanos());
                done.run();
            };
            if (asked.reads() == asked.steps().size()) {
                ReadOnly.run(caller, random, keys(asked), end);
            } else {
                Transact.run(caller, random, keys(asked), seen -> writes(asked, seen), end);
            }
        };
    }

    private AppendTxn draw(SimRandom random) {
        boolean readOnly = random.chance(0.3);
        List<Step> steps = new ArrayList<>();
        int size = 1 + random.below(STEPS_MAX);
        for (int i = 0; i < size; i++) {
            int list = pick(random);
            if (readOnly || random.chance(0.4)) {
                steps.add(new Step.Read(name(list)));
            } else {
                int element = appended.merge(list, 1, Integer::sum);
                steps.add(new Step.Append(name(list), Integer.toString(element)));
            }
        }
        return new AppendTxn(steps);
    }

    /** One of the lists that are in use. */
    private int pick(SimRandom random) {
        int list = eldest + random.below(next - eldest);
        while (appended.getOrDefault(list, 0) >= elementsMax) {
            list = next++;
            while (appended.getOrDefault(eldest, 0) >= elementsMax) {
                eldest++;
            }
        }
        return list;
    }

    private static List<Key> keys(AppendTxn asked) {
        TreeSet<Key> keys = new TreeSet<>();
        asked.steps().forEach(step -> keys.add(keyOf(step.key())));
        return List.copyOf(keys);
    }

    /** The lists as they are after so many steps of a transaction that found {@code seen}. */
    private static Map<String, List<String>> after(AppendTxn asked, int steps, Map<Key, Version> seen) {
        Map<String, List<String>> lists = new TreeMap<>();
        for (Step step : asked.steps().subList(0, steps)) {
            List<String> list = lists.computeIfAbsent(step.key(), name -> new ArrayList<>(list(seen, name)));
            if (step instanceof Step.Append append) {
                list.add(append.element());
            }
        }
        return lists;
    }

    private static List<Write> writes(AppendTxn asked, Map<Key, Version> seen) {
        Map<String, List<String>> lists = after(asked, asked.steps().size(), seen);
        TreeSet<String> changed = new TreeSet<>();
        for (Step step : asked.steps()) {
            if (step instanceof Step.Append) {
                changed.add(step.key());
            }
        }
        List<Write> writes = new ArrayList<>();
        changed.forEach(name ->
                writes.add(new Write(keyOf(name), Bytes.utf8(String.join(" ", lists.getOrDefault(name, List.of()))))));
        return writes;
    }

    private static ListsRead answer(AppendTxn asked, Map<Key, Version> seen) {
        List<List<String>> answer = new ArrayList<>();
        for (int i = 0; i < asked.steps().size(); i++) {
            if (asked.steps().get(i) instanceof Step.Read read) {
                answer.add(List.copyOf(after(asked, i + 1, seen).getOrDefault(read.key(), List.of())));
            }
        }
        return new ListsRead(answer);
    }

    /** Attempts of one transaction append the same elements, so it counts as one, aborted only if all were. */
    private void record(Log<AppendTxn, ListsRead>.User user, AppendTxn asked, TxnEnd end, long invoked, long now) {
        if (end instanceof TxnEnd.Committed committed) {
            user.known(asked, answer(asked, committed.seen()), invoked, now);
        } else if (end instanceof TxnEnd.Unknown) {
            user.unknown(asked, invoked);
        } else {
            aborted.add(Operation.unknown(0, asked, invoked));
        }
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        List<Step> steps = new ArrayList<>();
        for (int list = 0; list < next; list++) {
            steps.add(new Step.Read(name(list)));
        }
        AppendTxn asked = new AppendTxn(steps);
        Log<AppendTxn, ListsRead>.User user = log.newUser();
        long invoked = caller.nowNanos();
        ReadOnly.run(caller, random, keys(asked), end -> {
            if (end instanceof TxnEnd.Committed) {
                record(user, asked, end, invoked, caller.nowNanos());
            }
            answered.accept(end instanceof TxnEnd.Committed);
        });
    }

    @Override
    public void judge() {
        Log.demandValid(
                "lists",
                ListAppendCheck.check(log.history(), aborted, Consistency.STRICT_SERIALIZABLE)
                        .result());
    }
}
