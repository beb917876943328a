package dev.danta.check.generate;

import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.ListsRead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Transactions over lists, of one to four steps. A list gets so many elements and then is left for a new one, so that what
 * is read stays short. Of the fault, reads of a list of its own are all there is to explain.
 */
final class ListPlay extends TxnPlay<AppendTxn, ListsRead> {
    private static final int STEPS_MAX = 4;
    private static final int ELEMENTS_MAX = 32;

    /** What is in each list; copied when it changes, so that answers can share it. */
    private final Map<String, List<String>> lists = new HashMap<>();

    private final String[] names;
    private long uniques;
    private long listNames;

    ListPlay(GeneratorSettings settings) {
        super(settings);
        this.names = new String[settings.keys()];
        for (int i = 0; i < names.length; i++) {
            names[i] = "l" + listNames++;
        }
    }

    @Override
    AppendTxn question(Random dice) {
        List<AppendTxn.Step> steps = new ArrayList<>();
        int count = 1 + dice.nextInt(STEPS_MAX);
        for (int i = 0; i < count; i++) {
            String list = names[dice.nextInt(names.length)];
            steps.add(
                    dice.nextBoolean()
                            ? new AppendTxn.Step.Append(list, Long.toString(uniques++))
                            : new AppendTxn.Step.Read(list));
        }
        return new AppendTxn(steps);
    }

    @Override
    ListsRead effect(AppendTxn input) {
        List<List<String>> read = new ArrayList<>();
        for (AppendTxn.Step step : input.steps()) {
            List<String> list = lists.getOrDefault(step.key(), List.of());
            if (step instanceof AppendTxn.Step.Append append) {
                List<String> longer = new ArrayList<>(list);
                longer.add(append.element());
                lists.put(step.key(), List.copyOf(longer));
                retire(step.key(), longer.size());
            } else {
                read.add(list);
            }
        }
        return new ListsRead(read);
    }

    private void retire(String list, int size) {
        for (int i = 0; size >= ELEMENTS_MAX && i < names.length; i++) {
            if (names[i].equals(list)) {
                names[i] = "l" + listNames++;
                return;
            }
        }
    }

    @Override
    void strike(Fault fault) {
        String list = "fault";
        alone(append(list), null);
        List<String> before = lists.getOrDefault(list, List.of());
        if (fault == Fault.PHANTOM) {
            List<String> more = new ArrayList<>(before);
            more.add("phantom");
            alone(read(list), new ListsRead(List.of(more)));
            return;
        }
        alone(append(list), fault == Fault.LOST ? new ListsRead(List.of()) : null);
        alone(read(list), fault == Fault.STALE ? new ListsRead(List.of(before)) : null);
        alone(append(list), null);
        alone(read(list), null);
    }

    private AppendTxn append(String list) {
        return new AppendTxn(List.of(new AppendTxn.Step.Append(list, Long.toString(uniques++))));
    }

    private static AppendTxn read(String list) {
        return new AppendTxn(List.of(new AppendTxn.Step.Read(list)));
    }
}
