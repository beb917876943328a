package dev.danta.check.report;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.explain.Explanation;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.txn.Anomaly;
import java.util.List;

/** What is wrong with a history, in lines of text. Stateless. */
public final class TextReport {
    /** The most operations of a table. */
    private static final int ROWS_MAX = 40;

    /** The most steps of an order. */
    private static final int STEPS_MAX = 12;

    /** The most anomalies. */
    private static final int ANOMALIES_MAX = 8;

    private static final int TEXT_MAX = 160;

    private TextReport() {}

    /** Why a history is not valid, or that it is not known to be invalid. */
    public static <I, O> String explanation(Judge<I, O> judge, Judgement<I, O> judgement) {
        StringBuilder out = new StringBuilder();
        Explanation<I, O> explanation = judgement.explanation();
        if (explanation != null) {
            search(judge, explanation, out);
        }
        for (Anomaly<I, O> anomaly : first(judgement.anomalies(), ANOMALIES_MAX)) {
            anomaly(anomaly, out);
        }
        more(out, judgement.anomalies().size() - ANOMALIES_MAX, "anomalies");
        if (out.length() == 0) {
            out.append(
                            judgement.result() instanceof Result.Invalid<I, O> invalid
                                    ? sentence(invalid.failures().get(0).explanation())
                                    : judgement.result().sentence())
                    .append('\n');
        }
        return out.toString();
    }

    private static <I, O> void search(Judge<I, O> judge, Explanation<I, O> explanation, StringBuilder out) {
        if (!explanation.partition().isEmpty()) {
            out.append("Key ").append(explanation.partition()).append(".\n");
        }
        out.append(sentence(explanation.sentence())).append("\n\n");
        List<Operation<I, O>> window = explanation.window();
        out.append("Since the last quiet point");
        if (!explanation.begin().isEmpty()) {
            out.append(", where there was ").append(String.join(" or ", explanation.begin()));
        }
        out.append(":\n");
        int cut = explanation.cut() + Math.max(0, window.size() - ROWS_MAX);
        if (cut > 0) {
            out.append("    ... ").append(cut).append(" earlier operations\n");
        }
        table(judge, window.subList(Math.max(0, window.size() - ROWS_MAX), window.size()), explanation.failed(), out);
        if (!explanation.open().isEmpty()) {
            out.append("\nOf unknown outcome, and so perhaps in effect:\n");
            int earlier = Math.max(0, explanation.open().size() - ROWS_MAX);
            table(judge, explanation.open().subList(earlier, explanation.open().size()), explanation.failed(), out);
            more(out, earlier, "earlier ones");
        }
        List<Explanation.Placed<I, O>> order = explanation.order();
        if (!order.isEmpty()) {
            out.append("\nOne order that explains all answers before:\n");
            int earlier = Math.max(0, order.size() - STEPS_MAX);
            if (earlier > 0) {
                out.append("    ... ").append(earlier).append(" earlier steps\n");
            }
            for (Explanation.Placed<I, O> placed : order.subList(earlier, order.size())) {
                Operation<I, O> operation = placed.operation();
                out.append("    ")
                        .append(brief(judge.describe(operation.input(), operation.output())))
                        .append("   then ")
                        .append(brief(placed.after()))
                        .append('\n');
            }
        }
        out.append("\nThere it cannot go on:\n");
        for (String reason : explanation.reasons()) {
            out.append("    ").append(brief(reason)).append('\n');
        }
    }

    /** The operations of a history, one a line. */
    public static <I, O> String operations(Judge<I, O> judge, History<I, O> history, Result<I, O> result) {
        StringBuilder out = new StringBuilder();
        Operation<I, O> failed = result instanceof Result.Invalid<I, O> invalid ? invalid.operation() : null;
        for (Operation<I, O> operation : first(history.operations(), 10 * ROWS_MAX)) {
            row(judge, operation, operation.equals(failed), out);
        }
        more(out, history.size() - 10 * ROWS_MAX, "operations");
        return out.toString();
    }

    private static <I, O> void table(
            Judge<I, O> judge, List<Operation<I, O>> operations, Operation<I, O> failed, StringBuilder out) {
        for (Operation<I, O> operation : operations) {
            row(judge, operation, operation.equals(failed), out);
        }
    }

    private static <I, O> void row(Judge<I, O> judge, Operation<I, O> operation, boolean failed, StringBuilder out) {
        String when = operation.invokedLine() == Operation.NO_LINE
                ? operation.invokedAt() + " to " + (operation.isUnknown() ? "?" : operation.completedAt())
                : "line " + operation.invokedLine() + " to "
                        + (operation.completedLine() == Operation.NO_LINE ? "?" : operation.completedLine());
        out.append(failed ? "  > " : "    ")
                .append(String.format("%-24s process %-4d ", when, operation.process()))
                .append(brief(judge.describe(operation.input(), operation.output())))
                .append('\n');
    }

    private static <I, O> void anomaly(Anomaly<I, O> anomaly, StringBuilder out) {
        out.append(out.length() == 0 ? "" : "\n").append(anomaly.kind().label()).append('\n');
        for (String description : anomaly.descriptions()) {
            out.append("    ").append(description).append('\n');
        }
        List<String> reasons = anomaly.reasons();
        for (int i = 0; i < reasons.size(); i++) {
            boolean edge = !anomaly.edges().isEmpty();
            int next = (i + 1) % reasons.size() + 1;
            out.append("  ")
                    .append(edge ? "T" + (i + 1) + " before T" + next + ", because " : "")
                    .append(reasons.get(i))
                    .append('\n');
        }
        if (!anomaly.edges().isEmpty()) {
            out.append("  Each comes before the next and the last before the first, so there is no order.\n");
        }
    }

    private static <T> List<T> first(List<T> all, int max) {
        return all.subList(0, Math.min(max, all.size()));
    }

    private static void more(StringBuilder out, int more, String of) {
        if (more > 0) {
            out.append("    and ").append(more).append(' ').append(of).append(" more\n");
        }
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private static String brief(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 3) + "...";
    }
}
