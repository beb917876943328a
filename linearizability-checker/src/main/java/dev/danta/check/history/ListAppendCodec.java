package dev.danta.check.history;

import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.ListsRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code txn} with a list of steps: {@code ["append", list, element]} and {@code ["r", list, null]}, in whose place the
 * {@code ok} has {@code ["r", list, [elements]]}, or null for a list that is empty.
 */
public final class ListAppendCodec implements OperationCodec<AppendTxn, ListsRead> {
    @Override
    public String model() {
        return "list-append";
    }

    @Override
    public String f(AppendTxn input) {
        return "txn";
    }

    @Override
    public Map<String, @Nullable Object> encode(AppendTxn input) {
        return Fields.value(steps(input, null)).map();
    }

    @Override
    public Map<String, @Nullable Object> encode(AppendTxn input, ListsRead output) {
        return Fields.value(steps(input, output)).map();
    }

    private static List<List<@Nullable Object>> steps(AppendTxn input, @Nullable ListsRead output) {
        List<List<@Nullable Object>> steps = new ArrayList<>();
        int read = 0;
        for (AppendTxn.Step step : input.steps()) {
            List<@Nullable Object> fields = new ArrayList<>();
            if (step instanceof AppendTxn.Step.Append append) {
                fields.add("append");
                fields.add(append.key());
                fields.add(append.element());
            } else {
                fields.add("r");
                fields.add(step.key());
                fields.add(output == null ? null : output.lists().get(read++));
            }
            steps.add(fields);
        }
        return steps;
    }

    @Override
    public AppendTxn input(HistoryEvent invoke) {
        List<AppendTxn.Step> steps = new ArrayList<>();
        for (List<?> fields : fields(invoke)) {
            String key = invoke.asText("value", fields.get(1));
            steps.add(
                    isAppend(invoke, fields)
                            ? new AppendTxn.Step.Append(key, invoke.asText("value", fields.get(2)))
                            : new AppendTxn.Step.Read(key));
        }
        return new AppendTxn(steps);
    }

    @Override
    public ListsRead output(AppendTxn input, HistoryEvent ok) {
        if (!input(ok).equals(input)) {
            throw ok.malformed("the steps of the answer are not those that were asked for");
        }
        List<List<String>> lists = new ArrayList<>();
        for (List<?> fields : fields(ok)) {
            if (!isAppend(ok, fields)) {
                lists.add(list(ok, fields));
            }
        }
        return new ListsRead(lists);
    }

    private static List<String> list(HistoryEvent ok, List<?> fields) {
        Object value = fields.size() < 3 ? null : fields.get(2);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> elements)) {
            throw ok.malformed("a read gives a list, not " + value);
        }
        List<String> list = new ArrayList<>(elements.size());
        for (Object element : elements) {
            list.add(ok.asText("value", element));
        }
        return list;
    }

    private static List<List<?>> fields(HistoryEvent event) {
        if (!event.f().equals("txn")) {
            throw event.malformed("lists know txn, not " + event.f());
        }
        if (!(event.fields().get("value") instanceof List<?> steps)) {
            throw event.malformed("\"value\" must be a list of steps");
        }
        List<List<?>> all = new ArrayList<>(steps.size());
        for (Object step : steps) {
            if (!(step instanceof List<?> fields) || fields.size() < 2 || fields.size() > 3) {
                throw event.malformed("a step is [\"append\", list, element] or [\"r\", list, elements], not " + step);
            }
            all.add(fields);
        }
        return all;
    }

    private static boolean isAppend(HistoryEvent event, List<?> fields) {
        Object what = fields.get(0);
        if ("append".equals(what) && fields.size() == 3) {
            return true;
        }
        if ("r".equals(what)) {
            return false;
        }
        throw event.malformed("a step is [\"append\", list, element] or [\"r\", list, elements], not " + fields);
    }
}
