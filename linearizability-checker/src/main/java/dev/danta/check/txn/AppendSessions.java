package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.Consistency.Guarantee;
import dev.danta.check.txn.SessionOrder.Access;
import java.util.List;

/**
 * What each process may rely on in lists, step by step. The place of a version is the length of the list; what was appended
 * and never read comes after all that was.
 */
final class AppendSessions {
    private final List<Operation<AppendTxn, ListsRead>> history;
    private final Appends appends;
    private final VersionOrders orders;
    private final Faults<AppendTxn, ListsRead> faults;
    private final SessionOrder sessions = new SessionOrder(this::report);

    AppendSessions(
            List<Operation<AppendTxn, ListsRead>> history,
            Appends appends,
            VersionOrders orders,
            Faults<AppendTxn, ListsRead> faults) {
        this.history = history;
        this.appends = appends;
        this.orders = orders;
        this.faults = faults;
    }

    /** Looks at all that is known; what is wrong goes to the faults. */
    void judge() {
        for (int i = 0; i < history.size(); i++) {
            Operation<AppendTxn, ListsRead> operation = history.get(i);
            ListsRead answer = operation.output();
            int read = 0;
            for (AppendTxn.Step step : operation.input().steps()) {
                if (step instanceof AppendTxn.Step.Append append) {
                    long place = orders.place(appends.list(append.key()).append(append.element()));
                    if (place != SessionOrder.LAST || answer != null) {
                        sessions.write(operation.process(), step.key(), new Access(i, place));
                    }
                } else if (answer != null) {
                    List<String> seen = answer.lists().get(read++);
                    if (orders.isBeginning(appends.list(step.key()), seen)) {
                        sessions.read(operation.process(), step.key(), new Access(i, seen.size()));
                    }
                }
            }
        }
    }

    private void report(Guarantee guarantee, String key, Access before, Access after) {
        boolean one = before.operation() == after.operation();
        String later = one ? "it later" : "T2, of the same process, later";
        String reason = switch (guarantee) {
            case MONOTONIC_READS ->
                "T1 read " + key + seen(key, before) + ", but " + later + " read it" + seen(key, after);
            case READ_YOUR_WRITES ->
                "T1 appended " + appended(key, before) + " to " + key + ", but " + later + " read it"
                        + seen(key, after);
            case MONOTONIC_WRITES ->
                "T1 appended " + appended(key, before) + " to " + key + ", and " + later + " " + appended(key, after)
                        + ", which comes before that";
            case WRITES_FOLLOW_READS ->
                "T1 read " + key + seen(key, before) + ", and " + later + " appended " + appended(key, after)
                        + ", which comes before that";
        };
        faults.add(
                Anomaly.Kind.breaking(guarantee),
                one
                        ? List.of(history.get(after.operation()))
                        : List.of(history.get(before.operation()), history.get(after.operation())),
                reason);
    }

    private String seen(String key, Access access) {
        return access.place() == 0 ? " as empty" : " up to " + element(key, access.place());
    }

    private String appended(String key, Access access) {
        if (access.place() != SessionOrder.LAST) {
            return element(key, access.place());
        }
        String latest = "";
        for (AppendTxn.Step step : history.get(access.operation()).input().steps()) {
            latest =
                    step instanceof AppendTxn.Step.Append append && append.key().equals(key)
                            ? append.element()
                            : latest;
        }
        return latest;
    }

    private String element(String key, long place) {
        return VersionOrders.longest(appends.list(key)).get((int) place - 1);
    }
}
